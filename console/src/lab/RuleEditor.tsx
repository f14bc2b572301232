import { Button, Drawer, Input, Select } from "antd";
import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useLanguage } from "@/api/words";
import { Loading } from "@/shared";
import { type Edit, edited, type Fact, type Rule, type Value, type When } from "./data";
import { useNarrow } from "./narrow";

const OPERATORS: Record<string, string[]> = {
  word: ["is", "is_not", "in", "not_in"],
  flag: ["is", "is_not"],
  days: ["is", "is_not", "over", "under", "at_least"],
  count: ["is", "is_not", "over", "under", "at_least"],
};
const MEASURED = ["over", "under", "at_least"];

interface Row {
  key: number;
  fact: string;
  operator: string;
  value: Value;
}

interface Props {
  market: string;
  rule: Rule;
  edit?: Edit;
  mayEdit: boolean;
  take: (edit: Edit) => void;
  close: () => void;
}

/** One rule as fields. What is taken is tried at once and saved with the draft's other edits. */
export function RuleEditor({ market, rule: before, edit, mayEdit, take, close }: Props) {
  const { t } = useTranslation("lab");
  const narrow = useNarrow();
  const rule = edited(before, edit);
  const facts = api.useQuery("get", "/v1/policies/{market}/facts", { params: { path: { market } } }).data?.facts ?? [];
  const [dates, setDates] = useState({ from: rule.from ?? "", until: rule.until ?? "" });
  const [source, setSource] = useState(rule.source);
  const [rows, setRows] = useState<Row[]>(() => rowsOf(rule.when as When));
  const [outcome, setOutcome] = useState(rule.outcome as { [name: string]: Value });
  const [says, setSays] = useState(rule.says);
  const readOnly = !mayEdit || narrow;
  const done = () => {
    const when = whenOf(rows);
    const told: Edit = {
      file: rule.file,
      id: rule.id,
      ...(dates.from !== (before.from ?? "") && { from: dates.from || null }),
      ...(dates.until !== (before.until ?? "") && { until: dates.until || null }),
      ...(source !== before.source && { source }),
      ...(differs(when, before.when) && { when }),
      ...(differs(outcome, before.outcome) && { outcome }),
      ...(differs(says, before.says) && { says: { zh: says.zh ?? "", en: says.en ?? "" } }),
    };
    take(told);
  };
  return (
    <Drawer
      open
      onClose={close}
      size="large"
      title={t("editor.title", { id: rule.id })}
      footer={
        readOnly ? null : (
          <div className="lab-moves">
            <Button type="primary" onClick={done}>
              {t("editor.apply")}
            </Button>
            <Button onClick={close}>{t("editor.cancel")}</Button>
          </div>
        )
      }
    >
      <fieldset className="lab-editor" disabled={readOnly}>
        <p className="quiet">
          {rule.file}:{rule.line}
        </p>
        <h3>{t("editor.when")}</h3>
        {facts.length === 0 && <Loading rows={rows.length} />}
        {facts.length > 0 &&
          rows.map((row) => (
            <ConditionRow
              key={row.key}
              row={row}
              facts={facts}
              disabled={readOnly}
              change={(next) => setRows(rows.map((one) => (one.key === row.key ? next : one)))}
              remove={() => setRows(rows.filter((one) => one.key !== row.key))}
            />
          ))}
        {!readOnly && (
          <Button
            size="small"
            onClick={() =>
              setRows([...rows, { key: Math.max(0, ...rows.map((one) => one.key)) + 1, fact: "", operator: "is", value: "" }])
            }
          >
            {t("editor.add")}
          </Button>
        )}
        <h3>{t("editor.outcome")}</h3>
        <ValueFields
          name=""
          value={outcome}
          disabled={readOnly}
          change={(next) => setOutcome(next as { [name: string]: Value })}
        />
        <h3>{t("rules.words")}</h3>
        {(["zh", "en"] as const).map((language) => (
          <Field key={language} label={t(`editor.${language}`)}>
            {(id) => (
              <Input.TextArea
                id={id}
                autoSize
                disabled={readOnly}
                value={says[language]}
                onChange={(e) => setSays({ ...says, [language]: e.target.value })}
              />
            )}
          </Field>
        ))}
        <h3>{t("rules.dates")}</h3>
        <div className="lab-row">
          {(["from", "until"] as const).map((name) => (
            <Field key={name} label={t(`editor.${name}`)}>
              {(id) => (
                <Input
                  id={id}
                  type="date"
                  disabled={readOnly}
                  value={dates[name]}
                  onChange={(e) => setDates({ ...dates, [name]: e.target.value })}
                />
              )}
            </Field>
          ))}
        </div>
        <Field label={t("editor.source")}>
          {(id) => <Input id={id} value={source} disabled={readOnly} onChange={(e) => setSource(e.target.value)} />}
        </Field>
      </fieldset>
    </Drawer>
  );
}

