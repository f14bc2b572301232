import { useQuery } from "@tanstack/react-query";
import { amends, type Schemas, told } from "@/api/client";
import type { Row } from "./rows";

export type Ground = Schemas["GroundChoice"];

/** As many as the server answers at once; of more it is asked again. */
const AT_ONCE = 1000;

interface Judged {
  stage: string;
  grounds: readonly Ground[];
}

/** What each case may be rejected on, as the server judged it. `heard` is false without a network: then the server says it row by row. */
export interface Grounds {
  pending: boolean;
  heard: boolean;
  error: unknown;
  of: ReadonlyMap<string, Judged>;
}

async function ask(rows: readonly Row[]): Promise<ReadonlyMap<string, Judged>> {
  const lots = Array.from({ length: Math.ceil(rows.length / AT_ONCE) }, (_, at) => rows.slice(at * AT_ONCE, (at + 1) * AT_ONCE));
  const found = new Map<string, Judged>();
  for (const lot of lots) {
    const { choices, cases } = await told(amends.POST("/v1/cases:grounds", { body: { cases: lot.map((row) => row.id) } }));
    for (const one of cases) {
      const judged = choices[one.choice];
      if (judged) found.set(one.case_id, judged);
    }
  }
  return found;
}

const NONE: ReadonlyMap<string, Judged> = new Map();

export function useGrounds(rows: readonly Row[]): Grounds {
  const online = navigator.onLine;
  const found = useQuery({
    queryKey: ["grounds", rows.map((row) => `${row.id} ${row.version}`)],
    queryFn: () => ask(rows),
    enabled: online,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  return { pending: online && found.isPending, heard: found.data !== undefined, error: found.error, of: found.data ?? NONE };
}

/** The stage of a case while the server cannot be asked. */
function likely(row: Row): string {
  if (row.kind === "cancel") return "cancel";
  return row.state === "return_delivered" ? "rejection_2" : "rejection_1";
}

export interface Group {
  key: string;
  stage: string;
  kind: string;
  rows: Row[];
}

/** Cases to which the same grounds are open: those of one stage and kind. */
export function grouped(rows: readonly Row[], { of }: Grounds): Group[] {
  const by = new Map<string, Group>();
  for (const row of rows) {
    const stage = of.get(row.id)?.stage ?? likely(row);
    const key = `${stage} ${row.kind}`;
    const group = by.get(key) ?? { key, stage, kind: row.kind, rows: [] };
    group.rows.push(row);
    by.set(key, group);
  }
  return [...by.values()];
}

/** The grounds of a group, and for how many of it each is open; what is open to most comes first. */
export function offered({ rows }: Group, { of }: Grounds): { word: string; open: number }[] {
  const open = new Map<string, number>();
  for (const row of rows) {
    for (const one of of.get(row.id)?.grounds ?? []) open.set(one.ground, (open.get(one.ground) ?? 0) + Number(one.open));
  }
  return [...open].map(([word, count]) => ({ word, open: count })).sort((one, other) => other.open - one.open);
}
