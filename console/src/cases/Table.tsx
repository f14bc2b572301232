import { memo, type RefObject, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useSay } from "@/api/words";
import { useSession } from "@/app/session";
import type { Queued } from "@/offline/kept";
import { Chip, Loading, useWhyClosed } from "@/shared";
import type { Column, Say } from "./columns";
import type { Order } from "./filter";
import { RowActs, type Tell, type Why } from "./RowActs";
import type { Act, Row } from "./rows";
import { useWindow } from "./windowing";

export const ROW = 52;
const HEAD = 40;

export interface ListProps {
  rows: readonly Row[];
  cursor: number;
  selected: ReadonlySet<string>;
  held: ReadonlyMap<string, Act>;
  queued: ReadonlyMap<string, Queued>;
  more: boolean;
  onMore: () => void;
  onOpen: (at: number) => void;
  onSelect: (at: number, range: boolean) => void;
  onAll: (all: boolean) => void;
  onAct: (act: Act, row: Row) => void;
  /** How the list is brought into sight from outside. */
  shower: RefObject<((at: number) => void) | null>;
}

interface TableProps extends ListProps {
  columns: readonly Column[];
  total: number | undefined;
  order: Order;
  onOrder: (order: Order) => void;
}

export function Table({ columns, total, order, onOrder, ...props }: TableProps) {
  const { rows, cursor, selected, held, queued, more, onMore, onAll, shower } = props;
  const { t } = useTranslation("cases");
  const say = useSay("kinds", "reasons", "deadlines", "states", "programmes", "review_lanes", "endings");
  const why = useWhyClosed();
  const { shops } = useSession();
  const shop = (id: number) => shops.find((one) => one.shop_id === id)?.name || t("shop", { id });
  const box = useRef<HTMLDivElement>(null);
  const { first, end, show } = useWindow(box, rows.length, ROW);
  useEffect(() => {
    shower.current = (at) => show(at, HEAD);
  }, [shower, show]);
  useEffect(() => {
    if (more && end > rows.length - 20) onMore();
  }, [more, end, rows.length, onMore]);
  const tracks = `40px ${columns.map((column) => column.width).join(" ")} 148px`;
  const all = rows.length > 0 && rows.every((row) => selected.has(row.id));
  return (
    <div
      ref={box}
      className="grid"
      role="grid"
      aria-label={t("title")}
      aria-rowcount={(total ?? rows.length) + 1}
      aria-multiselectable="true"
      aria-activedescendant={rows[cursor] ? `row-${rows[cursor].id}` : undefined}
      tabIndex={0}
    >
      <div role="rowgroup" className="grid-head">
        <div role="row" aria-rowindex={1} className="grid-row" style={{ gridTemplateColumns: tracks, height: HEAD }}>
          <span role="columnheader" className="cell-check">
            <input
              type="checkbox"
              aria-label={t("selectAll")}
              checked={all}
              ref={(input) => {
                if (input) input.indeterminate = !all && selected.size > 0;
              }}
              onChange={() => onAll(!all)}
            />
          </span>
          {columns.map((column) => (
            <Heading key={column.name} column={column} order={order} onOrder={onOrder} />
          ))}
          <span role="columnheader" className="cell cell-last">
            <span className="unseen">{t("columns.acts")}</span>
          </span>
        </div>
      </div>
      <div role="rowgroup" className="grid-body" style={{ height: rows.length * ROW + (more ? ROW * 2 : 0) }}>
        {rows.slice(first, end).map((row, near) => (
          <Line
            key={row.id}
            row={row}
            at={first + near}
            columns={columns}
            tracks={tracks}
            say={say}
            shop={shop}
            why={why}
            t={t}
            current={first + near === cursor}
            selected={selected.has(row.id)}
            act={held.get(row.id)}
            queued={queued.get(row.id)}
            list={props}
          />
        ))}
        {more && (
          <div className="grid-more" role="row" style={{ top: rows.length * ROW }}>
            <div role="gridcell">
              <Loading rows={2} />
            </div>
          </div>
        )}
      </div>
    </div>
  );
}

/** A column by which the list can be ordered is a button; the arrow stands at the one that it is ordered by. */
function Heading({ column, order, onOrder }: { column: Column; order: Order; onOrder: (order: Order) => void }) {
  const { t } = useTranslation("cases");
  const name = t(`columns.${column.name}`);
  const by = column.order;
  const here = by === order;
  const way = by === "urgent" ? "ascending" : "descending";
  return (
    <span role="columnheader" className={column.end ? "cell cell-end" : "cell"} aria-sort={here ? way : undefined}>
      {by ? (
        <button type="button" className="sort" title={t(`order.${by}`)} onClick={() => onOrder(by)}>
          {name}
          <span aria-hidden="true">{here ? (way === "ascending" ? " ↑" : " ↓") : ""}</span>
        </button>
      ) : (
        name
      )}
    </span>
  );
}

interface LineProps {
  row: Row;
  at: number;
  columns: readonly Column[];
  tracks: string;
  say: Say;
  shop: (id: number) => string;
  why: Why;
  t: Tell;
  current: boolean;
  selected: boolean;
  act: Act | undefined;
  queued: Queued | undefined;
  list: ListProps;
}

const same = (one: LineProps, other: LineProps) =>
  one.row === other.row &&
  one.at === other.at &&
  one.columns.length === other.columns.length &&
  one.tracks === other.tracks &&
  one.current === other.current &&
  one.selected === other.selected &&
  one.act === other.act &&
  one.queued === other.queued &&
  one.say === other.say &&
  one.why === other.why &&
  one.t === other.t &&
  one.list.onAct === other.list.onAct;

/** One case. It is drawn again only when something of it changed, so that a key is answered at once however long the list is. */
const Line = memo(function Line({
  row,
  at,
  columns,
  tracks,
  say,
  shop,
  why,
  t,
  current,
  selected,
  act,
  queued,
  list,
}: LineProps) {
  const names = ["grid-row", "grid-line"];
  if (current) names.push("grid-current");
  if (selected) names.push("grid-selected");
  if (act) names.push("grid-held");
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter opens the current row of the grid
    <div
      id={`row-${row.id}`}
      role="row"
      aria-rowindex={at + 2}
      aria-selected={selected}
      className={names.join(" ")}
      style={{ gridTemplateColumns: tracks, height: ROW, top: at * ROW }}
      onClick={() => list.onOpen(at)}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the box inside is reached by keyboard */}
      <span
        role="gridcell"
        className="cell-check"
        onClick={(event) => {
          event.stopPropagation();
          list.onSelect(at, event.shiftKey);
        }}
      >
        <input type="checkbox" tabIndex={-1} readOnly checked={selected} aria-label={t("select", { order: row.reference })} />
      </span>
      {columns.map((column) => (
        <span key={column.name} role="gridcell" className={column.end ? "cell cell-end" : "cell"}>
          {column.draw(row, say, shop)}
        </span>
      ))}
      <span role="gridcell" className="cell cell-acts">
        {act ? (
          <Chip meaning="others">{t(`holding.${act}`)}</Chip>
        ) : queued ? (
          <Chip meaning="others">{t("queued")}</Chip>
        ) : (
          <RowActs row={row} onAct={list.onAct} why={why} t={t} />
        )}
      </span>
    </div>
  );
}, same);
