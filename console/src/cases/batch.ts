import { useSyncExternalStore } from "react";
import { amends, type Case, isProblem, newKey, type Problem, told } from "@/api/client";
import { queueDecision } from "@/offline/outbox";
import { serverNow } from "@/shared";
import { HOLD_MS, hold } from "@/shared/hold";
import { type Act, putRows, type Row, rowOf } from "./rows";

/** What is asked for each row; the body may depend on the row, such as a share of its amount. */
export interface Asked {
  act: Act;
  rows: readonly Row[];
  body: (row: Row) => Record<string, unknown>;
}
export interface RowAnswer {
  row: Row;
  /** Nothing where it was done. */
  problem: Problem | null;
  /** Kept on the device until there is a network again. */
  kept: boolean;
}
export interface Answered {
  id: number;
  act: Act;
  answers: readonly RowAnswer[];
}

/** More rows than this are sent in several calls. */
const AT_ONCE = 200;
/** What browsers let a page that closes leave on its way, all its calls together (64 KiB, headers aside). A call above that they do not make at all. */
const OUTLIVES_BYTES = 60_000;
const AGAIN_MS = 1000;
const NEARLY_MS = HOLD_MS + 3000;

let held: ReadonlyMap<string, Act> = new Map();
let answered: readonly Answered[] = [];
let last = 0;
let outliving = 0;
let atRisk = 0;
const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** Rows whose decision is held back for a few seconds, or on its way. */
export function useHeldRows(): ReadonlyMap<string, Act> {
  return useSyncExternalStore(subscribe, () => held);
}

/** What the server said to the last batches, until it is read. */
export function useAnswered(): readonly Answered[] {
  return useSyncExternalStore(subscribe, () => answered);
}
export function haveRead(id: number): void {
  answered = answered.filter((one) => one.id !== id);
  tell();
}

function mark(rows: readonly Row[], act: Act | null): void {
  const next = new Map(held);
  for (const row of rows) {
    if (act) next.set(row.id, act);
    else next.delete(row.id);
  }
  held = next;
  tell();
}

const ask = (event: BeforeUnloadEvent) => event.preventDefault();

/** While something could not outlive the page, the browser asks before it closes it. */
function risk(by: 1 | -1): void {
  atRisk += by;
  if (atRisk > 0) window.addEventListener("beforeunload", ask);
  else window.removeEventListener("beforeunload", ask);
}

const movesOf = ({ act, rows, body }: Asked) =>
  rows.map((row) => ({ id: row.id, case_id: row.id, move: act, version: row.version, body: body(row) }));
const bytesOf = (asked: Asked) => new Blob([JSON.stringify(movesOf(asked))]).size;

async function post(asked: Asked, key: string) {
  const bytes = bytesOf(asked);
  const keepalive = outliving + bytes <= OUTLIVES_BYTES;
  if (keepalive) outliving += bytes;
  else risk(1);
  try {
    return await told(
      amends.POST("/v1/moves:batch", {
        params: { header: { "Idempotency-Key": key } },
        body: { moves: movesOf(asked) },
        keepalive,
      }),
    );
  } finally {
    if (keepalive) outliving -= bytes;
    else risk(-1);
  }
}

/** What went out and was not answered is kept with the key that the server made of the batch's for each row. */
async function keep({ act, rows, body }: Asked, sent: string | null): Promise<RowAnswer[]> {
  for (const row of rows) {
    await queueDecision({
      caseId: row.id,
      reference: row.reference,
      move: act,
      version: row.version,
      body: body(row),
      sent: sent === null ? undefined : `${sent}:${row.id}`,
    });
  }
  return rows.map((row) => ({ row, problem: null, kept: true }));
}

/** Once more under the same key where no answer came; after that each row is asked about alone. */
async function postTwice(asked: Asked, key: string) {
  try {
    return await post(asked, key);
  } catch (problem) {
    if (isProblem(problem)) throw problem;
    await new Promise((go) => setTimeout(go, AGAIN_MS));
    return post(asked, key);
  }
}

/** One call for many rows; each is answered on its own. */
async function sendChunk(asked: Asked): Promise<RowAnswer[]> {
  const { rows } = asked;
  if (!navigator.onLine) return keep(asked, null);
  const key = newKey();
  try {
    const answer = await postTwice(asked, key);
    const by = new Map(answer.rows.map((one) => [one.id, one]));
    putRows(answer.rows.flatMap((one) => (one.case ? [rowOf(one.case as Case)] : [])));
    return rows.map((row) => ({ row, problem: (by.get(row.id)?.problem as Problem | null | undefined) ?? null, kept: false }));
  } catch (problem) {
    if (!isProblem(problem)) return keep(asked, key);
    return rows.map((row) => ({ row, problem, kept: false }));
  }
}

async function send(asked: Asked): Promise<void> {
  const chunks = Array.from({ length: Math.ceil(asked.rows.length / AT_ONCE) }, (_, at) =>
    asked.rows.slice(at * AT_ONCE, (at + 1) * AT_ONCE),
  );
  const answers = (await Promise.all(chunks.map((rows) => sendChunk({ ...asked, rows })))).flat();
  last += 1;
  answered = [...answered, { id: last, act: asked.act, answers }];
  mark(asked.rows, null);
}

const nearly = (row: Row) => row.deadline_at !== null && Date.parse(row.deadline_at) - serverNow() < NEARLY_MS;

/** Hold a batch back for a few seconds, so that it can be undone; what would be too late by then is sent at once. */
export function decide(asked: Asked, label: string, undone?: () => void): void {
  const now = asked.rows.filter(nearly);
  const later = asked.rows.filter((row) => !nearly(row));
  mark(asked.rows, asked.act);
  if (now.length > 0) void send({ ...asked, rows: now });
  if (later.length === 0) return;
  const held = { ...asked, rows: later };
  const heavy = bytesOf(held) > OUTLIVES_BYTES;
  if (heavy) risk(1);
  const over = () => {
    if (heavy) risk(-1);
  };
  hold({
    label,
    run: () => send(held).finally(over),
    undone: () => {
      over();
      mark(later, null);
      undone?.();
    },
  });
}

/** Decide without holding back: it was asked about before. */
export function decideNow(asked: Asked): void {
  mark(asked.rows, asked.act);
  void send(asked);
}
