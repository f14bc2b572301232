import { useEffect, useState } from "react";
import { keepInTab, ofTab } from "@/shared";
import type { Edit } from "./data";

type Pending = ReadonlyMap<string, Edit>;

/** Edits that are not saved yet, by rule. They outlive a reload and a look at another page, in this tab alone. */
export function usePending(draftId: string): {
  pending: Pending;
  put: (key: string, edit: Edit | undefined) => void;
  clear: () => void;
} {
  const place = `amends.draft.${draftId}`;
  const [pending, setPending] = useState<Pending>(() => new Map(ofTab<[string, Edit][]>(place) ?? []));
  useEffect(() => {
    keepInTab(place, pending.size > 0 ? [...pending] : null);
  }, [place, pending]);
  const put = (key: string, edit: Edit | undefined) =>
    setPending((before) => {
      const after = new Map(before);
      if (edit) after.set(key, edit);
      else after.delete(key);
      return after;
    });
  return { pending, put, clear: () => setPending(new Map()) };
}
