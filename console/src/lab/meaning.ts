import type { Meaning } from "@/shared";

/** What a draft's state means to whoever looks: yours to write, others' to approve, waiting for its moment, over. */
export function meaningOfDraft(state: string): Meaning {
  if (state === "open") return "you";
  if (state === "handed_in") return "others";
  return state === "approved" ? "time" : "closed";
}
