import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Case, Schemas } from "@/api/client";
import { useLog } from "@/api/records";
import { useOneOf, useSay } from "@/api/words";
import { Chip, Failed, Loading, Moment } from "@/shared";
import { type Dispute, useMessages, useOrder, useStanding } from "./data";

type Reason = Schemas["Reason"];

/** The verdict on the request, and every rule that spoke, each leading to its page. */
export function Rules({ found, dispute }: { found: Case; dispute: Dispute }) {
  const { t } = useTranslation("reviews");
  const order = useOrder(found.order_id);
  const verdict = found.verdict as Schemas["Verdict"] | null;
  const demanded = dispute.burden.sides.flatMap((side) => side.demanded.map((need) => need.rule));
  const market = order.data?.market;
  return (
    <section aria-labelledby="rules" className="desk-section">
      <h2 id="rules" className="desk-title">
        {t("dispute.rules")}
      </h2>
      <ul className="rule-lines">
        {(verdict?.reasons ?? []).map((reason) => (
          <RuleLine key={reason.rule || reason.code} reason={reason} market={market} />
        ))}
        {[...new Set(demanded)].map((rule) => (
          <li key={rule}>{market ? <Link to={`/policies/${market}/rules/${rule}`}>{rule}</Link> : rule}</li>
        ))}
      </ul>
    </section>
  );
}

/** What the rules lay on the seller of this order (V-13 to V-15). Nothing where they lay nothing. */
export function Duties({ orderId }: { orderId: string }) {
  const { t } = useTranslation("reviews");
  const order = useOrder(orderId);
  if (!order.data?.duties?.length) return null;
  const { duties, market } = order.data;
  return (
    <section aria-labelledby="duties" className="desk-section">
      <h2 id="duties" className="desk-title">
        {t("dispute.duties")}
      </h2>
      <ul className="rule-lines">
        {duties.map((duty) => (
          <RuleLine key={duty.rule} reason={duty} market={market} sourced />
        ))}
      </ul>
    </section>
  );
}

function RuleLine({ reason, market, sourced = false }: { reason: Reason; market: string | undefined; sourced?: boolean }) {
  const one = useOneOf();
  return (
    <li>
      {one({ zh: reason.says.zh, en: reason.says.en })}{" "}
      {reason.rule && market && (
        <Link to={`/policies/${market}/rules/${reason.rule}`} className="quiet">
          {reason.rule}
        </Link>
      )}
      {sourced && <span className="quiet"> — {reason.source}</span>}
    </li>
  );
}

export function Timeline({ caseId }: { caseId: string }) {
  const { t } = useTranslation("reviews");
  const one = useOneOf();
  const say = useSay("actors");
  const log = useLog(caseId);
  return (
    <section aria-labelledby="timeline" className="desk-section">
      <h2 id="timeline" className="desk-title">
        {t("dispute.timeline")}
      </h2>
      {log.error ? (
        <Failed error={log.error} onRetry={() => void log.refetch()} />
      ) : !log.data ? (
        <Loading rows={4} />
      ) : (
        <ol className="timeline">
          {log.data
            .filter((entry) => entry.sort !== "message" && entry.sort !== "delivery")
            .map((entry) => (
              <li key={`${entry.sort} ${entry.reference} ${entry.at} ${entry.code}`}>
                <Moment at={entry.at} />
                <span>
                  {one(entry.words)} {entry.error_code && <code>{entry.error_code}</code>}
                  <span className="quiet"> · {say("actors", entry.by)}</span>
                </span>
              </li>
            ))}
        </ol>
      )}
    </section>
  );
}

export function Messages({ caseId }: { caseId: string }) {
  const { t } = useTranslation("reviews");
  const said = useMessages(caseId);
  const messages = said.data?.messages ?? [];
  return (
    <section aria-labelledby="messages" className="desk-section">
      <h2 id="messages" className="desk-title">
        {t("dispute.messages")}
      </h2>
      {said.error ? (
        <Failed error={said.error} onRetry={() => void said.refetch()} />
      ) : messages.length === 0 ? (
        <p className="quiet">{t("dispute.noMessages")}</p>
      ) : (
        <ol className="said">
          {messages.map((one) => (
            <li key={one.id} data-side={one.side}>
              <span className="quiet">
                {t(`side.${one.side}`)} · <Moment at={one.at} />
              </span>
              <p>{one.text}</p>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

/** What the platform holds of the buyer. It is a hint: no ruling rests on it alone. */
export function Signals({ found }: { found: Case }) {
  const { t } = useTranslation("reviews");
  const say = useSay("buyer_signals");
  const order = useOrder(found.order_id);
  const standing = useStanding(order.data?.buyer);
  if (!standing.data) return null;
  const { good, reasons, signals } = standing.data;
  return (
    <section className="desk-box" aria-labelledby="signals">
      <h2 id="signals" className="desk-title">
        {t("dispute.signals")}
      </h2>
      <p>
        <Chip meaning={good ? "closed" : "time"}>{t(good ? "dispute.standing.good" : "dispute.standing.bad")}</Chip>
      </p>
      {reasons.map((reason) => (
        <p key={reason}>{reason}</p>
      ))}
      {signals.length === 0 ? (
        <p className="quiet">{t("dispute.noSignals")}</p>
      ) : (
        <ul className="rule-lines">
          {signals.map((signal) => (
            <li key={signal.kind}>
              {say("buyer_signals", signal.kind)} · {t("dispute.signalTimes", { count: signal.n })} ·{" "}
              <span className="quiet">
                <Moment at={signal.last_at} length="day" />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
