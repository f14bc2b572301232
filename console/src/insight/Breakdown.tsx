import { Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useOneOf } from "@/api/words";
import { Chip, Empty, Failed, Loading } from "@/shared";
import { type FigureView, type Filter, PATIENT, type RowView } from "./asking";
import type { Drilled } from "./Figures";
import { Scroll, Take, useShown } from "./show";

const DIMENSIONS = ["category", "product", "shop", "market", "room", "host", "reason", "kind"] as const;
type Dimension = (typeof DIMENSIONS)[number];
const FIELDS: Record<Dimension, string> = {
  category: "category",
  product: "sku",
  shop: "shop_id",
  market: "market",
  room: "room",
  host: "host",
  reason: "reason",
  kind: "kind",
};
const SHOWN = [
  "return_rate",
  "initiated_rate",
  "effective_rate",
  "refunded_rate",
  "first_response",
  "handling_time",
  "closed_in_72h",
  "silent_approvals",
];

/** Over what is normal is said in words beside the number, and never by a colour alone. */
function Normal({ row, figure }: { row: RowView; figure: FigureView | undefined }) {
  const { t } = useTranslation("insight");
  if (!row.benchmark) return <span className="quiet">—</span>;
  const over = figure?.value != null && Number(figure.value) > Number(row.benchmark.at_most);
  return (
    <>
      ≤ {row.benchmark.at_most}% {over && <Chip meaning="time">{t("breakdown.over")}</Chip>}
    </>
  );
}

/** The same figures by a dimension; a part can be looked into by itself, and each count leads to its cases. */
export function Breakdown({
  filter,
  onDrill,
  onChoose,
}: {
  filter: Filter;
  onDrill: (drilled: Drilled, filter: Partial<Filter>) => void;
  onChoose: (changes: Record<string, string>) => void;
}) {
  const { t } = useTranslation("insight");
  const one = useOneOf();
  const shown = useShown();
  const [dimension, setDimension] = useState<Dimension>("category");
  const asked = api.useQuery("get", "/v1/insight/breakdown", { params: { query: { ...filter, dimension } } }, PATIENT);
  const rows = asked.data?.rows ?? [];
  const names = SHOWN.filter((name) => rows.some((row) => row.figures.some((figure) => figure.figure === name)));
  const head = new Map(rows.flatMap((row) => row.figures.map((figure) => [figure.figure, one(figure.words)] as const)));
  const narrowed = (part: string) => ({ [FIELDS[dimension]]: dimension === "shop" ? Number(part) : part }) as Partial<Filter>;
  return (
    <section className="insight-panel insight-wide" aria-labelledby="insight-breakdown">
      <header>
        <h2 id="insight-breakdown">{t("breakdown.title")}</h2>
        <Select
          aria-label={t("breakdown.by")}
          value={dimension}
          onChange={setDimension}
          options={DIMENSIONS.map((each) => ({ value: each, label: t(`choice.${each}`) }))}
          popupMatchSelectWidth={false}
        />
        <Take table="breakdown" filter={filter} more={{ dimension }} />
      </header>
      {asked.isPending && <Loading rows={8} />}
      {asked.isError && !asked.data && <Failed error={asked.error} onRetry={asked.refetch} />}
      {asked.data && rows.length === 0 && <Empty title={t("empty")} />}
      {rows.length > 0 && (
        <Scroll label={t("table")}>
          <table data-testid="insight-breakdown">
            <thead>
              <tr>
                <th scope="col">{t(`choice.${dimension}`)}</th>
                {names.map((name) => (
                  <th scope="col" key={name}>
                    {head.get(name)}
                  </th>
                ))}
                {dimension === "category" && <th scope="col">{t("breakdown.benchmark")}</th>}
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, 100).map((row) => {
                const by = new Map(row.figures.map((figure) => [figure.figure, figure]));
                return (
                  <tr key={row.part}>
                    <th scope="row">
                      <button type="button" className="link" onClick={() => onChoose({ [FIELDS[dimension]]: row.part })}>
                        {one(row.words) || row.part || "—"}
                      </button>
                    </th>
                    {names.map((name) => {
                      const figure = by.get(name);
                      if (!figure)
                        return (
                          <td key={name} className="quiet">
                            —
                          </td>
                        );
                      return (
                        <td key={name}>
                          {shown(figure)}{" "}
                          {figure.unit === "percent" && (
                            <button
                              type="button"
                              className="link insight-small"
                              onClick={() => onDrill({ figure, part: "numerator" }, narrowed(row.part))}
                            >
                              {figure.numerator}/{figure.denominator}
                              <span className="unseen">
                                {head.get(name)} · {one(row.words)}
                              </span>
                            </button>
                          )}
                        </td>
                      );
                    })}
                    {dimension === "category" && (
                      <td>
                        <Normal row={row} figure={by.get("return_rate")} />
                      </td>
                    )}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}
