import { Input, Switch } from "antd";
import { useDeferredValue, useEffect, useMemo, useState } from "react";
import { flushSync } from "react-dom";
import { useTranslation } from "react-i18next";
import { Link, NavLink, useLocation, useNavigate, useParams, useSearchParams } from "react-router";
import { useOneOf } from "@/api/words";
import { useShortcuts } from "@/app/shortcuts";
import { Empty, Failed, Loading } from "@/shared";
import { type Policy, type Rule, TOPICS, usePolicy, type When, whenOf, whenText } from "./data";
import { InForce, MarketChoice } from "./Head";
import { RuleCard } from "./RuleCard";
import { type Speaking, useSpeaking } from "./speaking";
import "./policies.css";

/** Every rule in force in a market, by topic, as of any day; found by its name, a requirement or a word. */
export default function PolicyPage() {
  const { market = "", topic } = useParams();
  const [params] = useSearchParams();
  const { t } = useTranslation("policies");
  const when = whenOf(params);
  const policy = usePolicy(market, when);
  const speaking = useSpeaking(market, when);
  const here = topic ? `/${topic}` : "";
  return (
    <div className="page policies">
      <div className="policies-head">
        <h1 className="page-title">{t("title")}</h1>
        <MarketChoice market={market} to={(other) => `/policies/${other}${here}${whenText(when)}`} />
        <span className="policies-links">
          <Link to={`/policies/${market}/try`}>{t("try")}</Link>
          <Link to={`/policies/${market}/releases`}>{t("releases")}</Link>
        </span>
      </div>
      <Filters />
      {policy.error && !policy.isPlaceholderData ? (
        <Failed error={policy.error} onRetry={() => void policy.refetch()} />
      ) : !policy.data ? (
        <Loading rows={8} height={48} />
      ) : (
        <Rules
          key={`${policy.data.market} ${policy.data.release.hash}`}
          policy={policy.data}
          topic={topic}
          when={when}
          speaking={speaking}
        />
      )}
    </div>
  );
}

/** What the list is narrowed by stands in the address bar, so that it can be sent to somebody. */
function Filters() {
  const { t } = useTranslation("policies");
  const [params, setParams] = useSearchParams();
  const [text, setText] = useState(params.get("search") ?? "");
  const asked = params.get("search") ?? "";
  useEffect(() => setText(asked), [asked]);
  const put = (name: string, value: string | null) =>
    setParams(
      (old) => {
        if (value) old.set(name, value);
        else old.delete(name);
        if (name === "as_of") old.delete("release");
        return old;
      },
      { replace: true },
    );
  useShortcuts([{ key: "/", label: "policies:keys.search", run: () => document.getElementById("policy-search")?.focus() }]);
  return (
    <div className="policies-filters">
      <Input
        id="policy-search"
        value={text}
        maxLength={100}
        aria-label={t("search")}
        placeholder={t("search")}
        onChange={(event) => {
          setText(event.target.value);
          put("search", event.target.value.trim() || null);
        }}
      />
      <label className="policies-date">
        {t("asOf")}{" "}
        <input type="date" value={params.get("as_of") ?? ""} onChange={(event) => put("as_of", event.target.value || null)} />
      </label>
      <span className="policies-assumed">
        <Switch
          size="small"
          checked={params.get("assumed") === "1"}
          aria-label={t("onlyAssumed")}
          onChange={(on) => put("assumed", on ? "1" : null)}
        />{" "}
        {t("onlyAssumed")}
      </span>
    </div>
  );
}

interface RulesProps {
  policy: Policy;
  topic: string | undefined;
  when: When;
  speaking: Speaking;
}

