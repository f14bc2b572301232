import { liveQuery } from "dexie";
import { useEffect, useState } from "react";
import { amends, isProblem, newKey, type Problem, type Schemas } from "@/api/client";
import { queries } from "@/api/queries";
import { kept, type OutboxState, type Queued, whose } from "./kept";

const MOST_AT_ONCE = 100;
const AGAIN_MS = 10_000;
const KEPT_APPLIED_MS = 86_400_000;

export interface Decision {
  caseId: string;
  reference: string;
  move: string;
  version: number;
  body: Record<string, unknown>;
  /** Its idempotency key, where it went out and no answer came. */
  sent?: string;
}

/** Keep a decision until it can be sent. A later one about the same case replaces it: neither has been heard yet. */
export async function queueDecision({ caseId, reference, move, version, body, sent }: Decision): Promise<void> {
  const person = whose();
  await kept.transaction("rw", kept.outbox, async () => {
    const earlier = await kept.outbox.where({ person, case_id: caseId }).toArray();
    await kept.outbox.bulkDelete(earlier.filter((one) => one.state === "waiting").map((one) => one.id));
    await kept.outbox.add({
      id: newKey(),
      person,
      case_id: caseId,
      reference,
      move,
      version,
      body,
      sent,
      device_at: new Date().toISOString(),
      state: "waiting",
    });
  });
  void navigator.storage?.persist?.().catch(() => undefined);
  if (navigator.onLine) void flush();
}

/** Take a decision back that has not been sent. */
export async function takeBack(id: string): Promise<void> {
  await kept.outbox
    .where({ id })
    .and((one) => one.state === "waiting")
    .delete();
}

export async function haveSeen(ids: readonly string[]): Promise<void> {
  await kept.outbox
    .where("id")
    .anyOf([...ids])
    .modify({ state: "seen" satisfies OutboxState });
}

type Answer = Schemas["OfflineAnswer"];

async function answered(answer: Answer): Promise<void> {
  await kept.outbox.update(answer.id, {
    state: answer.result,
    answered_at: new Date().toISOString(),
    stands: answer.stands ?? null,
    problem: (answer.problem as Problem | null | undefined) ?? null,
  });
}

const waitingOf = (person: string) => kept.outbox.where({ person, state: "waiting" }).sortBy("device_at");

/** Sent once: each has its own id, under which the server answers the same however often it is asked. */
async function send(actions: readonly Queued[]): Promise<boolean> {
  const { data, error } = await amends.POST("/v1/offline-actions:sync", {
    body: {
      actions: actions.map(({ id, case_id, move, version, device_at, body }) => ({
        id,
        case_id,
        move,
        version,
        device_at,
        body,
      })),
    },
  });
  if (data) {
    for (const answer of data.answers) await answered(answer);
    return true;
  }
  const problem = error as unknown as Problem;
  if (problem.status !== 422) return false; // not signed in, too fast, a fault: they stay and are sent again
  if (actions.length === 1 && actions[0]) {
    await answered({ id: actions[0].id, result: "refused", stands: null, case: null, problem, replayed: false });
    return true;
  }
  for (const one of actions) await send([one]); // one of them cannot be read; the others shall not wait for it
  return true;
}

const LATER = new Set([401, 408, 429]);
type Path = "/v1/cases/{case_id}/moves/approve";

/** Ask what became of one that went out unanswered, under its own key: if it was done it is done once. False where there is still no answer. */
async function ask({ id, case_id, move, version, body, sent = "" }: Queued): Promise<boolean> {
  const { error } = await amends.POST(`/v1/cases/{case_id}/moves/${move}` as Path, {
    params: { path: { case_id }, header: { "Idempotency-Key": sent, "If-Match": `"${version}"` } },
    body: body as never,
  });
  if (error === undefined) {
    await answered({ id, result: "applied", stands: null, case: null, problem: null, replayed: true });
    return true;
  }
  const status = isProblem(error) ? error.status : 500;
  if (status >= 500 || LATER.has(status)) return false;
  await kept.outbox.update(id, { sent: undefined }); // not done: from here on it is as any other, and hears which decision stands
  return true;
}

/** Send some of those that wait; false where nobody answers now. */
async function sendSome(waiting: readonly Queued[]): Promise<boolean> {
  const unanswered = waiting.find((one) => one.sent);
  return unanswered ? ask(unanswered) : send(waiting.slice(0, MOST_AT_ONCE));
}

/** Send what waits. Of several tabs one does it; the others find nothing left. */
export async function flush(): Promise<void> {
  const person = whose();
  if (!person || !navigator.onLine) return;
  await navigator.locks.request("amends.outbox", async () => {
    try {
      for (let some = await waitingOf(person); some.length > 0; some = await waitingOf(person)) {
        if (!(await sendSome(some))) return;
        void queries.invalidateQueries({ predicate: ({ queryKey }) => JSON.stringify(queryKey).includes("/v1/cases") });
        void queries.invalidateQueries({ queryKey: ["cases"] });
      }
    } catch (problem) {
      if (isProblem(problem)) throw problem;
    }
  });
}

async function tidy(person: string): Promise<void> {
  const before = new Date(Date.now() - KEPT_APPLIED_MS).toISOString();
  await kept.outbox
    .where({ person })
    .and((one) => (one.state === "applied" || one.state === "seen") && (one.answered_at ?? one.device_at) < before)
    .delete();
}

/** Keeps the outbox flowing while the console is open: at the start, when the network is back, and when one comes back to the page. */
export function useFlushing(person: string, seated: boolean): void {
  useEffect(() => {
    if (!seated) return; // what is sent needs a session; it is sent when there is one again
    const now = () => void flush().catch(() => undefined);
    const shown = () => {
      if (!document.hidden) now();
    };
    void tidy(person).catch(() => undefined);
    now();
    window.addEventListener("online", now);
    document.addEventListener("visibilitychange", shown);
    const timer = setInterval(now, AGAIN_MS);
    return () => {
      window.removeEventListener("online", now);
      document.removeEventListener("visibilitychange", shown);
      clearInterval(timer);
    };
  }, [person, seated]);
}

/** The rows of the outbox, in every tab as they change. */
export function useOutbox(): readonly Queued[] {
  const [rows, setRows] = useState<readonly Queued[]>([]);
  useEffect(() => {
    const watched = liveQuery(() => kept.outbox.where({ person: whose() }).sortBy("device_at"));
    const subscription = watched.subscribe({ next: setRows, error: () => undefined });
    return () => subscription.unsubscribe();
  }, []);
  return rows;
}

/** The decision about a case that waits to be sent. */
export function useQueued(caseId: string): Queued | undefined {
  return useOutbox().find((one) => one.case_id === caseId && one.state === "waiting");
}
