import { useEffect, useState } from "react";
import type { Edit } from "./data";

type Pending = ReadonlyMap<string, Edit>;

/** Edits that are not saved yet, by rule. They outlive a reload and a look at another page, in this tab alone. */
export function usePending(draftId: string): {
  pending: Pending;
  put: (key: string, edit: Edit | undefined) => void;
  clear: () => void;
} {
  const place = `amends.draft.${draftId}`;
  const [pending, setPending] = useState<Pending>(() => kept(place));
  useEffect(() => {
    if (pending.size > 0) sessionStorage.setItem(place, JSON.stringify([...pending]));
    else sessionStorage.removeItem(place);
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

function kept(place: string): Pending {
  try {
    return new Map(JSON.parse(sessionStorage.getItem(place) ?? "[]") as [string, Edit][]);
  } catch {
    return new Map();
  }
}
