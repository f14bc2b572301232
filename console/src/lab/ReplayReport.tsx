import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useMoney } from "@/shared";
import type { Report } from "./data";

const SHOWN = 3;

/** What the draft would have changed in everything that was asked. */
export function ReplayReport({ report }: { report: Report }) {
  const { t } = useTranslation("lab");
  const money = useMoney();
  const amount = (minor: number) => money({ amount: minor, currency: report.currency });
  const verdict = (word: string) => t(`verdict.${word}` as "verdict.allowed");
  return (
    <div className="lab-report">
      <p>
        <strong>{t("beside.summary", { cases: report.cases, refused: report.refused, changed: report.changed })}</strong>
      </p>
      <p className="quiet">{t("beside.agreed", { agreed: report.agreed })}</p>
      {report.transitions.length === 0 && <p>{t("beside.same")}</p>}
      {report.transitions.length > 0 && (
        <Figures
          heads={[
            t("beside.before"),
            t("beside.after"),
            t("beside.requests"),
            t("beside.refused"),
            t("beside.amount"),
            t("beside.cases"),
          ]}
          rows={report.transitions.map((one) => [
            `${verdict(one.before)} ${one.before_rule}`,
            `${verdict(one.after)} ${one.after_rule}`,
            one.requests,
            one.refused,
            amount(one.amount),
            <span key="ids" className="lab-ids">
              {one.ids.slice(0, SHOWN).map((id) => (
                <Link key={id} className="lab-behind" to={`/cases/${id}`}>
                  {id.slice(-6)}
                </Link>
              ))}
            </span>,
          ])}
        />
      )}
      {report.changed > 0 && (
        <>
          <h3>{t("beside.money")}</h3>
          <Figures
            heads={[t("beside.party"), t("beside.paid"), t("beside.less"), t("beside.more")]}
            rows={report.money.map((one) => [
              t(`parties.${one.party}` as "parties.buyer"),
              amount(one.paid),
              amount(one.asked_less),
              amount(one.asked_more),
            ])}
          />
          <h3>{t("beside.work")}</h3>
          <Figures
            heads={[t("beside.who"), t("beside.before"), t("beside.after")]}
            rows={report.work.map((one) => [t(`workers.${one.name}` as "workers.seller"), one.before, one.after])}
          />
          <h3>{t("beside.shops")}</h3>
          <ul>
            {report.shops.slice(0, 5).map((one) => (
              <li key={one.shop_id}>
                {one.shop}: {one.requests} · {amount(one.amount)}
              </li>
            ))}
          </ul>
        </>
      )}
      {report.deadlines.length > 0 && (
        <>
          <h3>{t("beside.deadlines")}</h3>
          <ul>
            {report.deadlines.map((one) => (
              <li key={`${one.deadline}${one.before}${one.after}`}>
                {one.deadline.replaceAll("_", " ")}: {one.before || t("beside.none")} → {one.after || t("beside.none")} (
                {one.promises})
              </li>
            ))}
          </ul>
        </>
      )}
      {report.unsure.length > 0 && (
        <>
          <h3>{t("beside.unsure")}</h3>
          <ul>
            {report.unsure.map((one) => (
              <li key={one.why}>
                {one.requests}: {t(`unsure.${one.why}` as "unsure.facts_unknown")}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function Figures({ heads, rows }: { heads: string[]; rows: React.ReactNode[][] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <div className="lab-scroll" tabIndex={0} role="region" aria-label={heads[0]}>
      <table className="lab-table figures">
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows are drawn anew together
            <tr key={at}>
              {row.map((cell, place) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: as above
                <td key={place}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
