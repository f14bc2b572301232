import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";
import { queries } from "@/api/queries";
import { useSession } from "./session";
import { holdStream } from "./stream";

/** What the stream tells of one thing that happened. */
export interface Told {
  shop_id: number;
  case_id: string;
  seq: number;
  type: string;
  at: string;
  by: string;
  from_state: string | null;
  state: string;
  version: number;
  details: unknown;
  message: { id: string; side: string; sort: string; text: string } | null;
}
type Hear = (told: Told) => void;

interface Live {
  connected: boolean;
  hear: (heard: Hear) => () => void;
  /** Go to a shop and listen there, until the way back is taken. */
  visit: (shop: number) => () => void;
}
const Context = createContext<Live>({ connected: false, hear: () => () => {}, visit: () => () => {} });

/** Hear everything that happens in the chosen shops, for as long as the component is drawn. */
export function useLive(heard: Hear): void {
  const { hear } = useContext(Context);
  const latest = useRef(heard);
  latest.current = heard;
  useEffect(() => hear((told) => latest.current(told)), [hear]);
}

/** The platform has too many shops to hear them all: it listens in the shop of the case that is open. Sellers hear theirs anyway. */
export function useListenIn(shop: number | undefined): void {
  const { visit } = useContext(Context);
  useEffect(() => (shop === undefined ? undefined : visit(shop)), [visit, shop]);
}

export function useConnected(): boolean {
  return useContext(Context).connected;
}

/** What may look different once something happened to a case: any query whose key names it, the lists and the counts. */
function stale(ids: ReadonlySet<string>): void {
  void queries.invalidateQueries({
    predicate: ({ queryKey }) => {
      const said = JSON.stringify(queryKey);
      if (
        /"\/v1\/(cases|cases:counts|notices|disputes|review_lanes|rechecks|deadlines\/near)"/.test(said) ||
        said.startsWith('["cases"')
      )
        return true;
      for (const id of ids) if (said.includes(id)) return true;
      return false;
    },
  });
}

/** Nobody told what happened while there was no stream: whatever is shown of cases is asked for anew. */
function allStale(): void {
  void queries.invalidateQueries({
    predicate: ({ queryKey }) => /"\/v1\/(cases|notices)|^\["cases?"/.test(JSON.stringify(queryKey)),
  });
}

const GATHER_MS = 400;
/** One stream for the browser, whatever listens; what it tells makes queries stale, a few times a second at most. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const { seat, shop } = useSession();
  const [connected, setConnected] = useState(false);
  const [visited, setVisited] = useState<number | null>(null);
  const listeners = useRef(new Set<Hear>());
  const [live] = useState(() => ({
    hear: (heard: Hear) => {
      listeners.current.add(heard);
      return () => void listeners.current.delete(heard);
    },
    visit: (there: number) => {
      setVisited(there);
      return () => setVisited((now) => (now === there ? null : now));
    },
  }));
  const { person } = seat;
  const seller = seat.kind === "seller";
  const room = seller ? shop : visited;
  const listens = seller || visited !== null;
  useEffect(() => {
    if (!listens) return;
    const touched = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const told = (found: Told) => {
      touched.add(found.case_id);
      timer ??= setTimeout(() => {
        timer = undefined;
        stale(new Set(touched));
        touched.clear();
      }, GATHER_MS);
      for (const heard of listeners.current) heard(found);
    };
    const path = (last: string) => {
      const query = new URLSearchParams(room === null ? {} : { shop_id: String(room) });
      if (last) query.set("last_event_id", last);
      return `/v1/stream?${query}`;
    };
    const name = `amends.live.${person}.${room ?? "all"}`;
    let broken = false;
    const connected = (yes: boolean) => {
      if (yes && broken) allStale();
      broken = !yes;
      setConnected(yes);
    };
    const leave = holdStream<Told>({ name, path, events: ["case", "message"], told, connected });
    return () => {
      clearTimeout(timer);
      leave();
      setConnected(false);
    };
  }, [listens, room, person]);
  const value = useMemo(() => ({ connected, ...live }), [connected, live]);
  return <Context value={value}>{children}</Context>;
}
