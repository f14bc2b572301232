import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useLanguage } from "@/api/words";
import { momentText } from "@/shared";
import { type Policy, type Release, useMarkets, type When } from "./data";
import { keepMarket } from "./First";

/** Which market; the same page of another one. */
export function MarketChoice({ market, to }: { market: string; to: (market: string) => string }) {
  const { t } = useTranslation("policies");
  const language = useLanguage();
  const markets = useMarkets();
  const go = useNavigate();
  const options = (markets.data?.markets ?? []).map((one) => ({
    value: one.market,
    label: `${one.words[language] ?? one.market}${one.supported ? "" : ` · ${t("notSupported")}`}`,
  }));
  return (
    <Select
      value={market}
      options={options}
      aria-label={t("market")}
      showSearch={{ optionFilterProp: "label" }}
      className="market-choice"
      popupMatchSelectWidth={false}
      onChange={(chosen: string) => {
        keepMarket(chosen);
        void go(to(chosen));
      }}
    />
  );
}

export const shortHash = (release: Release) => release.hash.slice(0, 8);

/** Which release speaks, since when, and whether another one is on its way. */
export function InForce({ policy, when }: { policy: Policy; when: When }) {
  const { t } = useTranslation("policies");
  const language = useLanguage();
  const markets = useMarkets();
  const next = markets.data?.markets.find((one) => one.market === policy.market)?.next_release;
  const { release } = policy;
  const begins = release.adopted_from ?? release.takes_effect_at;
  const day = (at: string) => momentText(at, language, "day");
  return (
    <p className="quiet in-force">
      {when.as_of
        ? t("ofDate", { when: day(policy.as_of), hash: shortHash(release) })
        : t("inForce", { when: day(begins), hash: shortHash(release) })}
      {release.founding && ` · ${t("founding")}`}
      {next && !when.release && <strong> {t("upcoming", { when: day(next.takes_effect_at) })}</strong>}
    </p>
  );
}
