import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useSay } from "@/api/words";
import { Chip, Loading, Money, StateWord, useWhyClosed } from "@/shared";
import { Due } from "./columns";
import { RowActs } from "./RowActs";
import type { ListProps } from "./Table";
import { useWindow } from "./windowing";

const CARD = 148;

/** The same list for a thumb: a card for each case. */
export function Cards({ rows, cursor, selected, held, queued, more, onMore, onOpen, onSelect, onAct, shower }: ListProps) {
  const { t } = useTranslation("cases");
  const say = useSay("kinds", "reasons", "deadlines", "endings", "states");
  const why = useWhyClosed();
  const box = useRef<HTMLDivElement>(null);
  const { first, end, show } = useWindow(box, rows.length, CARD);
  useEffect(() => {
    shower.current = show;
  }, [shower, show]);
  useEffect(() => {
    if (more && end > rows.length - 20) onMore();
  }, [more, end, rows.length, onMore]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <div ref={box} className="cards" role="list" aria-label={t("title")} tabIndex={0}>
      <div className="grid-body" style={{ height: rows.length * CARD + (more ? CARD : 0) }}>
        {rows.slice(first, end).map((row, near) => {
          const at = first + near;
          const act = held.get(row.id);
          return (
            <article
              key={row.id}
              role="listitem"
              id={`row-${row.id}`}
              className={`card${selected.has(row.id) ? " grid-selected" : ""}${at === cursor ? " grid-current" : ""}${act ? " grid-held" : ""}`}
              style={{ top: at * CARD, height: CARD - 8 }}
            >
              <label className="card-check">
                <input
                  type="checkbox"
                  checked={selected.has(row.id)}
                  onChange={() => onSelect(at, false)}
                  aria-label={t("select", { order: row.reference })}
                />
              </label>
              <button type="button" className="card-open" onClick={() => onOpen(at)}>
                <span className="card-line">
                  <strong className="cell-main">{row.reference}</strong>
                  <Money value={row.amount} strong />
                </span>
                <span className="card-line">
                  <span className="cell-main">
                    {say("kinds", row.kind)} · {say("reasons", row.reason)}
                  </span>
                </span>
                <span className="card-line">
                  <Due row={row} say={say} />
                  <StateWord state={row.state} word={say("states", row.state)} />
                </span>
              </button>
              <div className="card-acts">
                {act ? (
                  <Chip meaning="others">{t(`holding.${act}`)}</Chip>
                ) : queued.has(row.id) ? (
                  <Chip meaning="others">{t("queued")}</Chip>
                ) : (
                  <RowActs row={row} onAct={onAct} why={why} t={t} />
                )}
              </div>
            </article>
          );
        })}
        {more && (
          <div className="grid-more" role="listitem" style={{ top: rows.length * CARD }}>
            <Loading rows={3} />
          </div>
        )}
      </div>
    </div>
  );
}
