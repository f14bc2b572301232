import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useSay } from "@/api/words";
import { useMoney } from "@/shared";
import type { Behind, Report } from "./data";

const FIRST = 3;

/** What the draft would have changed in everything that was asked, market by market, with the cases behind each figure. */
export function ReplayReport({ report, elsewhere }: { report: Report; elsewhere: readonly Report[] }) {
  const { t } = useTranslation("lab");
  const touched = elsewhere.filter((one) => one.changed > 0 || one.deadlines.length > 0);
  return (
    <div className="lab-report" id="lab-replay">
      <OneMarket report={report} />
      {elsewhere.length > 0 && (
        <>
          <h3>{t("beside.markets")}</h3>
          <Markets reports={[report, ...touched].sort((a, b) => b.changed - a.changed)} />
          {touched.length < elsewhere.length && (
            <p className="quiet">{t("beside.untouched", { count: elsewhere.length - touched.length })}</p>
          )}
        </>
      )}
      {touched.map((one) => (
        <details key={one.market}>
          <summary>{t("beside.market", { market: one.market.toUpperCase(), changed: one.changed })}</summary>
          <OneMarket report={one} />
        </details>
      ))}
    </div>
  );
}

function Markets({ reports }: { reports: Report[] }) {
  const { t } = useTranslation("lab");
  const money = useMoney();
  return (
    <Figures
      name={t("beside.markets")}
      heads={[t("list.market"), t("beside.requests"), t("beside.otherwise"), t("beside.amount"), t("beside.promises")]}
      rows={reports.map((one) => [
        one.market.toUpperCase(),
        one.cases + one.refused,
        one.changed,
        money({ amount: one.amount, currency: one.currency }),
        one.deadlines.reduce((sum, each) => sum + each.promises, 0),
      ])}
    />
  );
}

function OneMarket({ report }: { report: Report }) {
  const { t } = useTranslation("lab");
  const money = useMoney();
  const say = useSay("deadlines");
  const amount = (minor: number) => money({ amount: minor, currency: report.currency });
  const verdict = (word: string) => t(`verdict.${word}` as "verdict.allowed");
  return (
    <>
      <p>
        <strong>{t("beside.summary", { cases: report.cases, refused: report.refused, changed: report.changed })}</strong>
        {report.changed > 0 && ` ${t("beside.certain", { certain: report.certain, changed: report.changed })}`}
      </p>
      <p className="quiet">{t("beside.agreed", { agreed: report.agreed })}</p>
      {report.transitions.length === 0 && report.deadlines.length === 0 && <p>{t("beside.same")}</p>}
      {report.transitions.length > 0 && (
        <Figures
          name={t("beside.title")}
          heads={[t("beside.before"), t("beside.after"), t("beside.requests"), t("beside.amount"), t("beside.cases")]}
          rows={report.transitions.map((one) => [
            `${verdict(one.before)} ${one.before_rule}`,
            `${verdict(one.after)} ${one.after_rule}`,
            <Count key="count" count={one.requests} refused={one.refused} />,
            amount(one.amount),
            <Names key="names" behind={one.behind} />,
          ])}
        />
      )}
      {report.changed > 0 && (
        <>
          <h3>{t("beside.money")}</h3>
          <Figures
            name={t("beside.money")}
            heads={[t("beside.party"), t("beside.paid"), t("beside.less"), t("beside.more")]}
            rows={report.money.map((one) => [
              t(`parties.${one.party}` as "parties.buyer"),
              <Figure key="paid" text={amount(one.paid)} behind={one.behind_paid} />,
              <Figure key="less" text={amount(one.asked_less)} behind={one.behind_less} />,
              <Figure key="more" text={amount(one.asked_more)} behind={one.behind_more} />,
            ])}
          />
          <h3>{t("beside.work")}</h3>
          <Figures
            name={t("beside.work")}
            heads={[t("beside.who"), t("beside.before"), t("beside.after"), t("beside.cases")]}
            rows={report.work.map((one) => [
              t(`workers.${one.name}` as "workers.seller"),
              one.before,
              one.after,
              <Names key="names" behind={one.behind} />,
            ])}
          />
          <h3>{t("beside.shops")}</h3>
          <Figures
            name={t("beside.shops")}
            heads={[t("beside.shop"), t("beside.requests"), t("beside.amount"), t("beside.cases")]}
            rows={report.shops
              .slice(0, 5)
              .map((one) => [one.shop, one.requests, amount(one.amount), <Names key="names" behind={one.behind} />])}
          />
        </>
      )}
      {report.deadlines.length > 0 && (
        <>
          <h3>{t("beside.deadlines")}</h3>
          <Figures
            name={t("beside.deadlines")}
            heads={[t("beside.deadline"), t("beside.before"), t("beside.after"), t("beside.promises"), t("beside.cases")]}
            rows={report.deadlines.map((one) => [
              say("deadlines", one.deadline),
              one.before || t("beside.none"),
              one.after || t("beside.none"),
              one.promises,
              <Names key="names" behind={one.behind} />,
            ])}
          />
        </>
      )}
      {report.unsure.length > 0 && (
        <>
          <h3>{t("beside.unsure")}</h3>
          <Figures
            name={t("beside.unsure")}
            heads={[t("beside.why"), t("beside.requests"), t("beside.cases")]}
            rows={report.unsure.map((one) => [
              t(`unsure.${one.why}` as "unsure.facts_unknown"),
              one.requests,
              <Names key="names" behind={one.behind} />,
            ])}
          />
        </>
      )}
    </>
  );
}

function Count({ count, refused }: { count: number; refused: number }) {
  const { t } = useTranslation("lab");
  return (
    <>
      {count}
      {refused > 0 && <span className="quiet"> ({t("beside.refusedOf", { refused })})</span>}
    </>
  );
}

function Figure({ text, behind }: { text: string; behind: Behind }) {
  return (
    <>
      {text}
      <Names behind={behind} />
    </>
  );
}

/** A few of what stands behind a figure; a case can be opened, a request that was refused has none. */
function Names({ behind: { cases = [], refused = [] } }: { behind: Behind }) {
  const { t } = useTranslation("lab");
  return (
    <span className="lab-ids">
      {cases.slice(0, FIRST).map((id) => (
        <Link key={id} className="lab-behind" to={`/cases/${id}`}>
          {id.slice(-6)}
        </Link>
      ))}
      {refused.length > 0 && (
        <span className="quiet" title={refused.join(" ")}>
          {t("beside.refusedNamed", { id: refused[0]?.slice(-6) })}
        </span>
      )}
    </span>
  );
}

function Figures({ name, heads, rows }: { name: string; heads: string[]; rows: ReactNode[][] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <div className="lab-scroll" tabIndex={0} role="region" aria-label={name}>
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
