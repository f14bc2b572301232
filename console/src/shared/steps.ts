import type { RefObject } from "react";

/** Where a key leads in a list of so many rows, none past its ends. Keys bring the row into sight; a list that is opened, or a pointer over it, moves nothing. */
export function stepInto(list: RefObject<HTMLElement | null>, rows: number, at: number, by: number): number {
  const next = Math.max(0, Math.min(rows - 1, at + by));
  list.current?.children[next]?.scrollIntoView({ block: "nearest" });
  return next;
}
