import { keepPreviousData } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import { api, isProblem, type Schemas } from "@/api/client";
import { useSession } from "@/app/session";

export type FigureView = Schemas["FigureView"];
export type RowView = Schemas["RowView"];
export type Benchmark = Schemas["BenchmarkView"];

/** What the address says one looks at; a link to it shows the same to a colleague. */
const TEXTS = ["from", "to", "cut_off", "market", "category", "sku", "room", "host", "reason", "kind"] as const;
export type Filter = Partial<Record<(typeof TEXTS)[number], string>> & {
  days?: number;
  maturity?: number;
  by?: "order" | "line";
  shop_id?: number;
  zone: number;
};

const whole = (text: string | null): number | undefined => (text && /^\d{1,9}$/.test(text) ? Number(text) : undefined);

export function useFilter(): {
  filter: Filter;
  set: (changes: Record<string, string | number | undefined>) => void;
  clear: () => void;
} {
  const [params, setParams] = useSearchParams();
  const { shop: chosen } = useSession();
  const filter = useMemo(() => {
    const made: Filter = { zone: -new Date().getTimezoneOffset() };
    for (const name of TEXTS) {
      const value = params.get(name);
      if (value) made[name] = value;
    }
    if (!made.from) made.days = whole(params.get("days")) ?? 30;
    const maturity = whole(params.get("maturity"));
    if (maturity) made.maturity = maturity;
    const shop = whole(params.get("shop_id")) ?? chosen;
    if (shop) made.shop_id = shop;
    if (params.get("by") === "line") made.by = "line";
    return made;
  }, [params, chosen]);
  const set = useCallback(
    (changes: Record<string, string | number | undefined>) =>
      setParams(
        (old) => {
          const next = new URLSearchParams(old);
          for (const [name, value] of Object.entries(changes)) {
            if (value === undefined || value === "") next.delete(name);
            else next.set(name, String(value));
          }
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );
  const clear = useCallback(() => setParams({}, { replace: true }), [setParams]);
  return { filter, set, clear };
}

/** The first figures of a place have to be copied first: ask again until they are there. Old ones stay until new ones come. */
export const PATIENT = {
  retry: (count: number, error: unknown) =>
    isProblem(error) ? error.code === "insight_preparing" && count < 60 : navigator.onLine && count < 2,
  retryDelay: 2000,
  placeholderData: keepPreviousData,
  staleTime: 30_000,
} as const;

/** The address of a table as a file, for the same filter. */
export function fileOf(table: string, filter: Filter, more: Record<string, string> = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...filter, ...more })) if (value !== undefined) query.set(name, String(value));
  return `/v1/insight/tables/${table}?${query}`;
}

/** What figures can be narrowed by: shops, markets, categories and the like of the last month. */
export function useChoices() {
  return api.useQuery("get", "/v1/insight/choices", { params: { query: { days: 30 } } }, { ...PATIENT, staleTime: 300_000 });
}
