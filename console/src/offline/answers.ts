import type { Middleware } from "openapi-fetch";
import type { Case } from "@/api/client";
import { whenIdle } from "@/shared/idle";
import { ifPossible, kept, whose } from "./kept";
import { localCounts, localPage } from "./local";

const FAR = "9999";
const MOST_CASES = 800;
const MOST_ANSWERS = 400;
const FINAL = new Set(["completed", "closed"]);

/** The words that everybody shares, and what belongs to one case: such answers are kept whole, by their address. */
const SHARED = /^\/v1\/(problems$|vocabulary\/)/;
const OF_A_CASE = /^\/v1\/cases\/[^/]+\/(choices|events|log|messages|moves|dispute|return|notes|work)$/;
const OTHERS = /^\/v1\/(evidence|orders\/[^/]+|notices|saved-views|shops\/\d+\/(quick-replies|macros))$/;
const ONE_CASE = /^\/v1\/cases\/([0-9a-f-]{36})$/;

type Kind = "list" | "counts" | "case" | "answer" | null;
function kindOf(path: string): Kind {
  if (path === "/v1/cases") return "list";
  if (path === "/v1/cases:counts") return "counts";
  if (ONE_CASE.test(path)) return "case";
  return SHARED.test(path) || OF_A_CASE.test(path) || OTHERS.test(path) ? "answer" : null;
}

const owner = (path: string): string => (SHARED.test(path) ? "" : whose());

/** Keep cases that wait for somebody; what is over is forgotten. */
export async function keepCases(cases: readonly Case[]): Promise<void> {
  const person = whose();
  if (!person || cases.length === 0) return;
  const kept_at = new Date().toISOString();
  const rows = cases.map((view) => ({ id: view.id, person, due: view.deadline_at ?? FAR, kept_at, view }));
  await ifPossible(async () => {
    await kept.cases.bulkPut(rows.filter((row) => !FINAL.has(row.view.state)));
    await kept.cases.bulkDelete(rows.filter((row) => FINAL.has(row.view.state)).map((row) => row.id));
    const all = kept.cases.where("[person+due]").between([person, ""], [person, "\uffff"]);
    if ((await all.count()) > MOST_CASES) await kept.cases.bulkDelete(await all.offset(MOST_CASES).primaryKeys());
  });
}

async function keepAnswer(url: URL, body: unknown): Promise<void> {
  const person = owner(url.pathname);
  await ifPossible(async () => {
    await kept.answers.put({ key: `${person} ${url.pathname}${url.search}`, person, kept_at: new Date().toISOString(), body });
    const all = kept.answers.where("[person+kept_at]").between([person, ""], [person, "\uffff"]);
    const count = await all.count();
    if (count > MOST_ANSWERS) await kept.answers.bulkDelete(await all.limit(count - MOST_ANSWERS).primaryKeys());
  });
}

async function keep(url: URL, response: Response): Promise<void> {
  const kind = kindOf(url.pathname);
  if (!kind || kind === "counts") return;
  const body = await response.json();
  if (kind === "list") await keepCases((body as { cases: Case[] }).cases);
  else if (kind === "case") await keepCases([body as Case]);
  else await keepAnswer(url, body);
}

async function remembered(url: URL): Promise<unknown> {
  const kind = kindOf(url.pathname);
  if (kind === "list") return localPage(url.searchParams);
  if (kind === "counts") return localCounts(url.searchParams);
  if (kind === "case") return (await kept.cases.get(ONE_CASE.exec(url.pathname)?.[1] ?? ""))?.view;
  if (kind !== "answer") return undefined;
  const exact = await kept.answers.get(`${owner(url.pathname)} ${url.pathname}${url.search}`);
  return exact?.body;
}

/** Answers are kept as they pass by; when the network is away, what was kept answers in its place. */
export const keeping: Middleware = {
  onResponse({ request, response }) {
    if (request.method !== "GET" || !response.ok) return;
    if (!response.headers.get("content-type")?.startsWith("application/json")) return;
    const url = new URL(request.url);
    if (!kindOf(url.pathname)) return;
    const copy = response.clone();
    whenIdle(() => void keep(url, copy).catch(() => undefined)); // what was asked for is drawn first
  },
  async onError({ request, error }) {
    if (request.method !== "GET" || (error instanceof DOMException && error.name === "AbortError")) return;
    const body = await ifPossible(() => remembered(new URL(request.url)));
    return body === undefined ? undefined : Response.json(body, { headers: { "x-amends-kept": "1" } });
  },
};
