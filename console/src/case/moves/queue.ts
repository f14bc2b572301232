import { useCallback } from "react";
import { isProblem } from "@/api/client";
import { queueDecision } from "@/offline/outbox";
import type { Decision } from "../decide";

/** Keep a decision for later where it could not be sent; false where it was refused, which no waiting changes. */
export function useQueue(): (decision: Decision, reference: string, problem: unknown) => Promise<boolean> {
  return useCallback(async ({ caseId, move, version, body, key }, reference, problem) => {
    if (isProblem(problem)) return false;
    await queueDecision({ caseId, reference, move, version, body, sent: navigator.onLine ? key : undefined });
    return true;
  }, []);
}