interface RowProps {
  row: Row;
  facts: Fact[];
  disabled: boolean;
  change: (row: Row) => void;
  remove: () => void;
}

function ConditionRow({ row, facts, disabled, change, remove }: RowProps) {
  const { t } = useTranslation("lab");
  const language = useLanguage();
  const fact = facts.find((one) => one.name === row.fact);
  const many = row.operator === "in" || row.operator === "not_in";
  const operators = OPERATORS[fact?.type ?? "word"] ?? MEASURED;
  const options = (fact?.options ?? []).map((one) => ({ value: one.word, label: `${one[language]} (${one.word})` }));
  const chosen = Array.isArray(row.value) ? row.value.map(String) : row.value === "" ? [] : [String(row.value)];
  return (
    <div className="lab-condition">
      <Select
        aria-label={t("editor.fact")}
        showSearch
        optionFilterProp="label"
        disabled={disabled}
        value={row.fact || undefined}
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
      {fact?.type === "word" ? (
        <Select
          aria-label={t("editor.value")}
          mode={many ? "multiple" : undefined}
          showSearch
          optionFilterProp="label"
          disabled={disabled}
          value={(many ? chosen : chosen[0]) as never}
          onChange={(value: Value) => change({ ...row, value })}
          options={options}
          popupMatchSelectWidth={false}
        />
      ) : fact?.type === "flag" ? (
        <Select
          aria-label={t("editor.value")}
          disabled={disabled}
          value={String(row.value)}
          onChange={(value: string) => change({ ...row, value: value === "true" })}
          options={["true", "false"].map((one) => ({ value: one, label: one }))}
        />
      ) : (
        <Input
          aria-label={t("editor.value")}
          disabled={disabled}
          value={String(row.value)}
          onChange={(e) => change({ ...row, value: e.target.value })}
        />
      )}
      {!disabled && (
        <Button size="small" aria-label={t("editor.remove")} onClick={remove}>
          ×
        </Button>
      )}
    </div>
  );
}

interface FieldsProps {
  name: string;
  value: Value;
  disabled: boolean;
  change: (value: Value) => void;
}

/** An outcome's own keys, however deep they go. */
function ValueFields({ name, value, disabled, change }: FieldsProps) {
  if (Array.isArray(value)) {
    return (
      <Field label={name.replaceAll("_", " ")}>
        {(id) => (
          <Input
            id={id}
            disabled={disabled}
            value={value.join(", ")}
            onChange={(e) =>
              change(
                e.target.value
                  .split(",")
                  .map((one) => one.trim())
                  .filter(Boolean),
              )
            }
          />
        )}
      </Field>
    );
  }
  if (typeof value === "object") {
    return (
      <div className="lab-fields">
        {Object.entries(value).map(([key, part]) => (
          <ValueFields
            key={key}
            name={name ? `${name} ${key}` : key}
            value={part}
            disabled={disabled}
            change={(next) => change({ ...value, [key]: next })}
          />
        ))}
      </div>
    );
  }
  return (
    <Field label={name.replaceAll("_", " ")}>
      {(id) => (
        <Input
          id={id}
          disabled={disabled}
          value={String(value)}
          onChange={(e) => change(typeof value === "boolean" ? e.target.value === "true" : e.target.value)}
        />
      )}
    </Field>
  );
}

function Field({ label, children }: { label: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="lab-field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}

function rowsOf(when: When): Row[] {
  return Object.entries(when)
    .flatMap(([fact, comparisons]) => Object.entries(comparisons).map(([operator, value]) => ({ fact, operator, value })))
    .map((row, key) => ({ key, ...row }));
}

function whenOf(rows: Row[]): When {
  const when: When = {};
  for (const row of rows) if (row.fact) when[row.fact] = { ...when[row.fact], [row.operator]: row.value };
  return when;
}

function firstOperator(facts: Fact[], name: string): string {
  const type = facts.find((one) => one.name === name)?.type ?? "word";
  return (OPERATORS[type] ?? MEASURED)[0] ?? "is";
}

function fitted(value: Value, operator: string): Value {
  const many = operator === "in" || operator === "not_in";
  if (many) return Array.isArray(value) ? value : value === "" ? [] : [value];
  return Array.isArray(value) ? (value[0] ?? "") : value;
}

function differs(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}
