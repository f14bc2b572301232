import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Switch } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { amends, told } from "@/api/client";
import { useLanguage, useSay } from "@/api/words";
import { Chip, Empty, Failed, Loading, ProblemNotice } from "@/shared";
import { moneyText } from "@/shared/Money";
import { Act, Card, type Here, useNeeds } from "./parts";
import { RuleForm } from "./RuleForm";
import type { Rule } from "./rule";

export default function Rules({ here }: { here: Here }) {
  return (
    <>
      <OwnRules here={here} />
      <AlwaysOn here={here} />
    </>
  );
}

function OwnRules({ here }: { here: Here }) {
  const { t } = useTranslation("shop");
  const needs = useNeeds(here)("automation.manage");
  const summary = useSummary();
  const queries = useQueryClient();
  const key = ["shop rules", here.id];
  const [changing, setChanging] = useState<Rule | "new" | null>(null);
  const rules = useQuery({
    queryKey: key,
    queryFn: () =>
      told(amends.GET("/v1/shops/{shop_id}/rules", { params: { path: { shop_id: here.path }, query: { limit: 200 } } })),
  });
  const flip = useMutation({
    mutationFn: (rule: Rule) =>
      told(
        amends.PUT("/v1/shops/{shop_id}/rules/{rule_id}", {
          params: { path: { shop_id: here.path, rule_id: rule.id }, header: { "If-Match": `"${rule.version}"` } },
          body: { ...rule.rule, name: rule.name, active: !rule.active },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  const action = (
    <Act needs={needs} small={false} primary onClick={() => setChanging("new")}>
      {t("add")}
    </Act>
  );
  return (
    <Card title={t("rules.title")} text={t("rules.text")} action={action}>
      {flip.error && <ProblemNotice error={flip.error} />}
      {rules.isPending && <Loading rows={2} height={40} />}
      {rules.error && <Failed error={rules.error} onRetry={() => void rules.refetch()} />}
      {rules.data?.rules.length === 0 && <Empty title={t("rules.none")} />}
      <ul className="rows">
        {(rules.data?.rules as Rule[] | undefined)?.map((one) => (
          <li key={one.id} className={one.active ? undefined : "rows-off"}>
            <div className="rows-main">
              <div className="rows-name">
                {one.name} <Chip meaning={one.rule.does === "propose" ? "others" : "money"}>{t(`rules.${one.rule.does}`)}</Chip>
              </div>
              <div className="quiet">{summary(one)}</div>
            </div>
            <div className="rows-acts">
              <Act needs={needs} onClick={() => setChanging(one)}>
                {t("change")}
              </Act>
              <Switch
                aria-label={`${t("rules.active")}: ${one.name}`}
                title={needs ?? undefined}
                checked={one.active}
                disabled={needs !== null}
                loading={flip.isPending && flip.variables?.id === one.id}
                checkedChildren={t("rules.on")}
                unCheckedChildren={t("rules.off")}
                onChange={() => flip.mutate(one)}
              />
            </div>
          </li>
        ))}
      </ul>
      {changing && <RuleForm here={here} rule={changing === "new" ? null : changing} close={() => setChanging(null)} />}
    </Card>
  );
}

/** What a rule looks at, as one line. */
function useSummary(): (one: Rule) => string {
  const { t } = useTranslation("shop");
  const language = useLanguage();
  const say = useSay("kinds", "reasons", "categories");
  return ({ rule }) => {
    const listed = (list: string, found: readonly string[] | undefined) =>
      (found ?? []).map((word) => say(list, word)).join(" / ");
    return [
      listed("kinds", rule.kinds),
      listed("reasons", rule.reasons),
      listed("categories", rule.categories),
      rule.amount_at_most != null && rule.currency
        ? t("rules.upTo", { amount: moneyText({ amount: rule.amount_at_most, currency: rule.currency }, language) })
        : "",
      rule.per_buyer != null ? t("rules.perBuyerSays", { count: rule.per_buyer, days: rule.per_buyer_days ?? 30 }) : "",
    ]
      .filter(Boolean)
      .join(" · ");
  };
}

/** Nothing has to be set up for what the platform does by itself (U-16): the programmes of the shop's market. */
function AlwaysOn({ here }: { here: Here }) {
  const { t, i18n } = useTranslation("shop");
  const policy = useQuery({
    queryKey: ["packs", here.shop.market],
    queryFn: () => told(amends.GET("/v1/policies/{market}", { params: { path: { market: here.shop.market } } })),
    enabled: here.may("policies.read"),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const on = policy.data?.packs.filter((pack) => i18n.exists(`shop:rules.packs.${pack}`)) ?? [];
  if (on.length === 0) return null;
  return (
    <Card title={t("rules.always")} text={t("rules.alwaysText")}>
      <ul className="rows">
        {on.map((pack) => (
          <li key={pack}>
            <span className="rows-main">{t(`rules.packs.${pack}`)}</span>
            <Chip meaning="you">{t("rules.alwaysOn")}</Chip>
          </li>
        ))}
      </ul>
    </Card>
  );
}
