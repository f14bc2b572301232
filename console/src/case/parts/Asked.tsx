import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Case } from "@/api/client";
import { useProblemWords, useSay } from "@/api/words";
import { Chip, Failed, Loading, Moment, Money } from "@/shared";
import { type Order, useCosts } from "../data";
import { Facts, Part } from "./Part";

const PAID = { succeeded: "closed", failed: "time", given_up: "closed" } as const;

/** What is asked, in the field's words, line by line. */
export function Asked({ found, order }: { found: Case; order: Order | undefined }) {
  const { t } = useTranslation("case");
  const say = useSay(
    "kinds",
    "reasons",
    "reason_groups",
    "categories",
    "dispositions",
    "parties",
    "order_statuses",
    "sale_formats",
    "order_channels",
  );
  const lines = new Map((order?.lines ?? []).map((line) => [line.id, line]));
  const others = (order?.cases ?? []).filter((one) => one.id !== found.id);
  const inspected = found.lines.some((line) => line.accepted !== null || line.disposition);
  return (
    <Part id="asked" title={t("asked.title")}>
      <Facts
        rows={[
          [t("asked.kind"), say("kinds", found.kind)],
          [t("asked.reason"), `${say("reasons", found.reason)} · ${say("reason_groups", found.reason_group)}`],
          [
            t("asked.by"),
            <span key="by">
              {say("parties", found.opened_by)} <Moment at={found.opened_at} />
            </span>,
          ],
          order
            ? [
                t("asked.order"),
                [
                  say("order_statuses", order.status),
                  say("sale_formats", order.sale_format),
                  say("order_channels", order.channel),
                ]
                  .filter((word, at, all) => word && all.indexOf(word) === at)
                  .join(" · "),
              ]
            : null,
          found.parent_id
            ? [
                t("asked.parent"),
                <Link key="p" to={`/cases/${found.parent_id}`}>
                  {t("asked.parent_link")}
                </Link>,
              ]
            : null,
        ]}
      />
      {found.note && <blockquote className="said">{found.note}</blockquote>}
      <div className="scroll">
        <table className="lines">
          <thead>
            <tr>
              <th>{t("asked.line")}</th>
              <th className="number">{t("asked.units")}</th>
              <th className="number">{t("asked.amount")}</th>
              {inspected && <th>{t("asked.inspected")}</th>}
            </tr>
          </thead>
          <tbody>
            {found.lines.map((line) => {
              const known = lines.get(line.line_id);
              return (
                <tr key={line.line_id}>
                  <td>
                    {known?.title ?? line.line_id}
                    {known && (
                      <span className="quiet">
                        {" "}
                        {known.sku} · {say("categories", known.category)}
                      </span>
                    )}
                  </td>
                  <td className="number">
                    {line.quantity}
                    {known && known.quantity !== line.quantity && <span className="quiet"> / {known.quantity}</span>}
                  </td>
                  <td className="number">
                    <Money value={{ amount: line.amount, currency: found.amount.currency }} />
                  </td>
                  {inspected && (
                    <td>
                      {line.accepted !== null && t("asked.found", { accepted: line.accepted, refused: line.refused ?? 0 })}
                      {(line.deducted ?? 0) > 0 && (
                        <>
                          {" "}
                          {t("asked.kept")} <Money value={{ amount: line.deducted ?? 0, currency: found.amount.currency }} />
                        </>
                      )}{" "}
                      {say("dispositions", line.disposition)}
                    </td>
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {others.length > 0 && (
        <p className="others">
          {t("asked.others")}{" "}
          {others.map((one) => (
            <Link key={one.id} to={`/cases/${one.id}`}>
              {say("kinds", one.kind)} · {say("reasons", one.reason)}
            </Link>
          ))}
        </p>
      )}
    </Part>
  );
}

/** Where the money comes from and who bears it: refunds by payment, postings by party, what was paid on top. */
export function MoneyPart({ found, order }: { found: Case; order: Order | undefined }) {
  const { t } = useTranslation("case");
  const say = useSay("refund_statuses", "parties", "payment_methods");
  const words = useProblemWords();
  const costs = useCosts(found.id);
  const currency = found.amount.currency;
  return (
    <Part id="money" title={t("money.title")}>
      {order && (
        <ul className="plain">
          {order.payments.map((payment) => (
            <li key={payment.id}>
              {say("payment_methods", payment.method)} <Money value={{ amount: payment.captured, currency }} />
              {payment.reserved > 0 && (
                <span className="quiet">
                  {" "}
                  {t("money.reserved")} <Money value={{ amount: payment.reserved, currency }} />
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      {found.refunds.length > 0 && <h3>{t("money.refunds")}</h3>}
      <ul className="plain">
        {found.refunds.map((refund) => (
          <li key={refund.id}>
            <Money value={{ amount: refund.amount, currency }} strong />{" "}
            <Chip meaning={PAID[refund.status as keyof typeof PAID] ?? "money"}>{say("refund_statuses", refund.status)}</Chip>
            {refund.failure && <span className="quiet"> {words(refund.failure).says}</span>}
          </li>
        ))}
      </ul>
      {costs.isPending && <Loading rows={2} />}
      {costs.isError && <Failed error={costs.error} onRetry={() => void costs.refetch()} />}
      {costs.data && (
        <>
          {costs.data.parties.length === 0 && <p className="quiet">{t("money.nothing")}</p>}
          {costs.data.parties.length > 0 && <h3>{t("money.who")}</h3>}
          <ul className="plain">
            {costs.data.parties.map((one) => (
              <li key={`${one.party} ${one.amount.currency}`}>
                {t(one.amount.amount < 0 ? "money.paid" : "money.got", { party: say("parties", one.party) })}{" "}
                <Money value={{ amount: Math.abs(one.amount.amount), currency: one.amount.currency }} strong />
              </li>
            ))}
          </ul>
          {costs.data.compensations.map((one) => (
            <p key={one.id}>
              {t("money.compensation", { by: say("parties", one.by), to: say("parties", one.to) })}{" "}
              <Money value={one.amount} strong />{" "}
              <span className="quiet">
                {say("refund_statuses", one.status)} · <code>{one.rule}</code>
              </span>
            </p>
          ))}
          {costs.data.postings.length > 0 && (
            <details>
              <summary>{t("money.postings", { n: costs.data.postings.length })}</summary>
              <table className="lines">
                <tbody>
                  {costs.data.postings.map((leg) => (
                    <tr key={`${leg.transaction} ${leg.account}`}>
                      <td>
                        <Moment at={leg.at} />
                      </td>
                      <td>{leg.why.replaceAll("_", " ")}</td>
                      <td>
                        <code>{leg.account}</code>
                      </td>
                      <td className="number">
                        <Money value={leg.amount} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </details>
          )}
        </>
      )}
    </Part>
  );
}