function Rules({ policy, topic, when, speaking }: RulesProps) {
  const { t } = useTranslation("policies");
  const [params, setParams] = useSearchParams();
  const search = useDeferredValue(params.get("search") ?? "").toLowerCase();
  const assumed = params.get("assumed") === "1";
  const one = useOneOf();
  const fitting = useMemo(() => {
    const said = (rule: Rule) =>
      [rule.id, rule.pack, rule.source, rule.says.zh, rule.says.en, ...rule.requirements].join(" ").toLowerCase();
    return policy.rules.filter((rule) => (!assumed || rule.assumed) && (!search || said(rule).includes(search)));
  }, [policy.rules, search, assumed]);
  const counts = new Map<string, number>();
  for (const rule of fitting) counts.set(rule.topic, (counts.get(rule.topic) ?? 0) + 1);
  const shown = fitting.filter((rule) => !topic || rule.topic === topic);
  return (
    <>
      <InForce policy={policy} when={when} />
      <div className="policies-body">
        <nav className="topics" aria-label={t("title")}>
          <TopicLink market={policy.market} topic={null} count={fitting.length} />
          {TOPICS.map((name) => (
            <TopicLink key={name} market={policy.market} topic={name} count={counts.get(name) ?? 0} />
          ))}
        </nav>
        {shown.length === 0 ? (
          <Empty
            title={t("none")}
            action={
              <button type="button" className="link" onClick={() => setParams({})}>
                {t("clear")}
              </button>
            }
          >
            {t("noneText")}
          </Empty>
        ) : (
          <RuleList key={one({ zh: "zh", en: "en" })} rules={shown} market={policy.market} when={when} speaking={speaking} />
        )}
      </div>
    </>
  );
}

function TopicLink({ market, topic, count }: { market: string; topic: string | null; count: number }) {
  const { t } = useTranslation("policies");
  const { search } = useLocation();
  return (
    <NavLink to={{ pathname: `/policies/${market}${topic ? `/${topic}` : ""}`, search }} end className="topic">
      {topic ? t(`topics.${topic}`) : t("all")} <span className="quiet figures">{count}</span>
    </NavLink>
  );
}

const AT_ONCE = 40;

/** The rules, forty at a time; one that the address names by `#rule` is scrolled to and stands out. */
function RuleList({ rules, market, when, speaking }: { rules: readonly Rule[]; market: string; when: When; speaking: Speaking }) {
  const { hash } = useLocation();
  const go = useNavigate();
  const named = decodeURIComponent(hash.slice(1));
  const at = rules.findIndex((rule) => rule.id === named);
  const [most, setMost] = useState(AT_ONCE);
  const shown = rules.slice(0, Math.max(most, at + 1));
  useEffect(() => {
    const all = () => flushSync(() => setMost(rules.length)); // a printed page is whole
    window.addEventListener("beforeprint", all);
    return () => window.removeEventListener("beforeprint", all);
  }, [rules.length]);
  useEffect(() => {
    if (named && at >= 0) document.getElementById(named)?.scrollIntoView({ block: "center" });
  }, [named, at]);
  const step = (by: number) => {
    const next = rules[Math.max(0, Math.min(rules.length - 1, at + by))];
    if (next) void go({ hash: next.id, search: window.location.search }, { replace: true });
  };
  useShortcuts([
    { key: "j", label: "policies:keys.next", run: () => step(1) },
    { key: "k", label: "policies:keys.previous", run: () => step(-1) },
    {
      key: "Enter",
      label: "policies:keys.open",
      run: () => at >= 0 && void go(`/policies/${market}/rules/${named}${whenText(when)}`),
    },
  ]);
  return (
    <div className="rules">
      {shown.map((rule) => (
        <RuleCard key={rule.id} rule={rule} market={market} when={when} speaking={speaking} chosen={rule.id === named} />
      ))}
      {shown.length < rules.length && <More show={() => setMost((old) => old + AT_ONCE)} />}
    </div>
  );
}

/** Draws the next ones when the end comes into sight. */
function More({ show }: { show: () => void }) {
  const [mark, setMark] = useState<HTMLElement | null>(null);
  useEffect(() => {
    if (!mark) return;
    const watch = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && show(), { rootMargin: "600px" });
    watch.observe(mark);
    return () => watch.disconnect();
  }, [mark, show]);
  return (
    <div ref={setMark}>
      <Loading rows={2} />
    </div>
  );
}
