import type { Case } from "@/api/client";
import { kept, whose } from "./kept";

/** The list as the device can answer it: the same filters, over the cases that it kept. */
export interface LocalPage {
  cases: Case[];
  next_cursor: string | null;
  as_of: string;
}

type Test = (one: Case, value: string) => boolean;
const listed = (value: string, word: string | null | undefined) => value.split(",").includes(word ?? "");

const TESTS: Record<string, Test> = {
  shop_id: (one, value) => one.shop_id === Number(value),
  state: (one, value) => listed(value, one.state),
  kind: (one, value) => listed(value, one.kind),
  reason: (one, value) => listed(value, one.reason),
  due: (one, value) => one.deadlines.some((deadline) => deadline.state === "running" && deadline.kind === value),
  deadline_before: (one, value) => (one.deadline_at ?? "9999") < value,
  amount_at_least: (one, value) => one.amount.amount >= Number(value),
  amount_at_most: (one, value) => one.amount.amount <= Number(value),
  q: (one, value) => {
    const wanted = value.trim().toLowerCase();
    return one.id.startsWith(wanted) || one.id.endsWith(wanted) || one.order_reference.toLowerCase().includes(wanted);
  },
};

async function statesOf(tab: string): Promise<string[] | null> {
  const answer = (await kept.answers.get(" /v1/vocabulary/tabs"))?.body as
    | { words: { word: string; traits: { states?: string[] } }[] }
    | undefined;
  return answer?.words.find((one) => one.word === tab)?.traits.states ?? null;
}

async function owedBy(side: string): Promise<Set<string>> {
  const answer = (await kept.answers.get(" /v1/vocabulary/deadlines"))?.body as
    | { words: { word: string; traits: { owes?: string } }[] }
    | undefined;
  return new Set(answer?.words.filter((one) => one.traits.owes === side).map((one) => one.word) ?? []);
}

const runs = (one: Case, kinds: Set<string>) =>
  one.deadlines.some((deadline) => deadline.state === "running" && kinds.has(deadline.kind));

/** The cases of this person that the device has, most urgent first; what was decided here meanwhile is not waiting any more. */
async function mine(): Promise<Case[]> {
  const person = whose();
  const rows = await kept.cases.where("[person+due]").between([person, ""], [person, "\uffff"]).toArray();
  return rows.map((row) => row.view);
}

export async function localPage(params: URLSearchParams): Promise<LocalPage> {
  let found = await mine();
  const tab = params.get("tab");
  const states = tab ? await statesOf(tab) : null;
  if (states) found = found.filter((one) => states.includes(one.state));
  const owes = params.get("owes");
  if (owes) {
    const kinds = await owedBy(owes === "me" ? "seller" : owes);
    found = found.filter((one) => runs(one, kinds));
  }
  for (const [name, value] of params) {
    const test = TESTS[name];
    if (test && value) found = found.filter((one) => test(one, value));
  }
  if (params.get("order") === "newest") found.sort((one, other) => other.opened_at.localeCompare(one.opened_at));
  if (params.get("order") === "amount") found.sort((one, other) => other.amount.amount - one.amount.amount);
  return { cases: found, next_cursor: null, as_of: new Date().toISOString() };
}

export async function localCounts(params: URLSearchParams): Promise<unknown> {
  const shop = Number(params.get("shop_id") ?? 0);
  const found = (await mine()).filter((one) => !shop || one.shop_id === shop);
  const seller = await owedBy("seller");
  const states: Record<string, number> = {};
  const due: Record<string, number> = {};
  for (const one of found) {
    states[one.state] = (states[one.state] ?? 0) + 1;
    for (const deadline of one.deadlines) if (deadline.state === "running") due[deadline.kind] = (due[deadline.kind] ?? 0) + 1;
  }
  const tabs: Record<string, number> = {};
  for (const tab of ["pending", "returning", "disputed", "refunding", "ended"]) {
    tabs[tab] = ((await statesOf(tab)) ?? []).reduce((sum, state) => sum + (states[state] ?? 0), 0);
  }
  const soon = new Date(Date.now() + 86_400_000).toISOString();
  return {
    total: found.length,
    mine: found.filter((one) => runs(one, seller)).length,
    due_in_24h: found.filter((one) => (one.deadline_at ?? "9999") < soon).length,
    tabs,
    states,
    due,
    server_now: new Date().toISOString(),
  };
}
