import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useLanguage, useOneOf } from "@/api/words";
import { Chip, momentText } from "@/shared";
import { type Rule, type When, whenText } from "./data";
import type { Speaking } from "./speaking";

interface Props {
  rule: Rule;
  market: string;
  when: When;
  speaking: Speaking;
  chosen?: boolean;
  whole?: boolean;
}

/** One rule: what it says, when it applies and what follows, with its source, dates and requirements. */
export function RuleCard({ rule, market, when, speaking, chosen, whole }: Props) {
  const { t } = useTranslation("policies");
  const one = useOneOf();
  return (
    <article className={chosen ? "rule rule-chosen" : "rule"} id={rule.id} aria-current={chosen || undefined}>
      <p className="rule-says">{one(rule.says)}</p>
      <dl className="rule-parts">
        <dt>{t("when")}</dt>
        <dd>
          <Conditions rule={rule} speaking={speaking} />
        </dd>
        <dt>{t("follows")}</dt>
        <dd>
          <ul className="rule-outcome">
            {speaking.outcome(rule.outcome as Record<string, unknown>).map(([name, text]) => (
              <li key={`${name} ${text}`}>
                <span className="quiet">{name}</span> {text}
              </li>
            ))}
          </ul>
        </dd>
        {rule.overrides.length > 0 && (
          <>
            <dt>{t("overrides")}</dt>
            <dd>
              <RuleLinks rules={rule.overrides} market={market} when={when} />
            </dd>
          </>
        )}
        <dt>{t("source")}</dt>
        <dd>{rule.source}</dd>
        {whole && (
          <>
            <dt>{t("file")}</dt>
            <dd>
              <code>
                {rule.file}:{rule.line}
              </code>
            </dd>
          </>
        )}
      </dl>
      <p className="rule-foot">
        {whole ? <code>{rule.id}</code> : <Link to={`/policies/${market}/rules/${rule.id}${whenText(when)}`}>{rule.id}</Link>}
        {rule.assumed && (
          <Tooltip title={t("assumedHelp")}>
            <span>
              <Chip meaning="others">{t("assumed")}</Chip>
            </span>
          </Tooltip>
        )}
        <Dates rule={rule} />
        <span className="quiet">{rule.pack}</span>
        {rule.requirements.map((id) => (
          <Link key={id} to={`/policies/${market}?search=${id}`} className="quiet">
            {id}
          </Link>
        ))}
      </p>
    </article>
  );
}

function Conditions({ rule, speaking }: { rule: Rule; speaking: Speaking }) {
  const { t } = useTranslation("policies");
  const conditions = rule.conditions as { fact: string; operator: string; value: unknown }[];
  if (conditions.length === 0) return t("always");
  return (
    <ul className="rule-conditions">
      {conditions.map((condition) => (
        <li key={condition.fact + condition.operator}>{speaking.condition(condition)}</li>
      ))}
    </ul>
  );
}

function Dates({ rule }: { rule: Rule }) {
  const { t } = useTranslation("policies");
  const language = useLanguage();
  const day = (text: string) => momentText(`${text}T12:00:00Z`, language, "day");
  return (
    <>
      {rule.from && <span>{t("from", { when: day(rule.from) })}</span>}
      {rule.until && <span>{t("until", { when: day(rule.until) })}</span>}
    </>
  );
}

export function RuleLinks({ rules, market, when }: { rules: readonly string[]; market: string; when: When }) {
  return (
    <span className="rule-links">
      {rules.map((rule) => (
        <Link key={rule} to={`/policies/${market}/rules/${rule}${whenText(when)}`}>
          {rule}
        </Link>
      ))}
    </span>
  );
}
