import { useEffect, useState } from "preact/hooks";

export type Place =
  | { at: "orders" }
  | { at: "order"; id: string }
  | { at: "ask"; id: string; kind: string; reason: string | null }
  | { at: "case"; id: string };

function read(): Place {
  const parts = location.pathname.split("/").slice(2).map(decodeURIComponent);
  const [what, id, more] = parts;
  const query = new URLSearchParams(location.search);
  if (what === "orders" && id && more === "ask")
    return { at: "ask", id, kind: query.get("kind") ?? "", reason: query.get("reason") };
  if (what === "orders" && id) return { at: "order", id };
  if (what === "cases" && id) return { at: "case", id };
  return { at: "orders" };
}

const listeners = new Set<() => void>();

/** Go to another place of the page; the frame's marks in the address stay. */
export function go(path: string, query: Record<string, string> = {}): void {
  const kept: Record<string, string> = new URLSearchParams(location.search).has("embed") ? { embed: "1" } : {};
  const search = new URLSearchParams({ ...kept, ...query }).toString();
  history.pushState(null, "", `/buyer${path}${search ? `?${search}` : ""}`);
  for (const listener of listeners) listener();
  window.scrollTo(0, 0);
}

export function usePlace(): Place {
  const [place, put] = useState<Place>(read);
  useEffect(() => {
    const look = () => put(read());
    listeners.add(look);
    window.addEventListener("popstate", look);
    return () => {
      listeners.delete(look);
      window.removeEventListener("popstate", look);
    };
  }, []);
  return place;
}
