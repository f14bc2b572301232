import { useQuery } from "@tanstack/react-query";
import { amends, type Schemas, told } from "./client";

/** Links to files live five minutes; they are asked for anew before that. */
const FRESH_MS = 4 * 60_000;

/** Everything behind a list that comes in pages. */
export async function everyPage<P extends { next_cursor: string | null }, T>(
  ask: (cursor: string | null) => Promise<P>,
  of: (page: P) => readonly T[],
): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | null = null;
  do {
    const page: P = await ask(cursor);
    all.push(...of(page));
    cursor = page.next_cursor;
  } while (cursor);
  return all;
}

/** What happened to a case, all of it. */
export function useLog(id: string) {
  return useQuery({
    queryKey: ["case", "log", id],
    queryFn: () =>
      everyPage<Schemas["CaseLog"], Schemas["LogEntry"]>(
        (cursor) =>
          told(amends.GET("/v1/cases/{case_id}/log", { params: { path: { case_id: id }, query: { cursor, limit: 500 } } })),
        (page) => page.entries,
      ),
  });
}

/** A piece of proof with its link, as a query. */
export const pieceOfProof = (id: string) => ({
  queryKey: ["evidence", id] as const,
  staleTime: FRESH_MS,
  refetchInterval: FRESH_MS,
  queryFn: () => told(amends.GET("/v1/evidence/{evidence_id}", { params: { path: { evidence_id: id } } })),
});
