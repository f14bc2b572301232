import { useMutation } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams, useSearchParams } from "react-router";
import { amends, told } from "@/api/client";
import { Failed, Loading, ProblemNotice } from "@/shared";
import { Answer } from "./Answer";
import { type Fact, TOPICS, type Topic, useFacts, whenOf, whenText } from "./data";
import { FactField } from "./FactField";
import { grouped, type Situation, situationOf, type Told } from "./facts";
import { MarketChoice } from "./Head";
import { useSpeaking } from "./speaking";
import "./policies.css";

/** Lay out a situation and read what a release says to it. No case is made and nothing is kept. */
export default function TryPage() {
  const { market = "" } = useParams();
  const [params] = useSearchParams();
  const { t } = useTranslation("policies");
  const when = whenOf(params);
  const facts = useFacts(market, when);
  return (
    <div className="page policies">
      <p>
        <Link to={`/policies/${market}${whenText(when)}`}>← {t("title")}</Link>
      </p>
      <div className="policies-head">
        <h1 className="page-title">{t("tryIt.title")}</h1>
        <MarketChoice market={market} to={(other) => `/policies/${other}/try?${params.toString()}`} />
      </div>
      <p className="quiet">{t("tryIt.text")}</p>
      {facts.error ? (
        <Failed error={facts.error} onRetry={() => void facts.refetch()} />
      ) : !facts.data ? (
        <Loading rows={8} />
      ) : (
        <Trial key={facts.data.release.hash} market={market} facts={facts.data.facts} currency={facts.data.currency} />
      )}
    </div>
  );
}

function Trial({ market, facts, currency }: { market: string; facts: readonly Fact[]; currency: string }) {
  const { t } = useTranslation("policies");
  const [params, setParams] = useSearchParams();
  const when = whenOf(params);
  const speaking = useSpeaking(market, when);
  const known = useMemo(() => new Map(facts.map((fact) => [fact.name, fact])), [facts]);
  const asked = TOPICS.find((name) => name === params.get("topic")) ?? "eligibility";
  const [topic, setTopic] = useState<Topic>(asked);
  const [situation, setSituation] = useState<Situation>(() => situationOf(params.get("facts"), known));
  const trying = useMutation({
    mutationFn: (given: Situation) =>
      told(
        amends.POST("/v1/policies/{market}/try", {
          params: { path: { market } },
          body: { facts: given as never, topics: [topic], ...when },
        }),
      ),
  });
  const judge = (given: Situation) => {
    setParams(
      (old) => {
        old.set("topic", topic);
        old.set("facts", JSON.stringify(given));
        return old;
      },
      { replace: true },
    );
    trying.mutate(given);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the address carries is judged once, when one arrives with it
  useEffect(() => {
    if (Object.keys(situation).length > 0) trying.mutate(situation);
  }, []);
  const set = (name: string, value: Told | null) =>
    setSituation(({ [name]: _, ...rest }) => (value === null ? rest : { ...rest, [name]: value }));
  const mine = facts.filter((fact) => fact.topics.includes(topic) || fact.name in situation);
  const empty = Object.keys(situation).length === 0;
  return (
    <div className="trial">
      <form
        className="trial-form"
        aria-label={t("tryIt.title")}
        onSubmit={(event) => {
          event.preventDefault();
          judge(situation);
        }}
      >
        <div className="trial-topic">
          <span id="trial-topic">{t("tryIt.topic")}</span>
          <Select
            value={topic}
            aria-labelledby="trial-topic"
            options={TOPICS.map((name) => ({ value: name, label: t(`topics.${name}`) }))}
            onChange={(name: Topic) => {
              setTopic(name);
              trying.reset();
            }}
          />
        </div>
        {grouped(mine).map(([group, its]) => (
          <fieldset key={group} className="trial-group">
            <legend>{t(`tryIt.groups.${group}`)}</legend>
            {its.map((fact) => (
              <FactField
                key={fact.name}
                fact={fact}
                currency={currency}
                value={situation[fact.name]}
                set={(value) => set(fact.name, value)}
              />
            ))}
          </fieldset>
        ))}
        <div className="trial-acts">
          <Button type="primary" htmlType="submit" disabled={empty} loading={trying.isPending}>
            {t("tryIt.judge")}
          </Button>
          <Button
            disabled={empty}
            onClick={() => {
              setSituation({});
              trying.reset();
            }}
          >
            {t("tryIt.reset")}
          </Button>
        </div>
      </form>
      <section className="trial-answer" aria-live="polite" aria-label={t("tryIt.judge")}>
        {trying.error ? (
          <ProblemNotice error={trying.error} />
        ) : trying.data ? (
          trying.data.answers.map((answer) => (
            <Answer key={answer.topic} answer={answer} market={market} when={when} speaking={speaking} />
          ))
        ) : (
          <p className="quiet">{t("tryIt.empty")}</p>
        )}
      </section>
    </div>
  );
}
