import { useTranslation } from "react-i18next";
import { useWhyClosed } from "@/shared";
import type { Act, Row } from "./rows";

/** The two that are wanted most, in the row; a closed one is grey and says why (U-06). */
export function RowActs({ row, onAct }: { row: Row; onAct: (act: Act, row: Row) => void }) {
  const { t } = useTranslation("cases");
  const why = useWhyClosed();
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
