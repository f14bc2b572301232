import { useInfiniteQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { amends, told } from "@/api/client";
import { useOneOf, useSay, useVocabulary } from "@/api/words";
import { Empty, Failed, Loading, Moment, Money } from "@/shared";
import { PATIENT, useFilter } from "./asking";
import { Filters } from "./Filters";
import { Scroll, Take, useShown } from "./show";
import "./insight.css";

/** Each rejection and what became of it, and which grounds stand. */
export default function Tracking() {
  const { t } = useTranslation("insight");
  const one = useOneOf();
  const shown = useShown();
  const say = useSay("grounds", "reasons", "kinds", "rejection_outcomes", "events");
  const outcomes = useVocabulary("rejection_outcomes");
  const { filter, set, clear } = useFilter();
  const [outcome, setOutcome] = useState("");
  const [ground, setGround] = useState("");
  const narrowed: { outcome?: string; ground?: string } = { ...(outcome ? { outcome } : {}), ...(ground ? { ground } : {}) };
  const query = { ...filter, ...narrowed, limit: 100 };
  const asked = useInfiniteQuery({
    queryKey: ["insight", "tracking", query],
    queryFn: ({ pageParam }) =>
      told(amends.GET("/v1/insight/tracking", { params: { query: { ...query, ...(pageParam ? { cursor: pageParam } : {}) } } })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    ...PATIENT,
  });
  const first = asked.data?.pages[0];
  const rows = asked.data?.pages.flatMap((page) => page.rows) ?? [];
  const survival = first?.figures.find((figure) => figure.figure === "rejection_survival");
  return (
    <div className="insight" aria-busy={asked.isFetching}>
      <header className="insight-head">
        <h1>{t("tracking")}</h1>
        <Link to="/insight">{t("nav.dashboard")}</Link>
        <Take table="tracking" filter={filter} more={narrowed} />
      </header>
      <Filters filter={filter} set={set} clear={clear} />
      <p>
        <Select
          aria-label={t("track.outcome")}
          value={outcome}
          onChange={setOutcome}
          popupMatchSelectWidth={false}
          options={[
            { value: "", label: t("track.all") },
            ...[...outcomes.values()].map((term) => ({ value: term.word, label: one({ zh: term.zh, en: term.en }) })),
          ]}
        />
        {ground && (
          <button type="button" className="link" onClick={() => setGround("")}>
            {say("grounds", ground)} ✕
          </button>
        )}
      </p>
      {asked.isPending && <Loading rows={10} />}
      {asked.isError && !asked.data && <Failed error={asked.error} onRetry={asked.refetch} />}
      {first && rows.length === 0 && <Empty title={t("track.none")} />}
      {survival && survival.value !== null && (
        <p className="insight-sentence">
          {one(survival.words)}: {shown(survival)} ({survival.numerator}/{survival.denominator})
        </p>
      )}
      {rows.length > 0 && (
        <Scroll label={t("table")}>
          <table data-testid="insight-tracking">
            <thead>
              <tr>
                <th scope="col">{t("drill.order")}</th>
                <th scope="col">{t("track.at")}</th>
                <th scope="col">{t("track.ground")}</th>
                <th scope="col">{t("drill.kind")}</th>
                <th scope="col">{t("drill.reason")}</th>
                <th scope="col">{t("track.amount")}</th>
                <th scope="col">{t("track.outcome")}</th>
                <th scope="col">{t("track.outcomeAt")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.key}>
                  <th scope="row">
                    <Link to={`/cases/${row.case_id}`} title={t("drill.open")}>
                      {row.order_reference}
                    </Link>
                  </th>
                  <td>
                    <Moment at={row.at} />
                  </td>
                  <td>{row.ground ? say("grounds", row.ground) : say("events", row.event)}</td>
                  <td>{say("kinds", row.kind)}</td>
                  <td>{say("reasons", row.reason)}</td>
                  <td>
                    <Money value={{ amount: row.amount, currency: row.currency }} />
                  </td>
                  <td>{say("rejection_outcomes", row.outcome)}</td>
                  <td>{row.outcome_at ? <Moment at={row.outcome_at} /> : "—"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {asked.hasNextPage && (
        <button type="button" className="link" onClick={() => asked.fetchNextPage()}>
          {t("drill.more")}
        </button>
      )}
      {first && first.grounds.length > 0 && (
        <section className="insight-panel" aria-labelledby="insight-grounds">
          <header>
            <h2 id="insight-grounds">{t("track.grounds")}</h2>
          </header>
          <Scroll label={t("table")}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{t("track.ground")}</th>
                  <th scope="col">{t("track.used")}</th>
                  <th scope="col">{t("track.settled")}</th>
                  <th scope="col">{t("track.stood")}</th>
                  <th scope="col">{t("track.overturned")}</th>
                  <th scope="col">{t("track.survival")}</th>
                </tr>
              </thead>
              <tbody>
                {first.grounds.map((each) => (
                  <tr key={each.ground}>
                    <th scope="row">{one(each.words) || "—"}</th>
                    <td>
                      {each.ground ? (
                        <button type="button" className="link figures" onClick={() => setGround(each.ground)}>
                          {each.rejections}
                          <span className="unseen">{one(each.words)}</span>
                        </button>
                      ) : (
                        each.rejections
                      )}
                    </td>
                    <td>{each.settled}</td>
                    <td>{each.stood}</td>
                    <td>{each.overturned}</td>
                    <td>{each.survival === null ? "—" : `${each.survival}%`}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </section>
      )}
    </div>
  );
}
