import type { EChartsOption } from "echarts";
import { lazy, Suspense, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schemas } from "@/api/client";
import { useLanguage, useOneOf } from "@/api/words";
import { Empty, Failed, Loading } from "@/shared";
import { type Filter, PATIENT, type RowView } from "./asking";
import { colours } from "./Chart";
import type { Drilled } from "./Figures";
import { Scroll, Take } from "./show";

const Chart = lazy(() => import("./Chart"));
type Drills = (drilled: Drilled, filter: Partial<Filter>) => void;

/** How often a word occurs; that of a reason leads to its requests. */
function Requests({ word, rows, onDrill }: { word: Schemas["WordCount"]; rows: readonly RowView[]; onDrill: Drills }) {
  const one = useOneOf();
  const figure = rows.find((row) => row.part === word.word)?.figures.find((each) => each.figure === "initiated_rate");
  if (word.sort !== "reason" || !figure) return word.requests;
  return (
    <button type="button" className="link figures" onClick={() => onDrill({ figure, part: "numerator" }, { reason: word.word })}>
      {word.requests}
      <span className="unseen">{one(word.words)}</span>
    </button>
  );
}

/** Why buyers ask: the three most frequent reasons, and their words as a cloud and, the same, as a table. */
export function Reasons({ filter, onDrill }: { filter: Filter; onDrill: Drills }) {
  const { t } = useTranslation("insight");
  const one = useOneOf();
  const language = useLanguage();
  const asked = api.useQuery("get", "/v1/insight/reasons", { params: { query: filter } }, PATIENT);
  const cloud = asked.data?.cloud ?? [];
  const rows = asked.data?.rows ?? [];
  const option = useMemo(() => {
    const ink = colours();
    const palette = [ink.accent, ink.others, ink.money, ink.text, ink.time];
    return {
      tooltip: {},
      series: [
        {
          type: "wordCloud",
          gridSize: 10,
          sizeRange: [14, 44],
          rotationRange: [0, 0],
          shrinkToFit: true,
          layoutAnimation: false,
          left: 0,
          top: 0,
          width: "100%",
          height: "100%",
          textStyle: { fontFamily: "system-ui, sans-serif" },
          data: (asked.data?.cloud ?? []).map((word, at) => ({
            name: word.words[language] ?? word.word,
            value: word.requests,
            textStyle: { color: palette[at % palette.length] },
          })),
        },
      ],
    } as EChartsOption;
  }, [asked.data, language]);
  return (
    <section className="insight-panel" aria-labelledby="insight-reasons">
      <header>
        <h2 id="insight-reasons">{t("reasons.title")}</h2>
        <Take table="words" filter={filter} />
      </header>
      {asked.isPending && <Loading rows={8} />}
      {asked.isError && !asked.data && <Failed error={asked.error} onRetry={asked.refetch} />}
      {asked.data && cloud.length === 0 && <Empty title={t("empty")} />}
      {cloud.length > 0 && (
        <>
          <h3>{t("reasons.top")}</h3>
          <ol className="insight-top">
            {rows.slice(0, 3).map((row) => {
              const figure = row.figures.find((each) => each.figure === "initiated_rate");
              return (
                <li key={row.part}>
                  <strong>{one(row.words)}</strong>{" "}
                  {figure && (
                    <button
                      type="button"
                      className="link figures"
                      onClick={() => onDrill({ figure, part: "numerator" }, { reason: row.part })}
                    >
                      {figure.numerator} · {figure.value}%<span className="unseen">{one(row.words)}</span>
                    </button>
                  )}
                </li>
              );
            })}
          </ol>
          <h3>{t("reasons.cloud")}</h3>
          <Suspense fallback={<Loading rows={6} />}>
            <Chart option={option} label={t("reasons.picture")} height={240} />
          </Suspense>
          <details className="insight-table" open>
            <summary>{t("table")}</summary>
            <Scroll label={t("table")}>
              <table data-testid="insight-words">
                <thead>
                  <tr>
                    <th scope="col">{t("reasons.word")}</th>
                    <th scope="col">{t("reasons.sort")}</th>
                    <th scope="col">{t("reasons.requests")}</th>
                    <th scope="col">{t("reasons.share")}</th>
                  </tr>
                </thead>
                <tbody>
                  {cloud.map((word) => (
                    <tr key={`${word.sort} ${word.word}`}>
                      <th scope="row">{one(word.words)}</th>
                      <td>{t(`reasons.${word.sort}`)}</td>
                      <td>
                        <Requests word={word} rows={rows} onDrill={onDrill} />
                      </td>
                      <td>{word.share === null ? "—" : `${word.share}%`}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          </details>
        </>
      )}
    </section>
  );
}
