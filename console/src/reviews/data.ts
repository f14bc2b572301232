import { useMutation, useQueries } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { amends, api, type Case, newKey, type Schemas, told } from "@/api/client";
import { queries } from "@/api/queries";
import { pieceOfProof } from "@/api/records";
import { useSession } from "@/app/session";
import { holdStream } from "@/app/stream";
import { heardServerTime } from "@/shared";
import { insist } from "@/shared/insist";
import { useSteady } from "@/shared/steady";

export type Lane = Schemas["Lanes"]["lanes"][number];
export type DisputeRow = Schemas["DisputeRow"];
export type Dispute = Schemas["DisputeView"];
export type Recheck = Schemas["RecheckView"];
export type Evidence = Schemas["EvidenceView"];
export type Need = Schemas["Need"];

/** How often the lists are asked for while the stream is broken; while it stands, it says itself when to ask, and this is for one that died unseen. */
const EVERY = 20_000;
const HEARD_EVERY = 60_000;
const at = (case_id: string) => ({ params: { path: { case_id } } });

/** The lanes and the re-checks say by themselves that they changed. The answer is how often to ask besides. */
export function useLiveLanes(): number {
  const { seat } = useSession();
  const [connected, setConnected] = useState(false);
  const { person } = seat;
  useEffect(() => {
    const path = () => "/v1/review_lanes/stream";
    const told = () => void queries.invalidateQueries({ predicate: ({ queryKey }) => QUEUES.test(JSON.stringify(queryKey)) });
    return holdStream<{ lanes: string[] }>({
      name: `amends.lanes.${person}`,
      path,
      events: ["lanes"],
      told,
      connected: setConnected,
    });
  }, [person]);
  return connected ? HEARD_EVERY : EVERY;
}

export const useLanes = (refetchInterval: number) => api.useQuery("get", "/v1/review_lanes", {}, { refetchInterval });

export function useQueue(lane: string | null, refetchInterval: number) {
  const query = { undecided: true, limit: 100, ...(lane ? { lane } : {}) };
  return api.useQuery("get", "/v1/disputes", { params: { query } }, { refetchInterval, placeholderData: (old) => old });
}

export function useRechecks(refetchInterval: number) {
  const found = api.useQuery("get", "/v1/rechecks", { params: { query: { limit: 100 } } }, { refetchInterval });
  useServerTime(found.data?.server_now);
  return found;
}

export function useCase(id: string) {
  const found = api.useQuery("get", "/v1/cases/{case_id}", at(id));
  useServerTime(found.data?.server_now);
  return found;
}

export const useDispute = (id: string) => api.useQuery("get", "/v1/cases/{case_id}/dispute", at(id));
export const useOrder = (id: string | undefined) =>
  api.useQuery("get", "/v1/orders/{order_id}", { params: { path: { order_id: id ?? "" } } }, { enabled: Boolean(id) });
export const useStanding = (buyer: string | undefined) =>
  api.useQuery("get", "/v1/buyers/{buyer}/standing", { params: { path: { buyer: buyer ?? "" } } }, { enabled: Boolean(buyer) });
export const useMessages = (id: string) =>
  api.useQuery("get", "/v1/cases/{case_id}/messages", { params: { path: { case_id: id }, query: { limit: 200 } } });

export function usePieces(ids: readonly string[]) {
  return useQueries({
    queries: ids.map(pieceOfProof),
    combine: (all) => new Map(all.flatMap((one) => (one.data ? [[one.data.id, one.data] as const] : []))),
  });
}

function useServerTime(moment: string | undefined): void {
  useEffect(() => {
    if (moment) heardServerTime(moment);
  }, [moment]);
}

const QUEUES = /^\["get","\/v1\/(review_lanes|disputes|rechecks)"/;
const LISTS = /^\["get","\/v1\/(review_lanes|disputes|rechecks|attention|cases)/;

/** A case and every list that may name it are asked for anew. */
export function refresh(id?: string): Promise<void> {
  return queries.invalidateQueries({
    predicate: ({ queryKey }) => {
      const key = JSON.stringify(queryKey);
      return LISTS.test(key) || (id !== undefined && key.includes(id));
    },
  });
}

export type JudgingMove = "claim_review" | "rule" | "confirm_ruling" | "decide_recheck";
type Path = "/v1/cases/{case_id}/moves/claim_review";

interface Asked {
  move: JudgingMove;
  body: Record<string, unknown>;
  version?: number;
}

/** Make a move on a case at the version that is shown; without one, at the newest. */
export function useMove(caseId: string) {
  return useSteady(
    useMutation({
      mutationFn: async ({ move, body, version }: Asked): Promise<Case> => {
        const seen = version ?? (await told(amends.GET("/v1/cases/{case_id}", at(caseId)))).version;
        const header = { "Idempotency-Key": newKey(), "If-Match": `"${seen}"` };
        const path = `/v1/cases/{case_id}/moves/${move}` as Path;
        return insist(() => told(amends.POST(path, { params: { path: { case_id: caseId }, header }, body: body as never })));
      },
      onSettled: () => void refresh(caseId), // not waited for: what was done is said before the list takes it away
    }),
  );
}

export type JudgingMutation = ReturnType<typeof useMove>;

/** Have the server hand over the next one; nobody chooses. */
export function useClaimNext() {
  return useSteady(
    useMutation({
      mutationFn: (lane: string | null) => {
        const params = { header: { "Idempotency-Key": newKey() } };
        return insist(() => told(amends.POST("/v1/reviews:claim", { params, body: lane ? { lane } : {} })));
      },
      onSettled: () => void refresh(),
    }),
  );
}
