import { useCallback, useEffect, useRef, useState } from "react";
import type { Row } from "./rows";

export interface Selection {
  cursor: number;
  setCursor: (at: number) => void;
  selected: ReadonlySet<string>;
  toggle: (at: number, range: boolean) => void;
  all: (all: boolean) => void;
  /** Tick the first of them. */
  most: (count: number) => void;
  clear: () => void;
}

const NONE: ReadonlySet<string> = new Set();

/** Where one is, and what is ticked. Another list begins anew; the same list keeps both while its rows change. */
export function useSelection(rows: readonly Row[], list: string): Selection {
  const [cursor, setAt] = useState(0);
  const [selected, setSelected] = useState(NONE);
  const latest = useRef({ rows, cursor });
  latest.current = { rows, cursor };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another list begins anew
  useEffect(() => {
    setAt(0);
    setSelected(NONE);
  }, [list]);
  const toggle = useCallback((at: number, range: boolean) => {
    const { rows: all, cursor: from } = latest.current;
    const row = all[at];
    if (!row) return;
    const [first, end] = range ? [Math.min(from, at), Math.max(from, at)] : [at, at];
    setSelected((before) => {
      const next = new Set(before);
      const on = range || !before.has(row.id);
      for (const one of all.slice(first, end + 1)) {
        if (on) next.add(one.id);
        else next.delete(one.id);
      }
      return next;
    });
    setAt(at);
  }, []);
  const most = useCallback((count: number) => setSelected(new Set(latest.current.rows.slice(0, count).map((row) => row.id))), []);
  const all = useCallback((on: boolean) => (on ? most(latest.current.rows.length) : setSelected(NONE)), [most]);
  const clear = useCallback(() => setSelected(NONE), []);
  return { cursor: Math.min(cursor, Math.max(0, rows.length - 1)), setCursor: setAt, selected, toggle, all, most, clear };
}
