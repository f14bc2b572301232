import type { Value, When } from "./data";

const MEASURED = /^(-?\d+(?:\.\d+)?) (days?|hours?|minutes?|working days?|percent)$/;
const MILLIONTHS = 10_000;

/** A value as policy writes it, its measures as numbers with units, so that they can be said in either language. */
export function read(value: Value): unknown {
  if (Array.isArray(value)) return value.map(read);
  if (typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, read(part)]));
  const measured = typeof value === "string" ? MEASURED.exec(value) : null;
  if (!measured) return value;
  const [, number = "", named = ""] = measured;
  const unit = named === "percent" ? named : `${named.replace(/s$/, "").replace(" ", "_")}s`;
  return { number: unit === "percent" ? Number(number) * MILLIONTHS : Number(number), unit };
}

/** Conditions one by one. */
export function conditionsOf(when: When): { fact: string; operator: string; value: unknown }[] {
  return Object.entries(when).flatMap(([fact, comparisons]) =>
    Object.entries(comparisons).map(([operator, value]) => ({ fact, operator, value: read(value) })),
  );
}
