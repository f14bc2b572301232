import type { Schemas } from "@/api/client";
import { useLanguage } from "@/api/words";
import { useMarkets } from "@/policies/data";

export type Officer = Schemas["OfficerView"];
export const STAFF = ["platform members"];
export const OFFERED = ["platform invitations"];

/** Markets by their names. */
export function useMarketNames(): ReadonlyMap<string, string> {
  const language = useLanguage();
  const markets = useMarkets();
  return new Map((markets.data?.markets ?? []).map((one) => [one.market, one.words[language] ?? one.market]));
}
