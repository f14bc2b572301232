import type { TFunction } from "i18next";
import type { Rule, Value, When } from "./data";

/** A value as policy writes it. */
export function valueText(value: Value): string {
  if (Array.isArray(value)) return value.map(valueText).join(", ");
  if (typeof value === "object")
    return Object.entries(value)
      .map(([name, part]) => `${name}: ${valueText(part)}`)
      .join(", ");
  return String(value);
}

/** Conditions as sentences: what the fact is called, how it is compared, and with what. */
export function conditionTexts(when: When, nameOf: (fact: string) => string, t: TFunction<"lab">): string[] {
  return Object.entries(when).flatMap(([fact, comparisons]) =>
    Object.entries(comparisons).map(
      ([operator, value]) => `${nameOf(fact)} ${t(`operator.${operator}` as "operator.is")} ${valueText(value)}`,
    ),
  );
}

export function outcomeText(rule: Rule): string {
  return Object.entries(rule.outcome as { [name: string]: Value })
    .map(([name, value]) => `${name.replaceAll("_", " ")}: ${valueText(value)}`)
    .join(" · ");
}
