import { Button, Checkbox, Input, Select } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/api/words";
import { Chip, Empty } from "@/shared";
import { type Edit, edited, keyOf, type Rule, type When } from "./data";
import { useNarrow } from "./narrow";
import { conditionTexts, outcomeText } from "./shown";

interface Props {
  rules: Rule[];
  pending: ReadonlyMap<string, Edit>;
  mayEdit: boolean;
  open: (rule: Rule) => void;
}

/** The rules of a market as people read them: when, then, and in which words. */
export function RuleTable({ rules, pending, mayEdit, open }: Props) {
  const { t } = useTranslation("lab");
  const language = useLanguage();
  const narrow = useNarrow();
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
          onChange={(e) => setSearch(e.target.value)}
        />
        <Checkbox checked={changed} onChange={(e) => setChanged(e.target.checked)}>
          {t("rules.changed")}
        </Checkbox>
      </div>
      {narrow && <p className="quiet">{t("rules.phone")}</p>}
      {shown.length === 0 && <Empty title={t("rules.none")} />}
      <ul className="lab-rules">
        {shown.map((rule) => (
          <li key={keyOf(rule)} className="lab-rule">
            <div className="lab-rule-head">
              <strong>{rule.id}</strong>
              {pending.has(keyOf(rule)) ? (
                <Chip meaning="you">{t("rules.pending")}</Chip>
              ) : (
                rule.changed && <Chip meaning="time">{t("rules.edited")}</Chip>
              )}
              {rule.assumed && <span className="quiet">{t("rules.assumed")}</span>}
              <span className="quiet lab-rule-file">
                {rule.file.replace(/^policies\//, "")}:{rule.line}
              </span>
              <Button
                size="small"
                aria-label={`${mayEdit && !narrow ? t("rules.edit") : t("rules.read")} ${rule.id}`}
                onClick={() => open(rule)}
              >
                {mayEdit && !narrow ? t("rules.edit") : t("rules.read")}
              </Button>
            </div>
            <p>{language === "zh" ? rule.says.zh : rule.says.en}</p>
            <p className="quiet">
              {conditionTexts(rule.when as When, (fact) => fact, t).join(" · ") || t("rules.always")} → {outcomeText(rule)}
              {(rule.from || rule.until) && ` (${rule.from ?? "…"} – ${rule.until ?? "…"})`}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}
