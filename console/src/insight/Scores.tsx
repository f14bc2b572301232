import { lazy, Suspense, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, type Schemas } from "@/api/client";
import { useSay } from "@/api/words";
import { Empty, Failed, Loading, Moment } from "@/shared";
import { type Filter, PATIENT } from "./asking";
import { colours } from "./Chart";
import { Scroll, Take } from "./show";

const Chart = lazy(() => import("./Chart"));

const NONE: Schemas["ScoreMove"][] = [];

/** How the scores moved and what moved them; each entry leads to its case. */
export function Scores({ filter }: { filter: Filter }) {
  const { t } = useTranslation("insight");
  const say = useSay("scores", "score_reasons");
  const asked = api.useQuery("get", "/v1/insight/scores", { params: { query: filter } }, PATIENT);
  const moves = asked.data?.moves ?? NONE;
  const several = new Set(moves.map((move) => move.shop_id)).size > 1;
  const newest = [...moves].sort((one, other) => other.at.localeCompare(one.at));
  const option = useMemo(() => {
    const ink = colours();
    const inks = [ink.accent, ink.others, ink.money, ink.time];
    const lines = [...new Map(moves.map((move) => [`${move.shop_id} ${move.score}`, move])).values()];
    return {
      aria: { enabled: true },
      grid: { left: 48, right: 16, top: 40, bottom: 32 },
      legend: { type: "scroll" as const, top: 0, textStyle: { color: ink.quiet } },
      tooltip: { trigger: "axis" as const },
      xAxis: { type: "time" as const, axisLabel: { color: ink.quiet } },
      yAxis: {
        type: "value" as const,
        scale: true,
        axisLabel: { color: ink.quiet },
        splitLine: { lineStyle: { color: ink.line } },
      },
      series: lines.map((line, at) => ({
        name: [...(several ? [line.shop ?? line.shop_id] : []), say("scores", line.score)].join(" · "),
        type: "line" as const,
        step: "end" as const,
        lineStyle: { color: inks[at % inks.length] },
        itemStyle: { color: inks[at % inks.length] },
        data: moves
          .filter((move) => move.shop_id === line.shop_id && move.score === line.score)
          .map((move) => [move.at, Number(move.value)]),
      })),
    };
  }, [moves, several, say]);
  return (
    <section className="insight-panel" aria-labelledby="insight-scores">
      <header>
        <h2 id="insight-scores">{t("scores.title")}</h2>
        <Take table="scores" filter={filter} />
      </header>
      {asked.isPending && <Loading rows={6} />}
      {asked.isError && !asked.data && <Failed error={asked.error} onRetry={asked.refetch} />}
      {asked.data && moves.length === 0 && <Empty title={t("scores.none")} />}
      {moves.length > 0 && (
        <>
          <Suspense fallback={<Loading rows={6} />}>
            <Chart option={option} label={t("scores.picture")} height={220} />
          </Suspense>
          <Scroll label={t("table")} short>
            <table>
              <thead>
                <tr>
                  {several && <th scope="col">{t("scores.shop")}</th>}
                  <th scope="col">{t("scores.score")}</th>
                  <th scope="col">{t("scores.at")}</th>
                  <th scope="col">{t("scores.delta")}</th>
                  <th scope="col">{t("scores.value")}</th>
                  <th scope="col">{t("scores.why")}</th>
                  <th scope="col">{t("scores.case")}</th>
                </tr>
              </thead>
              <tbody>
                {newest.map((move) => (
                  <tr key={move.entry_id}>
                    {several && <td>{move.shop ?? move.shop_id}</td>}
                    <th scope="row">{say("scores", move.score)}</th>
                    <td>
                      <Moment at={move.at} />
                    </td>
                    <td>{move.delta}</td>
                    <td>{move.value}</td>
                    <td>
                      {say("score_reasons", move.why)}
                      {move.rule && <code className="quiet"> {move.rule}</code>}
                    </td>
                    <td>{move.case_id ? <Link to={`/cases/${move.case_id}`}>{t("drill.open")}</Link> : "—"}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </>
      )}
    </section>
  );
}
