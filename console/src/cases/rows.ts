import { type InfiniteData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { amends, type Case, type Move, type Schemas, told } from "@/api/client";
import { queries } from "@/api/queries";
import { heardServerTime } from "@/shared";
import { PAGE } from "./query";

/** What many cases can be told at once. */
export const ACTS = ["approve", "reject", "propose", "order_interception"] as const;
export type Act = (typeof ACTS)[number];

/** A case as far as the list draws it: a hundred thousand of them fit into a page's memory. */
export interface Row {
  id: string;
  shop_id: number;
  order_id: string;
  reference: string;
  kind: string;
  reason: string;
  state: string;
  ended: string | null;
  programme: string | null;
  lane: string | null;
  amount: { amount: number; currency: string };
  opened_at: string;
  opened_by: string;
  deadline_at: string | null;
  deadline_kind: string | null;
  version: number;
  moves: Partial<Record<Act, Move>>;
}

export function rowOf(view: Case): Row {
  const moves: Row["moves"] = {};
  for (const move of view.moves) if (ACTS.includes(move.move as Act)) moves[move.move as Act] = move;
  return {
    id: view.id,
    shop_id: view.shop_id,
    order_id: view.order_id,
    reference: view.order_reference,
    kind: view.kind,
    reason: view.reason,
    state: view.state,
    ended: view.ended ?? null,
    programme: view.programme ?? null,
    lane: view.lane ?? null,
    amount: view.amount,
    opened_at: view.opened_at,
    opened_by: view.opened_by,
    deadline_at: view.deadline_at ?? null,
    deadline_kind: view.deadline_kind ?? null,
    version: view.version,
    moves,
  };
}

interface Page {
  rows: Row[];
  next: string | null;
}
const LIST = "case-list";
type Query = Record<string, string | number>;

async function page(query: Query, cursor: string | null, signal: AbortSignal): Promise<Page> {
  const asked = { ...query, limit: PAGE, ...(cursor ? { cursor } : {}) };
  const answer = await told(amends.GET("/v1/cases", { params: { query: asked as never }, signal }));
  if (answer.cases[0]) heardServerTime(answer.cases[0].server_now);
  return { rows: answer.cases.map(rowOf), next: answer.next_cursor ?? null };
}

/** The list, a page at a time as one scrolls. */
export function useRows(query: Query) {
  const found = useInfiniteQuery({
    queryKey: [LIST, query],
    queryFn: ({ pageParam, signal }) => page(query, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    placeholderData: (before) => before,
    staleTime: 30_000,
    refetchOnWindowFocus: (asked) => pagesOf(asked.state.data as InfiniteData<Page> | undefined) <= FEW,
  });
  const rows = useMemo(() => {
    const seen = new Set<string>();
    // A case that moved while one read on may come twice; it is shown where it was first
    return (found.data?.pages ?? []).flatMap((one) => one.rows).filter((row) => !seen.has(row.id) && seen.add(row.id));
  }, [found.data]);
  return { ...found, rows };
}

/** So many pages are simply read anew when something happened; of more, only what was touched. */
const FEW = 2;
const pagesOf = (data: InfiniteData<Page> | undefined) => data?.pages.length ?? 0;

/** Put what a case has become where it stands in the lists; nothing jumps. */
export function putRows(changed: readonly Row[]): void {
  const by = new Map(changed.map((row) => [row.id, row]));
  queries.setQueriesData<InfiniteData<Page>>({ queryKey: [LIST] }, (data) => {
    if (!data?.pages.some((one) => one.rows.some((row) => by.has(row.id)))) return data;
    return { ...data, pages: data.pages.map((one) => ({ ...one, rows: one.rows.map((row) => by.get(row.id) ?? row) })) };
  });
}

/** Something happened to these cases: a short list is read anew, a long one is mended. True where a reader should be told that it is behind. */
export async function refresh(query: Query, ids: readonly string[]): Promise<boolean> {
  const data = queries.getQueryData<InfiniteData<Page>>([LIST, query]);
  if (pagesOf(data) <= FEW) {
    await queries.invalidateQueries({ queryKey: [LIST, query] });
    return false;
  }
  const shown = new Set(data?.pages.flatMap((one) => one.rows.map((row) => row.id)));
  const touched = ids.filter((id) => shown.has(id)).slice(0, PAGE);
  const read = await Promise.allSettled(
    touched.map((case_id) => told(amends.GET("/v1/cases/{case_id}", { params: { path: { case_id } } }))),
  );
  putRows(read.flatMap((one) => (one.status === "fulfilled" ? [rowOf(one.value)] : [])));
  return touched.length < ids.length;
}

export function readAnew(): void {
  void queries.resetQueries({ queryKey: [LIST] });
}

export type Counts = Schemas["CaseCounts"];

/** How many cases stand behind each tab and each next action; asked behind the first rows, for those are waited for. */
export function useCounts(shop: number | null, shown: boolean) {
  return useQuery({
    queryKey: ["cases", "counts", shop],
    enabled: shown,
    queryFn: () => told(amends.GET("/v1/cases:counts", { params: { query: shop === null ? {} : { shop_id: shop } } })),
    placeholderData: (before) => before,
    staleTime: 10_000,
  });
}
