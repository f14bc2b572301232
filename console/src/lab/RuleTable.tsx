import { Button, Checkbox, Input, Select } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useOneOf } from "@/api/words";
import { type Speaking, useSpeaking } from "@/policies/speaking";
import { Chip, Empty } from "@/shared";
import { useReadOnly } from "@/shared/narrow";
import { type Edit, edited, keyOf, type Rule, type Value, type When } from "./data";
import { conditionsOf, read } from "./shown";

interface Props {
  market: string;
  rules: Rule[];
  pending: ReadonlyMap<string, Edit>;
  mayEdit: boolean;
  open: (rule: Rule) => void;
  restore: (rule: Rule) => void;
}

const IN_FORCE = {};

/** The rules of a market and topic as a table that people can read: what each says, when it holds, and what follows. */
export function RuleTable({ market, rules, pending, mayEdit, open, restore }: Props) {
  const { t } = useTranslation("lab");
  const narrow = useReadOnly();
  const speaking = useSpeaking(market, IN_FORCE);
  const [topic, setTopic] = useState<string>("eligibility");
  const [search, setSearch] = useState("");
  const [changed, setChanged] = useState(false);
  const topics = useMemo(() => [...new Set(rules.map((rule) => rule.topic))], [rules]);
  const shown = rules
    .map((rule) => edited(rule, pending.get(keyOf(rule))))
    .filter((rule) => topic === "" || rule.topic === topic)
    .filter((rule) => !changed || rule.changed || pending.has(keyOf(rule)))
    .filter((rule) => search === "" || JSON.stringify(rule).toLowerCase().includes(search.toLowerCase()));
  return (
    <>
      <div className="lab-filters">
        <Select
          aria-label={t("rules.topic")}
          value={topic}
          onChange={setTopic}
          style={{ width: 160 }}
          options={[
            { value: "", label: t("rules.all") },
            ...topics.map((one) => ({ value: one, label: t(`topic.${one}` as "topic.costs") })),
          ]}
        />
        <Input
          type="search"
          aria-label={t("rules.search")}
          placeholder={t("rules.search")}
          value={search}
          onChange={(e) => setSearch(e.target.value)}
        />
        <Checkbox checked={changed} onChange={(e) => setChanged(e.target.checked)}>
          {t("rules.changed")}
        </Checkbox>
      </div>
      {narrow && <p className="quiet">{t("rules.phone")}</p>}
      {shown.length === 0 && <Empty title={t("rules.none")} />}
      {shown.length > 0 && (
        <table className="lab-table lab-rules">
          <thead>
            <tr>
              <th scope="col">{t("rules.rule")}</th>
              <th scope="col">{t("rules.when")}</th>
              <th scope="col">{t("rules.outcome")}</th>
              <th scope="col">
                <span className="unseen">{t("rules.edit")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((rule) => (
              <RuleRow
                key={keyOf(rule)}
                rule={rule}
                speaking={speaking}
                edit={pending.get(keyOf(rule))}
                act={t(mayEdit && !narrow ? "rules.edit" : "rules.read")}
                open={() => open(rule)}
                restore={() => restore(rule)}
              />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

interface RowProps {
  rule: Rule;
  speaking: Speaking;
  edit: Edit | undefined;
  act: string;
  open: () => void;
  restore: () => void;
}

function RuleRow({ rule, speaking, edit, act, open, restore }: RowProps) {
  const { t } = useTranslation("lab");
  const one = useOneOf();
  const conditions = conditionsOf(rule.when as When);
  return (
    <tr className={edit?.remove ? "lab-gone" : undefined}>
      <th scope="row">
        <p>{one(rule.says)}</p>
        <p className="quiet lab-rule-foot">
          <code>{rule.id}</code>
          {edit ? (
            <Chip meaning="you">{t(edit.remove ? "rules.gone" : "rules.pending")}</Chip>
          ) : (
            rule.changed && <Chip meaning="time">{t("rules.edited")}</Chip>
          )}
          {rule.assumed && <span>{t("rules.assumed")}</span>}
          {(rule.from || rule.until) && (
            <span>
              {rule.from ?? "…"} – {rule.until ?? "…"}
            </span>
          )}
          <span>
            {rule.file.replace(/^policies\/(packs\/)?/, "")}
            {rule.line > 0 && `:${rule.line}`}
          </span>
        </p>
      </th>
      <td data-label={t("rules.when")}>
        {conditions.length === 0 && t("rules.always")}
        <ul>
          {conditions.map((each) => (
            <li key={each.fact + each.operator}>{speaking.condition(each)}</li>
          ))}
        </ul>
      </td>
      <td data-label={t("rules.outcome")}>
        <ul>
          {speaking.outcome(outcomeOf(rule)).map(([name, text]) => (
            <li key={`${name} ${text}`}>
              <span className="quiet">{name}</span> {text}
            </li>
          ))}
        </ul>
      </td>
      <td>
        {edit?.remove ? (
          <Button size="small" aria-label={`${t("editor.undo")} ${rule.id}`} onClick={restore}>
            {t("editor.undo")}
          </Button>
        ) : (
          <Button size="small" aria-label={`${act} ${rule.id}`} onClick={open}>
            {act}
          </Button>
        )}
      </td>
    </tr>
  );
}

/** The outcome with its form named: the first key is what the rule answers. */
function outcomeOf(rule: Rule): Record<string, unknown> {
  const outcome = rule.outcome as { [name: string]: Value };
  const told = Object.entries(outcome).map(([name, value]) => [name, read(value)]);
  return { form: Object.keys(outcome)[0], ...Object.fromEntries(told) };
}
