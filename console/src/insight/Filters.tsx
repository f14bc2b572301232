import { Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useOneOf } from "@/api/words";
import { type Filter, useChoices } from "./asking";

const FIELDS = {
  shop: "shop_id",
  market: "market",
  category: "category",
  product: "sku",
  room: "room",
  host: "host",
  reason: "reason",
} as const;
type Field = keyof typeof FIELDS;

const day = (moment: string | undefined) => (moment ? new Date(moment).toLocaleDateString("sv-SE") : "");
const begins = (text: string) => (text ? new Date(`${text}T00:00:00`).toISOString() : undefined);

/** The period, the maturity, and what to look at; all of it stands in the address. */
export function Filters({
  filter,
  set,
  clear,
}: {
  filter: Filter;
  set: (changes: Record<string, string | number | undefined>) => void;
  clear: () => void;
}) {
  const { t } = useTranslation("insight");
  const one = useOneOf();
  const choices = useChoices();
  const period = filter.from ? "custom" : String(filter.days ?? 30);
  const chosen = (field: Field) => {
    const value = filter[FIELDS[field]];
    return value === undefined ? undefined : String(value);
  };
  const narrowed = Object.values(FIELDS).some((name) => name !== "shop_id" && filter[name] !== undefined);
  return (
    <search className="insight-filters" aria-label={t("filters")}>
      <Segmented
        aria-label={t("period.label")}
        value={period}
        onChange={(value) => {
          if (value === "custom") {
            const to = new Date();
            to.setHours(0, 0, 0, 0);
            const from = new Date(to);
            from.setDate(from.getDate() - 28);
            set({ days: undefined, from: from.toISOString(), to: to.toISOString() });
          } else set({ days: value, from: undefined, to: undefined });
        }}
        options={[
          { value: "7", label: t("period.days", { n: 7 }) },
          { value: "30", label: t("period.days", { n: 30 }) },
          { value: "custom", label: t("period.custom") },
        ]}
      />
      {filter.from && (
        <span className="insight-dates">
          <label>
            {t("period.from")}{" "}
            <input
              type="date"
              value={day(filter.from)}
              onChange={(event) => begins(event.target.value) && set({ from: begins(event.target.value) })}
            />
          </label>
          <label>
            {t("period.to")}{" "}
            <input
              type="date"
              value={day(filter.to)}
              onChange={(event) => begins(event.target.value) && set({ to: begins(event.target.value) })}
            />
          </label>
        </span>
      )}
      <Select
        aria-label={t("maturity.label")}
        value={String(filter.maturity ?? "")}
        onChange={(value) => set({ maturity: value || undefined })}
        popupMatchSelectWidth={false}
        options={[
          { value: "", label: t("maturity.none") },
          ...[7, 14, 30].map((n) => ({ value: String(n), label: t("maturity.days", { n }) })),
        ]}
      />
      <Select
        aria-label={t("by.label")}
        value={filter.by ?? "order"}
        onChange={(value) => set({ by: value === "line" ? value : undefined })}
        popupMatchSelectWidth={false}
        options={[
          { value: "order", label: t("by.order") },
          { value: "line", label: t("by.line") },
        ]}
      />
      {(Object.keys(FIELDS) as Field[]).map((field) => {
        const found = (choices.data?.choices ?? []).filter((choice) => choice.dimension === field);
        if (found.length < 2 && !(chosen(field) && choices.data)) return null; // an id says nothing before its name is there
        return (
          <Select
            key={field}
            aria-label={t(`choice.${field}`)}
            placeholder={t(`choice.${field}`)}
            allowClear
            showSearch={{ optionFilterProp: "label" }}
            value={chosen(field)}
            onChange={(value) => set({ [FIELDS[field]]: value })}
            popupMatchSelectWidth={false}
            options={found.map((choice) => ({ value: choice.word, label: one(choice.words) || choice.word }))}
          />
        );
      })}
      {(narrowed || filter.kind) && (
        <button type="button" className="link" onClick={clear}>
          {t("choice.clear")}
        </button>
      )}
    </search>
  );
}
