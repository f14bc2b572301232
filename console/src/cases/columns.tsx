import type { ReactNode } from "react";
import { useState } from "react";
import { Countdown, Moment, Money, StateWord } from "@/shared";
import type { Order } from "./filter";
import type { Row } from "./rows";

export type Say = (list: string, word: string | null | undefined) => string;
export interface Column {
  name: string;
  /** A track of the grid. */
  width: string;
  /** It cannot be left out. */
  always?: boolean;
  /** Shown unless somebody chose otherwise. */
  usual?: boolean;
  end?: boolean;
  /** How the list is ordered by it, where it can be. */
  order?: Order;
  draw: (row: Row, say: Say, shop: (id: number) => string) => ReactNode;
}

export const COLUMNS: readonly Column[] = [
  {
    name: "case",
    width: "minmax(118px, 0.8fr)",
    always: true,
    draw: (row) => (
      <span className="cell-two">
        <span className="cell-main">{row.reference}</span>
        <span className="cell-sub figures">{row.id.slice(-8)}</span>
      </span>
    ),
  },
  { name: "due", order: "urgent", width: "minmax(132px, 1.2fr)", usual: true, draw: (row, say) => <Due row={row} say={say} /> },
  { name: "kind", width: "minmax(100px, 1.3fr)", usual: true, draw: (row, say) => <Word>{say("kinds", row.kind)}</Word> },
  { name: "reason", width: "minmax(80px, 1.2fr)", usual: true, draw: (row, say) => <Word>{say("reasons", row.reason)}</Word> },
  {
    name: "amount",
    order: "amount",
    width: "minmax(100px, 0.5fr)",
    usual: true,
    end: true,
    draw: (row) => <Money value={row.amount} />,
  },
  {
    name: "state",
    width: "minmax(116px, 1.7fr)",
    usual: true,
    draw: (row, say) => <StateWord state={row.state} word={say("states", row.state)} />,
  },
  { name: "opened", order: "newest", width: "minmax(114px, 0.5fr)", usual: true, draw: (row) => <Moment at={row.opened_at} /> },
  { name: "programme", width: "minmax(110px, 1fr)", draw: (row, say) => say("programmes", row.programme) || "—" },
  { name: "lane", width: "minmax(110px, 1fr)", draw: (row, say) => say("review_lanes", row.lane) || "—" },
  { name: "shop", width: "minmax(100px, 1fr)", draw: (row, _say, shop) => shop(row.shop_id) },
];

/** A word that may be longer than its column: on two lines, and the whole of it on hover. */
function Word({ children }: { children: string }) {
  return (
    <span className="cell-word" title={children}>
      {children}
    </span>
  );
}

/** What is left, and of what; one line each. */
export function Due({ row, say }: { row: Row; say: Say }) {
  if (!row.deadline_at) return <span className="quiet">{row.ended ? say("endings", row.ended) : "—"}</span>;
  const what = say("deadlines", row.deadline_kind);
  return (
    <span className="cell-two">
      <Countdown at={row.deadline_at} label={what} />
      <span className="cell-sub">{what}</span>
    </span>
  );
}

const KEPT = "amends.columns";

function keptColumns(): readonly string[] {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "null");
    if (Array.isArray(kept)) return kept.filter((name) => COLUMNS.some((column) => column.name === name));
  } catch {
    // what cannot be read is as good as nothing
  }
  return COLUMNS.filter((column) => column.always || column.usual).map((column) => column.name);
}

/** The columns that are shown, as they were chosen on this device. */
export function useColumns() {
  const [names, setNames] = useState(keptColumns);
  const shown = COLUMNS.filter((column) => column.always || names.includes(column.name));
  const toggle = (name: string) => {
    const next = names.includes(name) ? names.filter((one) => one !== name) : [...names, name];
    localStorage.setItem(KEPT, JSON.stringify(next));
    setNames(next);
  };
  return { shown, toggle };
}
