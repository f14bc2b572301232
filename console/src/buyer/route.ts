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

/** A place's query; the frame's marks in the address stay. */
function searching(query: Record<string, string>): string {
  const framed: Record<string, string> = new URLSearchParams(location.search).has("embed") ? { embed: "1" } : {};
  const search = new URLSearchParams({ ...framed, ...query }).toString();
  return search ? `?${search}` : "";
}

/** Go to another place of the page. */
export function go(path: string, query: Record<string, string> = {}): void {
  history.pushState(null, "", `/buyer${path}${searching(query)}`);
  for (const listener of listeners) listener();
  window.scrollTo(0, 0);
}

/** A link that stays in the page, unless the reader wants another tab. */
export function follow(event: MouseEvent, path: string, query: Record<string, string> = {}): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  go(path, query);
}

/** What was chosen here stands in the address, for a page that is read again. */
export function stay(query: Record<string, string>): void {
  history.replaceState(null, "", location.pathname + searching(query));
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
