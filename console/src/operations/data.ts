import { useMutation, useQuery } from "@tanstack/react-query";
import { amends, api, newKey, type Schemas, told } from "@/api/client";
import { queries } from "@/api/queries";
import { insist } from "@/shared/insist";
import { useSteady } from "@/shared/steady";

export type Item = Schemas["Waiting"];

const EVERY = 20_000;
const MOST_PAGES = 5;

/** Everything that waits outside the lanes of reviewers, what has waited longest first; five pages are more than one desk works off at a time. */
export function useWaiting() {
  return useQuery({
    queryKey: ["operations", "waiting"],
    refetchInterval: EVERY,
    queryFn: async () => {
      const all: Item[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < MOST_PAGES && (page === 0 || cursor); page++) {
        const found: Schemas["WaitingPage"] = await told(
          amends.GET("/v1/attention", { params: { query: { limit: 100, lanes: false, ...(cursor ? { cursor } : {}) } } }),
        );
        all.push(...found.waiting);
        cursor = found.next_cursor;
      }
      return all;
    },
  });
}

export const useCase = (id: string | null) =>
  api.useQuery("get", "/v1/cases/{case_id}", { params: { path: { case_id: id ?? "" } } }, { enabled: Boolean(id) });

const OURS = /^\["(operations|get)"/;

export function refresh(): Promise<void> {
  return queries.invalidateQueries({ predicate: ({ queryKey }) => OURS.test(JSON.stringify(queryKey)) });
}

/** One thing that a button does; whatever came of it, the lists are asked for anew. */
export function useDoing<T>(act: (given: T) => Promise<unknown>) {
  return useSteady(useMutation({ mutationFn: act, onSettled: () => void refresh() }));
}

type MovePath = "/v1/cases/{case_id}/moves/give_up_refund";

/** A move on a case at its newest version. */
export async function moveCase(
  caseId: string,
  move: "retry_refund" | "give_up_refund",
  body: Record<string, unknown>,
): Promise<unknown> {
  const path = { case_id: caseId };
  const seen = await told(amends.GET("/v1/cases/{case_id}", { params: { path } }));
  const header = { "Idempotency-Key": newKey(), "If-Match": `"${seen.version}"` };
  const at = `/v1/cases/{case_id}/moves/${move}` as MovePath;
  return insist(() => told(amends.POST(at, { params: { path, header }, body: body as never })));
}

type ByHand = "/v1/attention/effects/{effect_id}/retry" | "/v1/attention/effects/{effect_id}/give_up";

function byHand(at: ByHand, item: Item, given: Given) {
  const params = { path: { effect_id: item.id }, header: { "Idempotency-Key": newKey() } };
  return insist(() => told(amends.POST(at, { params, body: noted(given) })));
}

export const ACTS = {
  retry_refund: (item: Item, given: Given) =>
    moveCase(item.case_id ?? "", "retry_refund", {
      refund_id: item.id,
      ...(given.destination ? { destination: given.destination } : {}),
    }),
  give_up_refund: (item: Item, given: Given) =>
    moveCase(item.case_id ?? "", "give_up_refund", { refund_id: item.id, ...noted(given) }),
  settle: (item: Item, given: Given) => {
    const parked_id = String(item.detail.parked ?? item.id);
    const body = { how: given.how ?? "done", ...noted(given) };
    const params = { path: { parked_id }, header: { "Idempotency-Key": newKey() } };
    return insist(() => told(amends.POST("/v1/attention/parked/{parked_id}/settle", { params, body })));
  },
  retry: (item: Item, given: Given) => byHand("/v1/attention/effects/{effect_id}/retry", item, given),
  give_up: (item: Item, given: Given) => byHand("/v1/attention/effects/{effect_id}/give_up", item, given),
  retry_compensation: (item: Item) => {
    const path = { case_id: item.case_id ?? "", compensation_id: item.id };
    const header = { "Idempotency-Key": newKey() };
    const params = { path, header };
    return insist(() => told(amends.POST("/v1/cases/{case_id}/compensations/{compensation_id}/retry", { params } as never)));
  },
  test: (item: Item) => told(amends.POST("/v1/webhooks/{webhook_id}/test", { params: { path: { webhook_id: item.id } } })),
} as const;

export type Act = keyof typeof ACTS;
export const isAct = (word: string): word is Act => word in ACTS;

/** What a dialog asks for before an act. */
export interface Given {
  note?: string;
  destination?: string;
  how?: "done" | "not_needed" | "sent_again";
}

const noted = (given: Given) => (given.note?.trim() ? { note: given.note.trim() } : {});

/** What moves money or cannot be taken back is asked about first; the rest happens at once. */
export const ASKS: Record<Act, readonly (keyof Given)[] | null> = {
  retry_refund: ["destination"],
  give_up_refund: ["note"],
  settle: ["how", "note"],
  retry: null,
  give_up: ["note"],
  retry_compensation: [],
  test: null,
};

/** What must be done first stands first: money that did not arrive, then what has a date, then what did not get through. */
export const KINDS = [
  "paid_outside",
  "refund_failed",
  "refund_parked",
  "compensation_failed",
  "payment_blocked",
  "refund_unknown",
  "chargeback",
  "decision_parked",
  "freight_parked",
  "deadline_parked",
  "outage",
  "signal_parked",
  "webhook_failing",
  "dead_letter",
  "calendar_provisional",
  "calendar_short",
];
export const rank = (kind: string) => (KINDS.includes(kind) ? KINDS.indexOf(kind) : KINDS.length);
