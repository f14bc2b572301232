import { askedAs, type Early } from "@/api/early";
import { filterOf, PAGE, queryOf } from "@/cases/query";
import { LISTED } from "./listed";
import { SPOKEN } from "./spoken";

/**
 * Reading and starting the console takes longer than its first questions: they are sent before, and their answers wait for it
 * (`api/early.ts`). It must stay small, for it runs before everything else.
 */
const TAKEN_WITHIN_MS = 10_000;
const PATIENCE_MS = 20_000;
const { pathname, search } = window.location;
const early: Early = new Map();

function ask(address: string): void {
  const headers = { "x-amends-console": __AMENDS_VERSION__ };
  const answer = fetch(address, { headers, signal: AbortSignal.timeout?.(PATIENCE_MS) }).then(
    async (response) => new Response(await response.blob(), response),
  );
  early.set(
    askedAs(address),
    answer.catch(() => null), // the console asks again, and says what is wrong
  );
}

function askForList(shop: string): void {
  const params = new URLSearchParams(pathname === "/" ? "" : search);
  const query = { ...queryOf(filterOf(params), Number(shop) || null), limit: PAGE };
  ask(`/v1/cases?${new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]))}`);
}

if (pathname !== "/login" && pathname !== "/join") {
  window.amendsEarly = early;
  ask("/v1/me");
  const shop = localStorage.getItem(LISTED);
  if (shop !== null && (pathname === "/" || pathname === "/cases")) askForList(shop);
  for (const name of SPOKEN) ask(`/v1/vocabulary/${name}`);
  setTimeout(() => early.clear(), TAKEN_WITHIN_MS);
}
