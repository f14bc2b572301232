import { Button, Checkbox, Input, Select } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { Loading } from "@/shared";
import { useReadOnly } from "@/shared/narrow";
import { Condition, type Row, rowsOf, whenOf } from "./Condition";
import { type Edit, edited, type Rule, type Value, type When } from "./data";
import { Field, ValueFields } from "./ValueFields";

interface Props {
  market: string;
  rule: Rule;
  edit?: Edit;
  others: string[];
  mayEdit: boolean;
  /** Every keystroke: what is otherwise now; nothing where the rule reads as it did. */
  change: (edit: Edit | undefined) => void;
  copy: () => void;
  /** Gives a rule that is new another name. */
  rename: (id: string) => void;
  close: () => void;
}

type Outcome = { [name: string]: Value };

/** One rule as fields, beside what it would change: every keystroke is tried, and saved with the draft's other edits. */
export function RuleEditor({ market, rule: before, edit, others, mayEdit, change, copy, rename, close }: Props) {
  const { t } = useTranslation("lab");
  const readOnly = useReadOnly() || !mayEdit;
  const rule = edited(before, edit);
  const known = api.useQuery("get", "/v1/policies/{market}/facts", { params: { path: { market } } }).data;
  const [fields, setFields] = useState(() => fieldsOf(rule));
  const top = useRef<HTMLHeadingElement>(null);
  useEffect(() => top.current?.focus(), []);
  const put = (part: Partial<Fields>) => {
    const next = { ...fields, ...part };
    setFields(next);
    change(editOf(before, next));
  };
  const { rows, dates, says, outcome } = fields;
  return (
    <section className="lab-editor" aria-labelledby="lab-editor-title">
      <header className="lab-head">
        <h2 id="lab-editor-title" ref={top} tabIndex={-1}>
          {t(readOnly ? "editor.reading" : "editor.title", { id: rule.id })}
        </h2>
        <span className="quiet">
          {rule.file.replace(/^policies\//, "")}
          {rule.line > 0 && `:${rule.line}`}
        </span>
      </header>
      <div className="lab-moves">
        <Button type="primary" onClick={close}>
          {t("editor.close")}
        </Button>
        {!readOnly && edit && !before.fresh && (
          <Button
            onClick={() => {
              setFields(fieldsOf(before));
              change(undefined);
            }}
          >
            {t("editor.undo")}
          </Button>
        )}
        {!readOnly && <Button onClick={copy}>{t("editor.copy")}</Button>}
        {!readOnly && (
          <Button
            danger
            onClick={() => {
              change(before.fresh ? undefined : { file: rule.file, id: rule.id, remove: true });
              close();
            }}
          >
            {t("editor.drop")}
          </Button>
        )}
      </div>
      <fieldset disabled={readOnly}>
        {before.fresh && (
          <Field label={t("editor.name")}>
            {(id) => (
              <Input
                id={id}
                defaultValue={rule.id}
                onBlur={(event) => rename(event.target.value.toLowerCase().replace(/[^a-z0-9_]+/g, "_"))}
              />
            )}
          </Field>
        )}
        <h3>{t("editor.when")}</h3>
        {!known && <Loading rows={rows.length} />}
        {known && rows.length === 0 && <p className="quiet">{t("rules.always")}</p>}
        {known &&
          rows.map((row) => (
            <Condition
              key={row.key}
              row={row}
              facts={known.facts}
              currency={known.currency}
              disabled={readOnly}
              change={(next) => put({ rows: rows.map((one) => (one.key === row.key ? next : one)) })}
              remove={() => put({ rows: rows.filter((one) => one.key !== row.key) })}
            />
          ))}
        {!readOnly && (
          <Button size="small" onClick={() => put({ rows: [...rows, emptyRow(rows)] })}>
            {t("editor.add")}
          </Button>
        )}
        <h3>{t("editor.outcome")}</h3>
        <ValueFields name="" value={outcome} disabled={readOnly} change={(next) => put({ outcome: next as Outcome })} />
        <h3>{t("rules.words")}</h3>
        {(["zh", "en"] as const).map((language) => (
          <Field key={language} label={t(`editor.${language}`)}>
            {(id) => (
              <Input.TextArea
                id={id}
                autoSize
                disabled={readOnly}
                value={says[language]}
                onChange={(event) => put({ says: { ...says, [language]: event.target.value } })}
              />
            )}
          </Field>
        ))}
        <h3>{t("editor.overrides")}</h3>
        <Select
          aria-label={t("editor.overrides")}
          mode="multiple"
          className="lab-wide"
          disabled={readOnly}
          value={fields.overrides}
          onChange={(overrides) => put({ overrides })}
          options={others.map((id) => ({ value: id, label: id }))}
        />
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
                  onChange={(event) => put({ dates: { ...dates, [name]: event.target.value } })}
                />
              )}
            </Field>
          ))}
        </div>
        <Field label={t("editor.source")}>
          {(id) => (
            <Input id={id} value={fields.source} disabled={readOnly} onChange={(event) => put({ source: event.target.value })} />
          )}
        </Field>
        <Checkbox checked={fields.assumed} disabled={readOnly} onChange={(event) => put({ assumed: event.target.checked })}>
          {t("editor.assumed")}
        </Checkbox>
      </fieldset>
    </section>
  );
}

interface Fields {
  rows: Row[];
  outcome: Outcome;
  says: { [language: string]: string };
  overrides: string[];
  dates: { from: string; until: string };
  source: string;
  assumed: boolean;
}

const fieldsOf = (rule: Rule): Fields => ({
  rows: rowsOf(rule.when as When),
  outcome: rule.outcome as Outcome,
  says: rule.says,
  overrides: rule.overrides,
  dates: { from: rule.from ?? "", until: rule.until ?? "" },
  source: rule.source,
  assumed: rule.assumed,
});

const emptyRow = (rows: readonly Row[]): Row => ({
  key: Math.max(0, ...rows.map((one) => one.key)) + 1,
  fact: "",
  operator: "is",
  value: "",
});

/** What differs from the rule as the draft holds it; a rule that is new differs in everything. */
function editOf(before: Rule, { rows, outcome, says, overrides, dates, source, assumed }: Fields): Edit | undefined {
  const told = {
    from: dates.from || null,
    until: dates.until || null,
    source,
    assumed,
    overrides,
    when: whenOf(rows),
    outcome: cleaned(outcome) as Outcome,
    says: { zh: says.zh ?? "", en: says.en ?? "" },
  };
  const was = before as unknown as { [name: string]: unknown };
  const kept = Object.entries(told).filter(([name, value]) => before.fresh || differs(value, was[name] ?? null));
  if (kept.length === 0) return undefined;
  return { file: before.file, id: before.id, ...Object.fromEntries(kept) };
}

/** Without the empty word behind a comma that is just being typed. */
function cleaned(value: Value): Value {
  if (Array.isArray(value)) return value.filter((one) => one !== "");
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, cleaned(part)]));
}

function differs(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}
