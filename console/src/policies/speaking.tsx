import { useTranslation } from "react-i18next";
import { useLanguage, useProblemWords, useSay } from "@/api/words";
import { moneyText } from "@/shared";
import { type Fact, useFacts, type When } from "./data";

interface Quantity {
  number: number | string;
  unit: string;
}
const isQuantity = (value: unknown): value is Quantity =>
  typeof value === "object" && value !== null && "number" in value && "unit" in value;

const LISTS: Record<string, string> = {
  allow: "kinds",
  review_by: "parties",
  programme: "programmes",
  decline: "problems",
  undecided: "problems",
  any_of: "evidence_kinds",
  all_of: "evidence_kinds",
  at: "evidence_moments",
  admit: "evidence_kinds",
  reject: "problems",
  deadline: "deadlines",
  on_expiry: "expiries",
  lane: "review_lanes",
  may_reject: "grounds",
  stages: "rejection_stages",
  overrule: "problems",
  hold: "problems",
  show: "notices",
  duty: "duties",
  tag: "tags",
  return_freight: "parties",
  to_warehouse: "parties",
  by: "parties",
  to: "parties",
  score: "scores",
  label: "labels",
  return_to: "places",
  propose: "kinds",
  freight: "parties",
  signal: "signals",
  keep: "proposal_channels",
  only: "moves",
  auto_agree: "programmes",
};
const NAMED = [...new Set([...Object.values(LISTS).filter((name) => name !== "problems"), "sides", "privileges"])];

/** Rules in words: quantities, conditions and outcomes in the language of the screen, from the release's own vocabulary. */
export function useSpeaking(market: string, when: When) {
  const { t } = useTranslation("policies");
  const language = useLanguage();
  const problems = useProblemWords();
  const say = useSay(...NAMED);
  const facts = useFacts(market, when);
  const known = new Map<string, Fact>((facts.data?.facts ?? []).map((fact) => [fact.name, fact]));

  const quantity = ({ number, unit }: Quantity): string => {
    if (/^[A-Z]{3}$/.test(unit)) return moneyText({ amount: Number(number), currency: unit }, language);
    return t(`unit.${unit}`, { n: unit === "percent" ? Number(number) / 10_000 : number, count: Number(number) });
  };
  const factName = (name: string) => known.get(name)?.[language] ?? name;
  /** A value of a fact, as a rule asks for it or as somebody told it. */
  const value = (fact: string, given: unknown): string => {
    if (Array.isArray(given)) {
      const [amount, unit] = given;
      if (given.length === 2 && typeof amount === "number" && typeof unit === "string") return quantity({ number: amount, unit });
      return given.map((one) => value(fact, one)).join(t("joinAnd"));
    }
    if (given === "none") return t("nothing");
    if (given === "unknown") return t("unknown");
    if (typeof given === "boolean") return t(given ? "yes" : "no");
    if (isQuantity(given)) return quantity(given);
    const shape = known.get(fact);
    if (typeof given === "number") return measured(shape?.type, given);
    return shape?.options.find((option) => option.word === given)?.[language] ?? String(given);
  };
  const measured = (type: string | undefined, number: number): string => {
    if (type === "hours") return quantity({ number: number / 3600, unit: "hours" });
    return type === "days" || type === "percent" ? quantity({ number, unit: type }) : String(number);
  };
  const condition = ({ fact, operator, value: wanted }: { fact: string; operator: string; value: unknown }) =>
    `${factName(fact)} ${t(`op.${operator}`)} ${value(fact, wanted)}`;
  const word = (key: string, form: string, given: string): string => {
    if (key === "of") return form === "shrink_to" ? say("deadlines", given) : say("sides", given);
    if (key === "bar")
      return form === "bar" && say("grounds", given) === given.replaceAll("_", " ")
        ? say("privileges", given)
        : say("grounds", given);
    const list = LISTS[key];
    return list === "problems" ? problems(given).says : list ? say(list, given) : given.replaceAll("_", " ");
  };
  const named = (key: string) => t(`outcome.${key === "then" ? "afterwards" : key}`);
  /** An outcome as pairs of what and which, the leading one first. */
  const outcome = (given: Record<string, unknown>): [string, string][] => {
    const form = String(given.form);
    const found: [string, string][] = [];
    const put = (key: string, part: unknown): void => {
      if (part === null || part === undefined || (Array.isArray(part) && part.length === 0)) return;
      if (isQuantity(part)) found.push([named(key), quantity(part)]);
      else if (Array.isArray(part)) found.push([named(key), part.map((one) => word(key, form, String(one))).join(t("joinAnd"))]);
      else if (typeof part === "object") for (const [inner, each] of Object.entries(part)) put(inner, each);
      else found.push([named(key), word(key, form, String(part))]);
    };
    put(form, given[form]);
    for (const [key, part] of Object.entries(given)) if (key !== "form" && key !== form) put(key, part);
    return found;
  };
  return { factName, value, condition, outcome, quantity, known };
}
export type Speaking = ReturnType<typeof useSpeaking>;
