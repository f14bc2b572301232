import { useEffect } from "react";
import { amends, told } from "@/api/client";

const PAGE = 100;
const MOST_PAGES = 5;
const FIRST_MS = 4_000;
const EVERY_MS = 300_000;

/** Have the most urgent pending cases on the device before the network goes; the client keeps each answer as it passes. */
async function fetchPending(): Promise<void> {
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES && navigator.onLine; page += 1) {
    const query = { owes: "me", order: "urgent", limit: PAGE, cursor } as never;
    const answer = await told(amends.GET("/v1/cases", { params: { query } }));
    if (!answer.next_cursor) return;
    cursor = answer.next_cursor;
  }
}

export function useKeepPending(when: boolean): void {
  useEffect(() => {
    if (!when) return;
    const now = () => void fetchPending().catch(() => undefined);
    const first = setTimeout(now, FIRST_MS);
    const timer = setInterval(now, EVERY_MS);
    return () => {
      clearTimeout(first);
      clearInterval(timer);
    };
  }, [when]);
}
