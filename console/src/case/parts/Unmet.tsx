import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { useLanguage, useSay } from "@/api/words";
import { moneyText } from "@/shared";

type Condition = Schemas["Condition"];

/** Conditions that do not hold, in words: what would have to be so. */
export function Unmet({ conditions }: { conditions: readonly Condition[] }) {
  const { t } = useTranslation("case");
  const say = useSay("facts");
  const value = useValueText();
  if (conditions.length === 0) return null;
  return (
    <span className="unmet">
      {t("unmet.says")}{" "}
      {conditions
        .map((one) => t(`unmet.${one.operator}`, { fact: say("facts", one.fact), value: value(one) }))
        .join(t("list_long"))}
    </span>
  );
}

const LISTS: Record<string, string> = {
  "request.kind": "kinds",
  "request.reason": "reasons",
  "request.reason_group": "reason_groups",
  "parcel.status": "parcel_statuses",
  "order.status": "order_statuses",
  "order.category": "categories",
  "parcel.carrier": "carriers",
};

function useValueText(): (one: Condition) => string {
  const { t } = useTranslation("case");
  const language = useLanguage();
  const say = useSay(...new Set(Object.values(LISTS)));
  return ({ fact, value }) => {
    if (typeof value === "boolean") return t(value ? "yes" : "no");
    if (typeof value === "string" || Array.isArray(value)) {
      const words = Array.isArray(value) ? value : [value];
      return words.map((word) => (LISTS[fact] ? say(LISTS[fact], word) : word.replaceAll("_", " "))).join(t("list"));
    }
    const quantity = value as { number: number | string; unit: string };
    return /^[A-Z]{3}$/.test(quantity.unit)
      ? moneyText({ amount: Number(quantity.number), currency: quantity.unit }, language)
      : `${quantity.number} ${t(`unit.${quantity.unit}`, { defaultValue: quantity.unit })}`;
  };
}
