import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useParams, useSearchParams } from "react-router";
import { useLanguage, useOneOf } from "@/api/words";
import { Chip, Failed, Loading, Moment, momentText } from "@/shared";
import { type Release, type Rule, usePolicy, useReleases } from "./data";
import { MarketChoice, shortHash } from "./Head";
import { RuleCard } from "./RuleCard";
import { useSpeaking } from "./speaking";
import "./policies.css";

/** What was published in a market, and what changed between any two releases. */
export default function ReleasesPage() {
  const { market = "" } = useParams();
  const { t } = useTranslation("policies");
  const found = useReleases(market);
  return (
    <div className="page policies">
      <p>
        <Link to={`/policies/${market}`}>← {t("title")}</Link>
      </p>
      <div className="policies-head">
        <h1 className="page-title">{t("rel.title")}</h1>
        <MarketChoice market={market} to={(other) => `/policies/${other}/releases`} />
      </div>
      {found.error ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : !found.data ? (
        <Loading rows={4} />
      ) : (
        <>
          <ol className="releases">
            {found.data.releases.map((release) => (
              <ReleaseLine key={release.hash} market={market} release={release} />
            ))}
          </ol>
          {found.data.releases.length < 2 ? (
            <p className="quiet">{t("rel.one")}</p>
          ) : (
            <Compare market={market} releases={found.data.releases} />
          )}
        </>
      )}
    </div>
  );
}

function ReleaseLine({ market, release }: { market: string; release: Release }) {
  const { t } = useTranslation("policies");
  const language = useLanguage();
  return (
    <li>
      <code>{shortHash(release)}</code> {release.founding && <Chip meaning="others">{t("rel.founding")}</Chip>}{" "}
      <span>
        {t("rel.effect")} <Moment at={release.takes_effect_at} />
      </span>{" "}
      <span className="quiet">
        {t("rel.published")} <Moment at={release.published_at} />
        {release.adopted_from &&
          ` · ${t("rel.adopted", { when: momentText(release.adopted_from, language, "day"), why: release.adoption_reason ?? "" })}`}
      </span>{" "}
      <Link to={`/policies/${market}?release=${release.hash}`}>{t("rel.view")}</Link>
    </li>
  );
}

function Compare({ market, releases }: { market: string; releases: readonly Release[] }) {
  const { t } = useTranslation("policies");
  const language = useLanguage();
  const [params, setParams] = useSearchParams();
  const newer = params.get("newer") ?? releases[0]?.hash ?? "";
  const older = params.get("older") ?? releases[1]?.hash ?? "";
  const options = releases.map((release) => ({
    value: release.hash,
    label: `${shortHash(release)} · ${momentText(release.takes_effect_at, language, "day")}`,
  }));
  const put = (name: string) => (hash: string) =>
    setParams(
      (old) => {
        old.set(name, hash);
        return old;
      },
      { replace: true },
    );
  return (
    <section aria-labelledby="compare">
      <h2 id="compare" className="policies-title">
        {t("rel.compare")}
      </h2>
      <div className="policies-filters">
        <Select
          value={older}
          options={options}
          aria-label={t("rel.older")}
          onChange={put("older")}
          popupMatchSelectWidth={false}
        />
        <span aria-hidden="true">→</span>
        <Select
          value={newer}
          options={options}
          aria-label={t("rel.newer")}
          onChange={put("newer")}
          popupMatchSelectWidth={false}
        />
      </div>
      <Changes market={market} older={older} newer={newer} />
    </section>
  );
}

/** A rule as the law is: where it stands in its file is not what it says. */
const law = ({ file: _, line: __, ...rest }: Rule) => JSON.stringify(rest);

function Changes({ market, older, newer }: { market: string; older: string; newer: string }) {
  const { t } = useTranslation("policies");
  const one = useOneOf();
  const [before, after] = [usePolicy(market, { release: older }), usePolicy(market, { release: newer })];
  const speaking = useSpeaking(market, { release: newer });
  const problem = before.error ?? after.error;
  if (problem) return <Failed error={problem} />;
  if (!before.data || !after.data || before.isPlaceholderData || after.isPlaceholderData) return <Loading rows={4} />;
  const was = new Map(before.data.rules.map((rule) => [rule.id, rule]));
  const is = new Map(after.data.rules.map((rule) => [rule.id, rule]));
  const added = after.data.rules.filter((rule) => !was.has(rule.id));
  const removed = before.data.rules.filter((rule) => !is.has(rule.id));
  const changed = after.data.rules.filter((rule) => {
    const old = was.get(rule.id);
    return old && law(old) !== law(rule);
  });
  if (added.length + removed.length + changed.length === 0) return <p className="quiet">{t("rel.same")}</p>;
  const card = (rule: Rule, release: string) => <RuleCard rule={rule} market={market} when={{ release }} speaking={speaking} />;
  return (
    <div className="changes" lang={one({ zh: "zh-CN", en: "en" })}>
      <p>{t("rel.counts", { added: added.length, changed: changed.length, removed: removed.length })}</p>
      {changed.map((rule) => {
        const old = was.get(rule.id);
        return (
          <section key={rule.id} className="change" data-change="changed" aria-label={rule.id}>
            <h3>
              <Chip meaning="you">{t("rel.changed")}</Chip> {rule.id}
            </h3>
            <div className="change-two">
              <div>
                <p className="quiet">{t("rel.was")}</p>
                {old && card(old, older)}
              </div>
              <div>
                <p className="quiet">{t("rel.is")}</p>
                {card(rule, newer)}
              </div>
            </div>
          </section>
        );
      })}
      {added.map((rule) => (
        <section key={rule.id} className="change" data-change="added" aria-label={rule.id}>
          <h3>
            <Chip meaning="closed">{t("rel.added")}</Chip> {rule.id}
          </h3>
          {card(rule, newer)}
        </section>
      ))}
      {removed.map((rule) => (
        <section key={rule.id} className="change" data-change="removed" aria-label={rule.id}>
          <h3>
            <Chip meaning="time">{t("rel.removed")}</Chip> {rule.id}
          </h3>
          {card(rule, older)}
        </section>
      ))}
    </div>
  );
}
