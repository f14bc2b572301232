import { api, type Schemas } from "@/api/client";

export type Policy = Schemas["PolicyView"];
export type Rule = Schemas["RuleView"];
export type Release = Schemas["ReleaseView"];
export type Market = Schemas["MarketView"];
export type Fact = Schemas["FactView"];
export type Answered = Schemas["Answered"];
export type Spoken = Schemas["Spoken"];

/** Ten topics, each one question; the order is that of a case's life. */
export const TOPICS = [
  "eligibility",
  "evidence",
  "deadlines",
  "rejections",
  "negotiation",
  "logistics",
  "costs",
  "scores",
  "notices",
  "benchmarks",
  "tags",
] as const;
export type Topic = (typeof TOPICS)[number];

/** Rules of a day never change once they are in force; what is in force today is asked again after a while. */
const WHILE = { staleTime: 60_000, placeholderData: <T>(old: T | undefined) => old };

/** Which rules: those of a day, or those of a release by its hash. */
export interface When {
  as_of?: string;
  release?: string;
}

export const useMarkets = () => api.useQuery("get", "/v1/policies", {}, WHILE);
export const usePolicy = (market: string, query: When) =>
  api.useQuery("get", "/v1/policies/{market}", { params: { path: { market }, query } }, WHILE);
export const useReleases = (market: string) =>
  api.useQuery("get", "/v1/policies/{market}/releases", { params: { path: { market } } }, { staleTime: 60_000 });
export const useRule = (market: string, rule: string, query: When) =>
  api.useQuery("get", "/v1/policies/{market}/rules/{rule}", { params: { path: { market, rule }, query } }, { staleTime: 60_000 });
export const useFacts = (market: string, query: When) =>
  api.useQuery("get", "/v1/policies/{market}/facts", { params: { path: { market }, query } }, WHILE);

/** The day or release that the address bar names. */
export function whenOf(params: URLSearchParams): When {
  const [as_of, release] = [params.get("as_of"), params.get("release")];
  return { ...(as_of ? { as_of } : {}), ...(release ? { release } : {}) };
}

export function whenText(when: When): string {
  const said = new URLSearchParams(when as Record<string, string>).toString();
  return said ? `?${said}` : "";
}
