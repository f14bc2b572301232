import { useEffect, useState } from "react";
import { amends, isProblem, type Schemas } from "@/api/client";
import { useRested } from "@/shared/rested";

export type Proof = Schemas["DraftProofView"];
export type Finding = Schemas["ProofFindingView"];
export type Change = Schemas["ProvenChangeView"];
export type Edit = Schemas["RuleEdit"];

const PAUSE_MS = 900;

interface Proving {
  proof?: Proof;
  error?: unknown;
  busy: boolean;
}

/** The proof of what is typed, asked for once the typing pauses; what was typed before is asked no more. */
export function useProof(market: string, draftId: string, version: number, edits: Edit[]): Proving & { again: () => void } {
  const [state, setState] = useState<Proving>({ busy: true });
  const [turn, setTurn] = useState(0);
  const typed = JSON.stringify(edits);
  const asked = [market, draftId, version, typed, turn]; // `turn` asks the same once more, `version` what was saved meanwhile
  // biome-ignore lint/correctness/useExhaustiveDependencies: from the first letter on it is another question
  useEffect(() => setState((before) => ({ ...before, busy: true, error: undefined })), asked);
  useRested(
    () => {
      const stop = new AbortController();
      const body = { market, draft_id: draftId, edits: JSON.parse(typed) as Edit[], replay: false };
      amends
        .POST("/v1/lab/proofs", { body, signal: stop.signal })
        .then(({ data, error }) => {
          if (stop.signal.aborted || (isProblem(error) && error.code === "superseded")) return;
          setState((before) => (data ? { proof: data, busy: false } : { ...before, error, busy: false }));
        })
        .catch((error: unknown) => {
          if (!stop.signal.aborted) setState((before) => ({ ...before, error, busy: false }));
        });
      return () => stop.abort();
    },
    asked,
    PAUSE_MS,
  );
  return { ...state, again: () => setTurn((before) => before + 1) };
}
