import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from "react";
import { queries } from "@/api/queries";
import { useSession } from "./session";

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
}
const Context = createContext<Live>({ connected: false, hear: () => () => {} });

/** Hear everything that happens in the chosen shops, for as long as the component is drawn. */
export function useLive(heard: Hear): void {
  const { hear } = useContext(Context);
  const latest = useRef(heard);
  latest.current = heard;
  useEffect(() => hear((told) => latest.current(told)), [hear]);
}

export function useConnected(): boolean {
  return useContext(Context).connected;
}

/** What may look different once something happened to a case: any query whose key names it, the lists and the counts. */
function stale(ids: ReadonlySet<string>): void {
  void queries.invalidateQueries({
    predicate: ({ queryKey }) => {
      const said = JSON.stringify(queryKey);
      if (/"\/v1\/(cases|cases:counts|notices|disputes|deadlines\/near)"/.test(said) || said.startsWith('["cases"')) return true;
      for (const id of ids) if (said.includes(id)) return true;
      return false;
    },
  });
}

const GATHER_MS = 400;

/** One stream for the page, whatever listens; what it tells makes queries stale, a handful of times a second at most. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const { seat, shop } = useSession();
  const [connected, setConnected] = useState(false);
  const listeners = useRef(new Set<Hear>());
  const [live] = useState(() => ({
    hear: (heard: Hear) => {
      listeners.current.add(heard);
      return () => void listeners.current.delete(heard);
    },
  }));
  const listens = seat.kind === "seller";
  useEffect(() => {
    if (!listens) return;
    const source = new EventSource(shop === null ? "/v1/stream" : `/v1/stream?shop_id=${shop}`);
    const touched = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const told = (event: MessageEvent<string>) => {
      const found = JSON.parse(event.data) as Told;
      touched.add(found.case_id);
      timer ??= setTimeout(() => {
        timer = undefined;
        stale(new Set(touched));
        touched.clear();
      }, GATHER_MS);
      for (const heard of listeners.current) heard(found);
    };
    source.addEventListener("case", told);
    source.addEventListener("message", told);
    source.addEventListener("ended", () => source.close());
    source.onopen = () => setConnected(true);
    source.onerror = () => setConnected(false);
    return () => {
      clearTimeout(timer);
      source.close();
      setConnected(false);
    };
  }, [listens, shop]);
  return <Context value={{ connected, hear: live.hear }}>{children}</Context>;
}
