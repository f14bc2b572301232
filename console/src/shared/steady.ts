import type { UseMutationResult } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";

/** The same, deaf while it works: a second press of a hurried hand is no second order, and its refusal would hide what the first one did. */
export function useSteady<D, E, V, C>(mutation: UseMutationResult<D, E, V, C>): UseMutationResult<D, E, V, C> {
  const working = useRef(false);
  const { mutate, isPending, submittedAt } = mutation;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each order that was answered opens the ear again
  useEffect(() => {
    if (!isPending) working.current = false;
  }, [isPending, submittedAt]);
  const steady = useCallback(
    (...order: Parameters<typeof mutate>) => {
      if (working.current) return;
      working.current = true;
      mutate(...order);
    },
    [mutate],
  );
  return { ...mutation, mutate: steady };
}
