import { useEffect, useRef, useState } from "react";
import { amends, api, isProblem, type Schemas, told } from "@/api/client";

export type Draft = Schemas["DraftView"];
export type Rule = Schemas["WrittenRule"];
export type Edit = Schemas["RuleEdit"];
export type Tried = Schemas["TriedView"];
export type Fact = Schemas["FactView"];
export type Value = string | boolean | number | Value[] | { [name: string]: Value };
export type When = { [fact: string]: { [operator: string]: Value } };

export interface Report {
  currency: string;
  cases: number;
  refused: number;
  agreed: number;
  changed: number;
  transitions: {
    before: string;
    before_rule: string;
    after: string;
    after_rule: string;
    requests: number;
    refused: number;
    amount: number;
    ids: string[];
  }[];
  money: { party: string; paid: number; asked_less: number; asked_more: number }[];
  deadlines: { deadline: string; before: string; after: string; promises: number }[];
  work: { name: string; before: number; after: number }[];
  shops: { shop_id: number; shop: string; requests: number; amount: number }[];
  unsure: { why: string; requests: number }[];
}

const PAUSE_MS = 700;

export const keyOf = (one: { file: string; id: string }) => `${one.file} ${one.id}`;

export function useDraft(draftId: string) {
  return api.useQuery("get", "/v1/lab/drafts/{draft_id}", { params: { path: { draft_id: draftId } } });
}

export function useRules(market: string | undefined, draftId: string, version: number | undefined) {
  return api.useQuery(
    "get",
    "/v1/lab/rules/{market}",
    {
      params: { path: { market: market ?? "" }, query: { draft_id: draftId } },
      headers: { "x-draft-version": String(version ?? 0) },
    },
    { enabled: market !== undefined, placeholderData: (before) => before },
  );
}

/** The rule as the edits not saved yet have it. */
export function edited(rule: Rule, edit: Edit | undefined): Rule {
  if (!edit) return rule;
  const { remove: _, file: __, id: ___, ...told } = edit;
  return { ...rule, ...(told as Partial<Rule>) };
}

/** What is typed, tried after a pause; what was tried before it is stopped, here and on the server. */
export function useTried(market: string | undefined, draft: Draft | undefined, edits: Edit[]) {
  const [tried, setTried] = useState<Tried>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const asked = useRef(0);
  const text = JSON.stringify(edits);
  const wanted = draft !== undefined && (edits.length > 0 || draft.files.length > 0);
  const draftId = draft?.id;
  const version = draft?.version;
  useEffect(() => {
    if (!wanted || !market || version === undefined) return undefined;
    const turn = ++asked.current;
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      setBusy(true);
      try {
        const body = { market, draft_id: draftId, edits: JSON.parse(text) as Edit[] };
        const found = await told(amends.POST("/v1/lab/replays", { body, signal: stop.signal }));
        if (asked.current === turn) {
          setTried(found);
          setError(undefined);
        }
      } catch (problem) {
        if (asked.current === turn && !(isProblem(problem) && problem.code === "superseded")) setError(problem);
      } finally {
        if (asked.current === turn) setBusy(false);
      }
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [market, draftId, version, text, wanted]);
  return { tried, error, busy, report: (tried?.report ?? undefined) as Report | undefined };
}
