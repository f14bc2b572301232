import createClient, { type Middleware } from "openapi-fetch";
import createQuery from "openapi-react-query";
import { askedEarly } from "./early";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type Problem = Schemas["Problem"] & { [detail: string]: unknown };
export type Case = Schemas["CaseView"];
export type Move = Schemas["Move"];

export const CONSOLE_VERSION: string = __AMENDS_VERSION__;

/** The token that a write must show beside the session's cookie; a foreign page can send the cookie but never read this. */
let csrf: string | null = null;
export function rememberCsrf(token: string | null | undefined): void {
  csrf = token ?? null;
}

/** For the calls that this client cannot make: an upload that tells its progress. */
export function csrfToken(): string | null {
  return csrf;
}

type Heard = (response: Response) => void;
const listeners = new Set<Heard>();
/** Hear every answer: the session learns here that it has ended, and that a newer console is asked for. */
export function onAnswer(heard: Heard): () => void {
  listeners.add(heard);
  return () => listeners.delete(heard);
}

const carrying: Middleware = {
  onRequest({ request }) {
    request.headers.set("x-amends-console", CONSOLE_VERSION);
    if (request.method !== "GET" && csrf) request.headers.set("x-csrf-token", csrf);
    return request;
  },
  onResponse({ response }) {
    for (const heard of listeners) heard(response);
    // A gateway's failure, often without a body, would be read as an answer with nothing in it: as done.
    if (response.ok || response.headers.get("content-type")?.includes("json")) return;
    return new Response("no answer", { status: response.status, statusText: response.statusText });
  },
};

/** A line that says nothing for so long is taken for cut; what reckons over many cases may take longer. */
export const PATIENCE_MS = 45_000;
const RECKONING = /\/v1\/(lab|insight|imports|exports)\b|\/rederive$/;
const RECKONING_MS = 300_000;

async function patiently(request: Request): Promise<Response> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), RECKONING.test(request.url) ? RECKONING_MS : PATIENCE_MS);
  const leave = () => stop.abort(request.signal.reason);
  request.signal.addEventListener("abort", leave, { once: true });
  try {
    return await fetch(request, { signal: stop.signal });
  } catch (problem) {
    throw stop.signal.aborted && !request.signal.aborted ? new TypeError("no answer in time") : problem;
  } finally {
    clearTimeout(timer);
    request.signal.removeEventListener("abort", leave);
  }
}

/** The typed client: `amends.GET("/v1/cases/{case_id}", …)`. */
export const amends = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: "same-origin",
  fetch: (request) => askedEarly(request, patiently),
});
amends.use(carrying);

/** The same as hooks of TanStack Query: `api.useQuery("get", "/v1/cases", …)`. An error is the Problem, or what kept the call from being made. */
export const api = createQuery(amends);

export function useAmends(): typeof amends {
  return amends;
}

/** A key that makes sending the same thing twice harmless. */
export function newKey(): string {
  return crypto.randomUUID();
}

export function isProblem(error: unknown): error is Problem {
  return typeof error === "object" && error !== null && "code" in error && "words" in error;
}

/** A refusal as something that can be thrown, with what the server said. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.code);
  }
}

/** The answer's data; a refusal is thrown as its Problem, for a query or a mutation to hold. */
export async function told<T>(call: Promise<{ data?: T; error?: unknown }>): Promise<T> {
  const { data, error } = await call;
  if (error !== undefined) throw error;
  return data as T;
}
