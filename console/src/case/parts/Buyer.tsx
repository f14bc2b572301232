import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useProblemWords, useSay } from "@/api/words";
import { Chip, Failed, Loading, Moment, Money } from "@/shared";
import { useHistory, useStanding } from "../data";
import { Part } from "./Part";

/** What this buyer did in this shop, and how they stand with the platform, with the reasons (U-13). */
export function Buyer({ buyer, shop, caseId }: { buyer: string | undefined; shop: number; caseId: string }) {
  const { t } = useTranslation("case");
  const say = useSay("kinds", "reasons", "states", "endings", "reason_groups", "buyer_signals");
  const words = useProblemWords();
  const standing = useStanding(buyer);
  const history = useHistory(buyer, shop);
  const asked = history.data?.asked ?? [];
  const cases = asked.reduce((sum, one) => sum + one.n, 0);
  const orders = (history.data?.bought ?? []).reduce((sum, one) => sum + one.orders, 0);
  const refunded = new Map<string, number>();
  for (const one of asked) refunded.set(one.refunded.currency, (refunded.get(one.refunded.currency) ?? 0) + one.refunded.amount);
  const byReason = new Map<string, number>();
  for (const one of asked) byReason.set(one.reason_group, (byReason.get(one.reason_group) ?? 0) + one.n);
  return (
    <Part id="buyer" title={t("buyer.title")}>
      <p className="deadline-line">
        <strong className="buyer-name">{buyer}</strong>
        {standing.data && (
          <Chip meaning={standing.data.good ? "closed" : "time"}>{t(standing.data.good ? "buyer.good" : "buyer.watched")}</Chip>
        )}
      </p>
      {standing.isError && <Failed error={standing.error} />}
      {standing.data && !standing.data.good && (
        <ul className="reasons">
          {standing.data.reasons.map((reason) => (
            <li key={reason}>{say("buyer_signals", reason) || words(reason).says}</li>
          ))}
          <li className="quiet">{t("buyer.never_declined")}</li>
        </ul>
      )}
      {(standing.data?.signals ?? []).length > 0 && (
        <ul className="plain">
          {standing.data?.signals.map((one) => (
            <li key={one.kind}>
              {say("buyer_signals", one.kind)} <strong className="figures">×{one.n}</strong>{" "}
              <span className="quiet">
                {t("buyer.last")} <Moment at={one.last_at} length="day" />
              </span>
            </li>
          ))}
        </ul>
      )}
      {history.isPending && buyer && <Loading rows={3} />}
      {history.isError && <Failed error={history.error} onRetry={() => void history.refetch()} />}
      {history.data && (
        <>
          <dl className="figures-row" data-testid="buyer-history">
            <div>
              <dt>{t("buyer.orders")}</dt>
              <dd>{orders}</dd>
            </div>
            <div>
              <dt>{t("buyer.cases")}</dt>
              <dd>
                {cases} <span className="quiet">{orders > 0 && `${Math.round((cases / orders) * 100)}%`}</span>
              </dd>
            </div>
            <div>
              <dt>{t("buyer.refunded")}</dt>
              <dd>
                {[...refunded].map(([currency, amount]) => (
                  <Money key={currency} value={{ amount, currency }} />
                ))}
                {refunded.size === 0 && "0"}
              </dd>
            </div>
          </dl>
          {byReason.size > 0 && (
            <ul className="bars" aria-label={t("buyer.why")}>
              {[...byReason].map(([group, n]) => (
                <li key={group}>
                  <span>{say("reason_groups", group)}</span>
                  <span className="bar" style={{ inlineSize: `${(n / cases) * 100}%` }} aria-hidden="true" />
                  <span className="figures">{n}</span>
                </li>
              ))}
            </ul>
          )}
          <h3>{t("buyer.past")}</h3>
          <ul className="plain past">
            {history.data.cases
              .filter((one) => one.id !== caseId)
              .slice(0, 8)
              .map((one) => (
                <li key={one.id}>
                  <Link to={`/cases/${one.id}`}>{say("reasons", one.reason)}</Link> <Money value={one.amount} />{" "}
                  <span className="quiet">
                    {one.ended ? say("endings", one.ended) : say("states", one.state)} ·{" "}
                    <Moment at={one.opened_at} length="day" />
                  </span>
                </li>
              ))}
            {history.data.cases.length <= 1 && <li className="quiet">{t("buyer.first")}</li>}
          </ul>
        </>
      )}
    </Part>
  );
}
