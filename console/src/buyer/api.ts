import type { components } from "@/api/schema";
import { heard } from "./clock";
import { entry } from "./entry";

type Schemas = components["schemas"];
export type Order = Schemas["OrderView"];
export type OrderRow = Schemas["OrderRow"];
export type Requests = Schemas["RequestsView"];
export type Kind = Schemas["KindView"];
export type Reason = Schemas["ReasonView"];
export type Need = Schemas["Need"];
export type Verdict = Schemas["Verdict"];
export type Way = Schemas["Way"];
export type Preview = Schemas["PreviewView"];
export type Case = Schemas["CaseView"];
export type Move = Schemas["Move"];
export type Proposal = Schemas["ProposalView"];
export type Event = Schemas["EventView"];
export type Message = Schemas["MessageView"];
export type Return = Schemas["ReturnView"];
export type Dispute = Schemas["DisputeView"];
export type Proof = Schemas["ListedProof"];
export type Guest = Schemas["GuestView"];
export type Upload = Schemas["UploadView"];
export type Money = Schemas["MoneyView"];
export type Says = { zh: string; en: string };
export interface GivenProof {
  kind: string;
  upload_id?: string;
  channel?: string;
  text?: string;
}
export interface Problem {
  code: string;
  words: Says;
  next: Says;
  verdict?: Verdict;
  reasons?: string[];
  [detail: string]: unknown;
}

/** The server said no, and why. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.code);
  }
}

/** Nobody answered. What was sent may have arrived: it is sent again under the same key. */
export class Unheard extends Error {}

const PAUSES = [400, 1200, 3000];
/** A line that says nothing for so long is taken for cut. */
export const PATIENCE_MS = 45_000;
const AGAIN = new Set([429, 500, 502, 503, 504]);

export interface Sending {
  body?: unknown;
  key?: string;
  version?: number;
  tries?: number;
  /** It changes nothing though it is posted, so it may be tried again. */
  reads?: boolean;
}

/** Whether the same may well pass in a moment: nobody answered, or whoever answered was not able to. */
export function passing(error: Error): boolean {
  return !(error instanceof Refused) || AGAIN.has(error.status);
}

/** One call. A reading, and a writing that carries a key, is tried again by itself where the network is bad: it takes effect once. */
export async function call<T>(method: string, path: string, sending: Sending = {}): Promise<T> {
  const headers = head(sending);
  const pauses = method === "GET" || sending.key || sending.reads ? PAUSES.slice(0, sending.tries ?? PAUSES.length) : [];
  for (let attempt = 0; ; attempt += 1) {
    const pause = pauses[attempt];
    let answer: Response;
    try {
      answer = await fetch(path, {
        method,
        headers,
        body: sending.body === undefined ? undefined : JSON.stringify(sending.body),
        signal: AbortSignal.timeout?.(PATIENCE_MS), // not known to browsers before 2022
      });
    } catch {
      if (pause === undefined) throw new Unheard();
      await sleep(pause);
      continue;
    }
    if (answer.ok) return read<T>(answer);
    if (AGAIN.has(answer.status) && pause !== undefined) {
      await sleep(Math.max(pause, Number(answer.headers.get("retry-after") ?? 0) * 1000));
      continue;
    }
    throw await refusal(answer);
  }
}

export const get = <T>(path: string) => call<T>("GET", path);

export async function refusal(answer: Response): Promise<Error> {
  try {
    return new Refused(answer.status, (await answer.json()) as Problem);
  } catch {
    return new Unheard();
  }
}

async function read<T>(answer: Response): Promise<T> {
  if (answer.status === 204) return undefined as T;
  const said = (await answer.json()) as T & { server_now?: string };
  if (said.server_now) heard(said.server_now);
  return said;
}

function head(sending: Sending): Record<string, string> {
  const headers: Record<string, string> = { ...bearer() };
  if (sending.body !== undefined) headers["content-type"] = "application/json";
  if (sending.key) headers["idempotency-key"] = sending.key;
  if (sending.version !== undefined) headers["if-match"] = `"${sending.version}"`;
  return headers;
}

export function bearer(): Record<string, string> {
  const { token } = entry();
  return token ? { authorization: `Bearer ${token}` } : {};
}

export const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** 128 random bits; `crypto.randomUUID` is missing where a page is not served over TLS. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
