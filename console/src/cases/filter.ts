import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import { useSession } from "@/app/session";
import { type Change, type Filter, filterOf, queryOf } from "./query";

export * from "./query";

/** The filter of the address bar, and a way to change it; the open case and the rest of the address stay as they are. */
export function useFilter(): {
  filter: Filter;
  change: (change: Change, fresh?: boolean) => void;
  query: Record<string, string | number>;
} {
  const [params, setParams] = useSearchParams();
  const { shop } = useSession();
  const written = params.toString();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the parameters are a new object each time, and say the same
  const filter = useMemo(() => filterOf(params), [written]);
  const query = useMemo(() => queryOf(filter, shop), [filter, shop]);
  const change = useCallback(
    (wanted: Change, fresh = false) => {
      setParams(
        (before) => {
          const next = fresh ? new URLSearchParams() : new URLSearchParams(before);
          for (const [name, value] of Object.entries(wanted)) {
            if (value) next.set(name, value);
            else next.delete(name);
          }
          return next;
        },
        { replace: true },
      );
    },
    [setParams],
  );
  return { filter, change, query };
}
