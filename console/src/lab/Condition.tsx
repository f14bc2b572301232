import { Button, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/api/words";
import type { Fact, Value, When } from "./data";

const OPERATORS: Record<string, string[]> = {
  word: ["is", "is_not", "in", "not_in"],
  flag: ["is", "is_not"],
  days: ["is", "is_not", "over", "under", "at_least"],
  count: ["is", "is_not", "over", "under", "at_least"],
};
const MEASURED = ["over", "under", "at_least"];
const WRITTEN: Record<string, string> = { days: "14 days", hours: "48 hours", money: "100.00", percent: "5 percent", count: "3" };

export interface Row {
  key: number;
  fact: string;
  operator: string;
  value: Value;
}

interface Props {
  row: Row;
  facts: Fact[];
  currency: string;
  disabled: boolean;
  change: (row: Row) => void;
  remove: () => void;
}

/** One condition: a fact, how it is compared, and with what, written as policy writes it. */
export function Condition({ row, facts, currency, disabled, change, remove }: Props) {
  const { t } = useTranslation("lab");
  const language = useLanguage();
  const fact = facts.find((one) => one.name === row.fact);
  const operators = OPERATORS[fact?.type ?? "word"] ?? MEASURED;
  return (
    <div className="lab-condition">
      <Select
        aria-label={t("editor.fact")}
        showSearch
        optionFilterProp="label"
        disabled={disabled}
        value={row.fact || undefined}
        placeholder={t("editor.fact")}
        onChange={(name: string) => change({ ...row, fact: name, operator: firstOperator(facts, name), value: "" })}
        options={facts.map((one) => ({ value: one.name, label: `${one[language]} (${one.name})` }))}
        popupMatchSelectWidth={false}
      />
      <Select
        aria-label={t("editor.operator")}
        disabled={disabled}
        value={row.operator}
        onChange={(operator: string) => change({ ...row, operator, value: fitted(row.value, operator) })}
        options={operators.map((one) => ({ value: one, label: t(`operator.${one}` as "operator.is") }))}
      />
      <Compared row={row} fact={fact} currency={currency} disabled={disabled} change={change} />
      {!disabled && (
        <Button size="small" aria-label={t("editor.remove")} onClick={remove}>
          ×
        </Button>
      )}
    </div>
  );
}

function Compared({ row, fact, currency, disabled, change }: Omit<Props, "facts" | "remove"> & { fact: Fact | undefined }) {
  const { t } = useTranslation("lab");
  const language = useLanguage();
  const put = (value: Value) => change({ ...row, value });
  if (fact?.type === "word") {
    const many = row.operator === "in" || row.operator === "not_in";
    const chosen = Array.isArray(row.value) ? row.value.map(String) : row.value === "" ? [] : [String(row.value)];
    return (
      <Select
        aria-label={t("editor.value")}
        mode={many ? "multiple" : undefined}
        showSearch
        optionFilterProp="label"
        disabled={disabled}
        value={(many ? chosen : chosen[0]) as never}
        onChange={put}
        options={fact.options.map((one) => ({ value: one.word, label: `${one[language]} (${one.word})` }))}
        popupMatchSelectWidth={false}
      />
    );
  }
  if (fact?.type === "flag") {
    return (
      <Select
        aria-label={t("editor.value")}
        disabled={disabled}
        value={row.value === "" ? undefined : String(row.value)}
        onChange={(value: string) => put(value === "true")}
        options={(["true", "false"] as const).map((one) => ({ value: one, label: t(`editor.${one}`) }))}
      />
    );
  }
  const example = fact && WRITTEN[fact.type];
  return (
    <Input
      aria-label={t("editor.value")}
      disabled={disabled}
      value={String(row.value)}
      placeholder={example && (fact.type === "money" ? `${example} ${currency}` : example)}
      onChange={(event) => put(event.target.value)}
    />
  );
}

export function rowsOf(when: When): Row[] {
  return Object.entries(when)
    .flatMap(([fact, comparisons]) => Object.entries(comparisons).map(([operator, value]) => ({ fact, operator, value })))
    .map((row, key) => ({ key, ...row }));
}

export function whenOf(rows: readonly Row[]): When {
  const when: When = {};
  for (const row of rows) if (row.fact) when[row.fact] = { ...when[row.fact], [row.operator]: row.value };
  return when;
}

function firstOperator(facts: readonly Fact[], name: string): string {
  const type = facts.find((one) => one.name === name)?.type ?? "word";
  return (OPERATORS[type] ?? MEASURED)[0] ?? "is";
}

function fitted(value: Value, operator: string): Value {
  const many = operator === "in" || operator === "not_in";
  if (many) return Array.isArray(value) ? value : value === "" ? [] : [value];
  return Array.isArray(value) ? (value[0] ?? "") : value;
}
