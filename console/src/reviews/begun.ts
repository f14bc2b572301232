import { useState } from "react";

/** A ruling that somebody has begun to write. */
export interface Begun {
  ruling: string | null;
  liability: string | null;
  part: string;
  rationale: string;
}
const NOTHING: Begun = { ruling: null, liability: null, part: "", rationale: "" };
const KEPT = "amends.ruling.";

function read(key: string): Begun {
  try {
    return { ...NOTHING, ...(JSON.parse(sessionStorage.getItem(key) ?? "{}") as Partial<Begun>) };
  } catch {
    return NOTHING;
  }
}

function keep(key: string, begun: Begun | null): void {
  try {
    if (begun) sessionStorage.setItem(key, JSON.stringify(begun));
    else sessionStorage.removeItem(key);
  } catch {
    // a browser that keeps nothing has the page's own memory
  }
}

/** What a reviewer wrote stays in this tab until it is sent: through a reload, another screen, and a case that ends meanwhile. */
export function useBegun(person: string, caseId: string) {
  const key = `${KEPT}${person}.${caseId}`;
  const [begun, put] = useState(() => read(key));
  const change = (by: Partial<Begun> | ((old: Begun) => Partial<Begun>)) =>
    put((old) => {
      const next = { ...old, ...(typeof by === "function" ? by(old) : by) };
      keep(key, next);
      return next;
    });
  const forget = () => {
    keep(key, null);
    put(NOTHING);
  };
  return { begun, change, forget };
}
export type BegunRuling = ReturnType<typeof useBegun>;
