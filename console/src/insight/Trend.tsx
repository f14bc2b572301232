import { Segmented, Select } from "antd";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useOneOf, useSay } from "@/api/words";
import { Empty, Failed, Loading } from "@/shared";
import { type Benchmark, type FigureView, type Filter, PATIENT } from "./asking";
import { colours } from "./Chart";
import type { Drilled } from "./Figures";
import { Scroll, Take, useShown } from "./show";

const Chart = lazy(() => import("./Chart"));
const FIGURES = [
  "return_rate",
  "initiated_rate",
  "effective_rate",
  "refunded_rate",
  "cancellation_rate",
  "proactive_refund_rate",
  "platform_intervention_rate",
  "first_response",
  "handling_time",
  "closed_in_72h",
  "silent_approvals",
];

const DAY_MS = 86_400_000;

/** The figure of one day or week: its part of the period, at the same cut-off. */
function within(figure: FigureView, part: string, grain: "day" | "week", zone: number): FigureView {
  const begin = Date.parse(`${part}T00:00:00Z`) - zone * 60_000;
  const end = begin + DAY_MS * (grain === "day" ? 1 : 7);
  const from = new Date(Math.max(begin, Date.parse(figure.period.from))).toISOString();
  const to = new Date(Math.min(end, Date.parse(figure.period.to))).toISOString();
  return { ...figure, period: { from, to } };
}

/** A figure by day or by week, beside what is normal in the trades that are sold. */
export function Trend({
  filter,
  benchmarks,
  onDrill,
}: {
  filter: Filter;
  benchmarks: readonly Benchmark[];
  onDrill: (drilled: Drilled) => void;
}) {
  const { t } = useTranslation("insight");
  const one = useOneOf();
  const shown = useShown();
  const say = useSay("categories", "figures");
  const [grain, setGrain] = useState<"day" | "week">("day");
  const [name, setName] = useState("return_rate");
  const asked = api.useQuery("get", "/v1/insight/trend", { params: { query: { ...filter, grain } } }, PATIENT);
  const points = useMemo(
    () =>
      (asked.data?.rows ?? []).flatMap((row) => {
        const figure = row.figures.find((each) => each.figure === name);
        return figure ? [{ part: row.part, figure }] : [];
      }),
    [asked.data, name],
  );
  const first = points[0];
  const title = first ? one(first.figure.words) : say("figures", name);
  const option = useMemo(() => {
    const ink = colours();
    const normal = name === "return_rate" ? benchmarks : [];
    return {
      aria: { enabled: true },
      grid: { left: 52, right: 24, top: 32, bottom: 32 },
      tooltip: { trigger: "axis" as const },
      xAxis: {
        type: "category" as const,
        data: points.map((point) => point.part),
        axisLabel: { color: ink.quiet },
        axisLine: { lineStyle: { color: ink.line } },
      },
      yAxis: { type: "value" as const, axisLabel: { color: ink.quiet }, splitLine: { lineStyle: { color: ink.line } } },
      series: [
        {
          name: title,
          type: "line" as const,
          showSymbol: points.length < 32,
          lineStyle: { color: ink.accent, width: 2 },
          itemStyle: { color: ink.accent },
          data: points.map((point) =>
            point.figure.value === null
              ? null
              : point.figure.unit === "seconds"
                ? Math.round(Number(point.figure.value) / 360) / 10
                : Number(point.figure.value),
          ),
          markLine: {
            symbol: "none",
            lineStyle: { color: ink.money, type: "dashed" as const },
            data: normal.map((each) => ({
              yAxis: Number(each.at_most),
              label: {
                formatter: `${say("categories", each.category)} ≤ ${each.at_most}%`,
                color: ink.money,
                position: "insideStartTop" as const,
              },
            })),
          },
        },
      ],
    };
  }, [points, benchmarks, name, title, say]);
  return (
    <section className="insight-panel" aria-labelledby="insight-trend">
      <header>
        <h2 id="insight-trend">{t("trend.title")}</h2>
        <Select
          aria-label={t("trend.figure")}
          value={name}
          onChange={setName}
          options={FIGURES.map((each) => ({ value: each, label: say("figures", each) }))}
          popupMatchSelectWidth={false}
        />
        <Segmented
          aria-label={t("trend.title")}
          value={grain}
          onChange={setGrain}
          options={[
            { value: "day", label: t("trend.day") },
            { value: "week", label: t("trend.week") },
          ]}
        />
        <Take table="trend" filter={filter} more={{ grain }} />
      </header>
      {asked.isPending && <Loading rows={8} />}
      {asked.isError && !asked.data && <Failed error={asked.error} onRetry={asked.refetch} />}
      {asked.data && points.length === 0 && <Empty title={t("empty")} />}
      {points.length > 0 && (
        <>
          <Suspense fallback={<Loading rows={8} />}>
            <Chart option={option} label={t("trend.picture", { figure: title })} />
          </Suspense>
          {name === "return_rate" && benchmarks.length > 0 && (
            <ul className="insight-benchmarks">
              {benchmarks.map((each) => (
                <li key={each.category} title={each.rule}>
                  {one(each.words)}
                </li>
              ))}
            </ul>
          )}
          <details className="insight-table">
            <summary>{t("table")}</summary>
            <Scroll label={t("table")}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{t(`trend.${grain}`)}</th>
                    <th scope="col">{title}</th>
                    <th scope="col">{t("figure.counted", { n: "" })}</th>
                    <th scope="col">{t("figure.of", { n: "" })}</th>
                  </tr>
                </thead>
                <tbody>
                  {points.map(({ part, figure }) => (
                    <tr key={part}>
                      <th scope="row">{part}</th>
                      <td>{shown(figure)}</td>
                      {(["numerator", "denominator"] as const).map((side) => (
                        <td key={side}>
                          {figure.unit === "percent" ? (
                            <button
                              type="button"
                              className="link figures"
                              onClick={() => onDrill({ figure: within(figure, part, grain, filter.zone), part: side })}
                            >
                              {figure[side]}
                              <span className="unseen">{`${part} ${title}`}</span>
                            </button>
                          ) : (
                            figure[side]
                          )}
                        </td>
                      ))}
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
