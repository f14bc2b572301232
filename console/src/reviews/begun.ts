import { useState } from "react";
import { keepInTab, ofTab } from "@/shared";

/** A ruling that somebody has begun to write. */
export interface Begun {
  ruling: string | null;
  liability: string | null;
  part: string;
  rationale: string;
}
const NOTHING: Begun = { ruling: null, liability: null, part: "", rationale: "" };
const KEPT = "amends.ruling.";

/** What a reviewer wrote stays in this tab until it is sent: through a reload, another screen, and a case that ends meanwhile. */
export function useBegun(person: string, caseId: string) {
  const key = `${KEPT}${person}.${caseId}`;
  const [begun, put] = useState<Begun>(() => ({ ...NOTHING, ...ofTab<Partial<Begun>>(key) }));
  const change = (by: Partial<Begun> | ((old: Begun) => Partial<Begun>)) =>
    put((old) => {
      const next = { ...old, ...(typeof by === "function" ? by(old) : by) };
      keepInTab(key, next);
      return next;
    });
  const forget = () => {
    keepInTab(key, null);
    put(NOTHING);
  };
  return { begun, change, forget };
}
export type BegunRuling = ReturnType<typeof useBegun>;
