import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Schemas } from "@/api/client";
import { useOneOf, useSay } from "@/api/words";
import { Chip, type Meaning } from "@/shared";
import { type Answered, type Spoken, type When, whenText } from "./data";
import type { Speaking } from "./speaking";

interface Props {
  answer: Answered;
  market: string;
  when: When;
  speaking: Speaking;
}

const MEANS: Record<string, Meaning> = { allowed: "closed", declined: "time", needs: "you", undecided: "others" };

/** What one topic answers: the verdict with every reason and what would change it, then its rules. */
export function Answer({ answer, market, when, speaking }: Props) {
  const { t } = useTranslation("policies");
  const { verdict } = answer;
  const quiet = answer.stands.length + answer.may_stand.length + answer.silenced.length === 0;
  return (
    <article className="answered">
      <h2 className="policies-title">{t(`topics.${answer.topic}`)}</h2>
      {verdict && <Verdict verdict={verdict} speaking={speaking} />}
      {quiet && <p className="quiet">{t("tryIt.nothing")}</p>}
      <Said title={t("tryIt.stands")} rules={answer.stands} market={market} when={when} speaking={speaking} />
      <Said title={t("tryIt.may")} rules={answer.may_stand} market={market} when={when} speaking={speaking} />
      <Said title={t("tryIt.silenced")} rules={answer.silenced} market={market} when={when} speaking={speaking} />
      {answer.just_misses.length > 0 && (
        <details className="near">
          <summary>
            {t("tryIt.near")} <span className="figures">{answer.just_misses.length}</span>
          </summary>
          <ul className="said-rules">
            {answer.just_misses.map((missed) => (
              <li key={missed.rule}>
                <Link to={`/policies/${market}/rules/${missed.rule}${whenText(when)}`}>{missed.rule}</Link>{" "}
                <span className="quiet">
                  {t("tryIt.nearBy", {
                    fact: speaking.factName(missed.fact),
                    told: speaking.value(missed.fact, missed.told),
                    wanted: `${t(`op.${missed.operator}`)} ${speaking.value(missed.fact, missed.wanted)}`,
                  })}
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </article>
  );
}

function Verdict({ verdict, speaking }: { verdict: Schemas["Verdict"]; speaking: Speaking }) {
  const { t } = useTranslation("policies");
  const one = useOneOf();
  const say = useSay("evidence_kinds");
  const needs = verdict.needs ?? [];
  const ways = verdict.ways ?? [];
  return (
    <div className="verdict">
      <p className="verdict-kind" data-verdict={verdict.kind}>
        <Chip meaning={MEANS[String(verdict.kind)] ?? "others"}>{t(`tryIt.verdict.${verdict.kind}`)}</Chip>
      </p>
      {(verdict.reasons ?? []).map((reason) => (
        <p key={reason.rule || reason.code} className="verdict-reason">
          {one({ zh: reason.says.zh, en: reason.says.en })}
        </p>
      ))}
      {needs.length > 0 && (
        <>
          <h3>{t("tryIt.needs")}</h3>
          <ul className="said-rules">
            {needs.map((need) => (
              <li key={need.kind + need.name}>
                {need.kind === "fact"
                  ? speaking.factName(need.name)
                  : [...(need.all_of ?? []), ...(need.any_of ?? [])]
                      .map((kind) => say("evidence_kinds", kind))
                      .join((need.any_of ?? []).length > 0 ? ` ${t("joinOr")} ` : t("joinAnd"))}
              </li>
            ))}
          </ul>
        </>
      )}
      {ways.length > 0 && (
        <>
          <h3>{t("tryIt.ways")}</h3>
          <ul className="said-rules">
            {ways.map((way) => (
              <li key={way.says.en}>{one({ zh: way.says.zh, en: way.says.en })}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function Said({ title, rules, market, when, speaking }: Omit<Props, "answer"> & { title: string; rules: readonly Spoken[] }) {
  const { t } = useTranslation("policies");
  const one = useOneOf();
  if (rules.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul className="said-rules">
        {rules.map((rule) => (
          <li key={rule.rule}>
            <p>{one({ zh: rule.zh, en: rule.en })}</p>
            <p className="rule-foot">
              <Link to={`/policies/${market}/rules/${rule.rule}${whenText(when)}`}>{rule.rule}</Link>
              {rule.assumed && <Chip meaning="others">{t("assumed")}</Chip>}
              <span className="quiet">{rule.source}</span>
              {(rule.needs ?? []).map((need) => (
                <span key={need.name}>{speaking.factName(need.name)}</span>
              ))}
              {(rule.silenced_by ?? []).length > 0 && (
                <span>
                  {t("tryIt.by")} {(rule.silenced_by ?? []).join(", ")}
                </span>
              )}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}
