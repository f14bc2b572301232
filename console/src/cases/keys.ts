import { useShortcuts } from "@/app/shortcuts";
import { useWhyClosed } from "@/shared";
import type { Act, Row } from "./rows";
import type { Selection } from "./selection";

interface Keys {
  rows: readonly Row[];
  cursor: number;
  step: (by: 1 | -1) => void;
  open: (at: number) => void;
  close: () => void;
  opened: boolean;
  selection: Selection;
  act: (act: Act, rows: readonly Row[]) => void;
  search: () => void;
  /** Say why a key does nothing (U-06). */
  say: (why: string) => void;
}

/** The list by keyboard: what is ticked is meant, else where one is. */
export function useKeys({ rows, cursor, step, open, close, opened, selection, act, search, say }: Keys): void {
  const why = useWhyClosed();
  const meant = () => {
    const ticked = rows.filter((row) => selection.selected.has(row.id));
    return ticked.length > 0 ? ticked : rows.slice(cursor, cursor + 1);
  };
  const start = (name: Act) => {
    const rows = meant();
    const possible = rows.filter((row) => row.moves[name]?.open);
    if (possible.length > 0) return act(name, possible);
    const reason = why(rows.find((row) => row.moves[name])?.moves[name]);
    if (reason) say(reason);
  };
  useShortcuts([
    { key: "j", label: "cases:keys.next", run: () => step(1) },
    { key: "k", label: "cases:keys.previous", run: () => step(-1) },
    { key: "ArrowDown", label: "cases:keys.next", run: () => step(1) },
    { key: "ArrowUp", label: "cases:keys.previous", run: () => step(-1) },
    { key: "Enter", label: "cases:keys.open", run: () => open(cursor) },
    { key: "a", label: "cases:keys.approve", run: () => start("approve") },
    { key: "r", label: "cases:keys.reject", run: () => start("reject") },
    { key: "p", label: "cases:keys.propose", run: () => start("propose") },
    { key: "x", label: "cases:keys.select", run: () => selection.toggle(cursor, false) },
    { key: "/", label: "cases:keys.search", run: search },
    { key: "Escape", label: "cases:keys.back", run: () => (opened ? close() : selection.clear()) },
  ]);
}
