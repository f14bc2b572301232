import type { Fact } from "./data";

/** A fact as somebody tells it: a word, yes or no, a number, a percent as text, or money. */
export type Told = string | boolean | number | { amount: number; currency: string };
export type Situation = Record<string, Told>;

/** A fact of an example, as the release keeps it (hours in seconds, percent in millionths, money as a pair), as somebody would tell it. */
export function toldOf(fact: Fact, kept: unknown): Told | null {
  if (kept === "none" || kept === null || kept === undefined) return null;
  if (kept === "unknown" || typeof kept === "boolean") return kept;
  if (Array.isArray(kept)) return { amount: Number(kept[0]), currency: String(kept[1]) };
  if (typeof kept === "object") return kept as { amount: number; currency: string };
  if (fact.type === "hours") return Number(kept) / 3600;
  if (fact.type === "percent" && typeof kept === "number") return String(kept / 10_000);
  return typeof kept === "number" || typeof kept === "string" ? kept : null;
}

/** The situation that an address carries; what is no fact of this release is left out. */
export function situationOf(text: string | null, known: ReadonlyMap<string, Fact>): Situation {
  const found: Situation = {};
  let kept: unknown;
  try {
    kept = JSON.parse(text ?? "{}");
  } catch {
    return found;
  }
  if (typeof kept !== "object" || kept === null) return found;
  for (const [name, value] of Object.entries(kept)) {
    const fact = known.get(name);
    const told = fact ? toldOf(fact, value) : null;
    if (told !== null) found[name] = told;
  }
  return found;
}

/** Facts by the part of the world that they speak of, in the order of a case's life. */
export function grouped(facts: readonly Fact[]): [string, Fact[]][] {
  const groups = new Map<string, Fact[]>();
  for (const fact of facts) {
    const group = fact.name.split(".")[0] as string;
    groups.set(group, [...(groups.get(group) ?? []), fact]);
  }
  const order = ["request", "order", "parcel", "item", "evidence", "rejection", "case"];
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return [...groups].sort(([a], [b]) => place(a) - place(b));
}
