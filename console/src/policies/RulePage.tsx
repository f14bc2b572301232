import { useTranslation } from "react-i18next";
import { Link, useParams, useSearchParams } from "react-router";
import { isProblem } from "@/api/client";
import { Chip, Empty, NotYet } from "@/shared";
import { useRule, whenOf, whenText } from "./data";
import { RuleCard, RuleLinks } from "./RuleCard";
import { useSpeaking } from "./speaking";
import "./policies.css";

/** A rule by itself, with its examples: situations in which it must apply, or must not, each judged again by the release. */
export default function RulePage() {
  const { market = "", rule = "" } = useParams();
  const [params] = useSearchParams();
  const when = whenOf(params);
  const { t } = useTranslation("policies");
  const found = useRule(market, rule, when);
  const speaking = useSpeaking(market, when);
  if (isProblem(found.error) && found.error.code === "not_found") {
    return <Empty title={t("missing")} action={<Link to={`/policies/${market}`}>{t("title")}</Link>} />;
  }
  if (!found.data) return <NotYet of={found} rows={8} />;
  const page = found.data;
  const { topic } = page.rule;
  return (
    <div className="page policies">
      <p>
        <Link to={`/policies/${market}/${topic}${whenText(when)}#${rule}`}>← {t("back", { topic: t(`topics.${topic}`) })}</Link>
      </p>
      <h1 className="page-title rule-name">{page.rule.id}</h1>
      <RuleCard rule={page.rule} market={market} when={when} speaking={speaking} whole />
      {page.overridden_by.length > 0 && (
        <p>
          {t("overriddenBy")} <RuleLinks rules={page.overridden_by} market={market} when={when} />
        </p>
      )}
      <h2 className="policies-title">{t("examples")}</h2>
      {page.examples.length === 0 ? (
        <p className="quiet">{t("noExamples")}</p>
      ) : (
        <ul className="examples">
          {page.examples.map((example) => (
            <li key={`${example.name} ${example.line}`} className="example">
              <p>
                <strong>{example.name}</strong>
              </p>
              <p className="example-chips">
                <Chip meaning={example.fires ? "you" : "closed"}>{t(example.fires ? "fires" : "misses")}</Chip>
                <Chip meaning={example.holds ? "closed" : "time"}>{t(example.holds ? "holds" : "broken")}</Chip>
              </p>
              <ul className="rule-conditions">
                {Object.entries(example.facts).map(([fact, value]) => (
                  <li key={fact}>
                    <span className="quiet">{speaking.factName(fact)}</span> {speaking.value(fact, value)}
                  </li>
                ))}
              </ul>
              <p>
                <Link to={`/policies/${market}/try?topic=${topic}&facts=${encodeURIComponent(JSON.stringify(example.facts))}`}>
                  {t("tryThis")}
                </Link>
              </p>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
