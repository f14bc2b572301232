import type { useWhyClosed } from "@/shared";
import type { Act, Row } from "./rows";

export type Why = ReturnType<typeof useWhyClosed>;
export type Tell = (key: string, values?: Record<string, unknown>) => string;

interface Props {
  row: Row;
  onAct: (act: Act, row: Row) => void;
  /** The list asks once for all of its rows. */
  why: Why;
  t: Tell;
}

/** The two that are wanted most, in the row; a closed one is grey and says why (U-06). */
export function RowActs({ row, onAct, why, t }: Props) {
  return (
    <span className="row-acts">
      {(["approve", "reject"] as const).map((act) => {
        const move = row.moves[act];
        if (!move) return null;
        const reason = why(move);
        return (
          <button
            key={act}
            type="button"
            className="row-act"
            tabIndex={-1}
            aria-disabled={!move.open}
            title={reason ?? undefined}
            onClick={(event) => {
              event.stopPropagation();
              if (move.open) onAct(act, row);
            }}
          >
            {t(`acts.${act}`)}
            {reason && <span className="unseen">{reason}</span>}
          </button>
        );
      })}
    </span>
  );
}
