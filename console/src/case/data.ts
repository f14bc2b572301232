import { useQueries, useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { amends, api, type Case, type Schemas, told } from "@/api/client";
import { queries } from "@/api/queries";
import { everyPage, pieceOfProof } from "@/api/records";

export type Choices = Schemas["CaseChoices"];
export type Order = Schemas["OrderView"];
export type Ground = Schemas["GroundChoice"];
export type Need = Schemas["Need"];
export type Reason = Schemas["Reason"];
export type Evidence = Schemas["EvidenceView"];
export type Message = Schemas["MessageView"];
export type LogEntry = Schemas["LogEntry"];
export type Verdict = Schemas["Verdict"];
export type Work = Schemas["Work"];
export type Journey = Schemas["Journey"];

const at = (caseId: string) => ({ params: { path: { case_id: caseId } } });

/** Lists and tabs of the case; everything here is drawn from these. */
export const useCase = (id: string) => api.useQuery("get", "/v1/cases/{case_id}", at(id));
export const useChoices = (id: string) => api.useQuery("get", "/v1/cases/{case_id}/choices", at(id));
export const useReturn = (id: string) => api.useQuery("get", "/v1/cases/{case_id}/return", at(id));
export const useCosts = (id: string) => api.useQuery("get", "/v1/cases/{case_id}/costs", at(id));
export const useWork = (id: string, refetchInterval?: number) =>
  api.useQuery("get", "/v1/cases/{case_id}/work", at(id), { refetchInterval: refetchInterval ?? false });
export const useDispute = (id: string, there: boolean) =>
  api.useQuery("get", "/v1/cases/{case_id}/dispute", at(id), { enabled: there });
export const useOrder = (orderId: string | undefined) =>
  api.useQuery("get", "/v1/orders/{order_id}", { params: { path: { order_id: orderId ?? "" } } }, { enabled: Boolean(orderId) });
export const useStanding = (buyer: string | undefined) =>
  api.useQuery("get", "/v1/buyers/{buyer}/standing", { params: { path: { buyer: buyer ?? "" } } }, { enabled: Boolean(buyer) });
export const useHistory = (buyer: string | undefined, shop: number) =>
  api.useQuery(
    "get",
    "/v1/buyers/{buyer}/history",
    { params: { path: { buyer: buyer ?? "" }, query: { shop_id: shop } } },
    { enabled: Boolean(buyer) },
  );
export const useQuickReplies = (shop: number) =>
  api.useQuery(
    "get",
    "/v1/shops/{shop_id}/quick-replies",
    { params: { path: { shop_id: String(shop) } } },
    { staleTime: 60_000 },
  );
export const useMacros = (shop: number) =>
  api.useQuery("get", "/v1/shops/{shop_id}/macros", { params: { path: { shop_id: String(shop) } } }, { staleTime: 60_000 });

/** All pages of what was said, of the log and of the notes: a case has hundreds at most. */
export function useMessages(id: string, every?: number) {
  return useQuery({
    queryKey: ["case", "messages", id],
    refetchInterval: every ?? false,
    queryFn: async () => {
      const all: Message[] = [];
      let after: number | null = 0;
      while (after !== null) {
        const page: Schemas["Conversation"] = await told(
          amends.GET("/v1/cases/{case_id}/messages", { params: { path: { case_id: id }, query: { after, limit: 500 } } }),
        );
        all.push(...page.messages);
        after = page.next_after;
      }
      return all;
    },
  });
}

export function useLog(id: string) {
  return useQuery({
    queryKey: ["case", "log", id],
    queryFn: async () => {
      const all: LogEntry[] = [];
      let cursor: string | null = null;
      do {
        const page: Schemas["CaseLog"] = await told(
          amends.GET("/v1/cases/{case_id}/log", { params: { path: { case_id: id }, query: { cursor, limit: 500 } } }),
        );
        all.push(...page.entries);
        cursor = page.next_cursor;
      } while (cursor);
      return all;
    },
  });
}

export function useNotes(id: string) {
  return useQuery({
    queryKey: ["case", "notes", id],
    queryFn: () =>
      everyPage<Schemas["Notes"], Schemas["Note"]>(
        (cursor) =>
          told(amends.GET("/v1/cases/{case_id}/notes", { params: { path: { case_id: id }, query: { cursor, limit: 100 } } })),
        (page) => page.notes,
      ),
  });
}

export function useEvidence(ids: readonly string[]) {
  return useQueries({
    queries: ids.map(pieceOfProof),
    combine: (all) => ({
      pieces: all.flatMap((one) => (one.data ? [one.data] : [])),
      loading: all.some((one) => one.isPending),
      error: all.find((one) => one.isError)?.error ?? null,
    }),
  });
}

const caseKey = (id: string) => api.queryOptions("get", "/v1/cases/{case_id}", at(id)).queryKey;

/** Put a case that an answer brought in the place of the one that is shown, and ask anew for whatever depends on it. */
export function usePutCase(): (found: Case) => void {
  return useCallback((found) => {
    queries.setQueryData(caseKey(found.id), found);
    refresh(found.id, true);
  }, []);
}

/** Whatever names this case in its key, the lists too, is asked for anew. */
export function refresh(id: string, butCase = false): void {
  const own = JSON.stringify(caseKey(id));
  void queries.invalidateQueries({
    predicate: ({ queryKey }) => {
      const key = JSON.stringify(queryKey);
      return (
        (key.includes(id) && !(butCase && key === own)) ||
        /^\["get","\/v1\/(cases|cases:counts)"/.test(key) ||
        key.startsWith('["cases"')
      );
    },
  });
}

export function freshCase(id: string): Promise<Case> {
  return queries.fetchQuery({
    queryKey: caseKey(id),
    staleTime: 0,
    queryFn: () => told(amends.GET("/v1/cases/{case_id}", at(id))),
  });
}
