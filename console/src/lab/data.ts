import { useState } from "react";
import { amends, api, isProblem, type Schemas, told } from "@/api/client";
import { queries } from "@/api/queries";
import { useRested } from "@/shared/rested";

export type Draft = Schemas["DraftView"];
/** A rule as it is written; `fresh` is one that was added here and not saved yet. */
export type Rule = Schemas["WrittenRule"] & { fresh?: boolean };
export type Edit = Schemas["RuleEdit"];
export type Tried = Schemas["TriedView"];
export type Fact = Schemas["FactView"];
export type Value = string | boolean | number | Value[] | { [name: string]: Value };
export type When = { [fact: string]: { [operator: string]: Value } };

export type Report = Schemas["ReplayReport"];
export type Behind = Schemas["Behind"];

const PAUSE_MS = 700;

/** What the lab was asked before is asked again: a draft has changed. */
export const asksAgain = () =>
  queries.invalidateQueries({ predicate: (query) => JSON.stringify(query.queryKey).includes("/v1/lab/") });

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
  return { ...rule, ...(told as Partial<Rule>), overrides: edit.overrides ?? rule.overrides };
}

const BLANK = { line: 0, fresh: true, changed: true, from: null, until: null };

/** Rules that the edits add to those that the draft holds, as they would read. */
export function added(rules: readonly Rule[], edits: Iterable<Edit>): Rule[] {
  const known = new Set(rules.map(keyOf));
  return [...edits]
    .filter((edit) => !edit.remove && !known.has(keyOf(edit)))
    .map((edit) => {
      const [folder = "", name = ""] = edit.file.split("/").slice(-2);
      const beside = { topic: name.replace(/\.yaml$/, ""), pack: folder, source: "", assumed: false, overrides: [] };
      const rest = { when: {}, outcome: {}, says: { zh: "", en: "" }, file: edit.file, id: edit.id };
      return edited({ ...BLANK, ...beside, ...rest } as Rule, edit);
    });
}

/** Everything of a rule as the edit of a new one beside it, under a name that nobody has. */
export function copied(rule: Rule, taken: ReadonlySet<string>): Edit {
  let id = `${rule.id}_copy`;
  for (let n = 2; taken.has(id); n += 1) id = `${rule.id}_copy${n}`;
  const { file, source, assumed, from, until, when, outcome, says, overrides } = rule;
  return { file, id, source, assumed, from, until, when, outcome, says, overrides } as Edit;
}

/** What is typed, tried after a pause; what was tried before it is stopped, here and on the server. */
export function useTried(market: string | undefined, draft: Draft | undefined, edits: Edit[]) {
  const [tried, setTried] = useState<Tried>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const text = JSON.stringify(edits);
  const wanted = draft !== undefined && (edits.length > 0 || draft.files.length > 0 || draft.rolls_back_to !== null);
  const draftId = draft?.id;
  const version = draft?.version;
  const ask = async (here: AbortSignal): Promise<void> => {
    setBusy(true);
    try {
      const body = { market: market ?? "", draft_id: draftId, edits: JSON.parse(text) as Edit[] };
      const found = await told(amends.POST("/v1/lab/replays", { body, signal: here }));
      if (here.aborted) return;
      setTried(found);
      setError(undefined);
    } catch (problem) {
      if (!here.aborted && !(isProblem(problem) && problem.code === "superseded")) setError(problem);
    }
    if (!here.aborted) setBusy(false);
  };
  useRested(
    () => {
      if (!wanted || !market || version === undefined) {
        setBusy(false);
        return undefined;
      }
      const stop = new AbortController();
      void ask(stop.signal);
      return () => stop.abort();
    },
    [market, draftId, version, text, wanted],
    PAUSE_MS,
  );
  return { tried, error, busy };
}
