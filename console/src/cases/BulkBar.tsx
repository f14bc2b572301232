import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useVocabulary } from "@/api/words";
import { type Amount, useMoney, useWhyClosed, Why } from "@/shared";
import type { Gathering } from "./gathering";
import { ACTS, type Act, type Row } from "./rows";

/** Whether an approval pays at once: where no goods have to come back, or they have. */
export function usePays(): (row: Row) => boolean {
  const kinds = useVocabulary("kinds");
  return (row) => {
    if (row.kind === "exchange") return false;
    return kinds.get(row.kind)?.traits.goods !== "back" || row.state === "return_delivered";
  };
}

/** Sums by currency: amounts of two currencies are never added. */
export function sums(rows: readonly Row[]): Amount[] {
  const by = new Map<string, number>();
  for (const { amount } of rows) by.set(amount.currency, (by.get(amount.currency) ?? 0) + amount.amount);
  return [...by].map(([currency, amount]) => ({ currency, amount }));
}

export function useActLabel(): (act: Act, rows: readonly Row[], of?: number) => string {
  const { t } = useTranslation("cases");
  const money = useMoney();
  const pays = usePays();
  return (act, rows, of = rows.length) => {
    const many = t(of > rows.length ? "bulk.someOf" : "bulk.many", { act: t(`acts.${act}`), count: rows.length, of });
    const name = of === 1 ? t(`acts.${act}`) : many;
    const leaving = act === "approve" ? sums(rows.filter(pays)) : [];
    return leaving.length > 0 ? t("bulk.refund", { name, amount: leaving.map(money).join(" + ") }) : name;
  };
}

interface Props {
  rows: readonly Row[];
  gathering: Gathering;
  onAct: (act: Act, rows: readonly Row[]) => void;
  onClear: () => void;
}

/** What can be done to everything that is ticked: how many of them it is open for, and the money that leaves. */
export function BulkBar({ rows, gathering, onAct, onClear }: Props) {
  const { t } = useTranslation("cases");
  const label = useActLabel();
  const why = useWhyClosed();
  if (rows.length === 0) return null;
  return (
    <section className="bulk" aria-label={t("bulk.label")}>
      <strong className="figures">{t("bulk.selected", { count: rows.length })}</strong>
      {rows.length !== gathering.all && <All gathering={gathering} />}
      {ACTS.map((act) => {
        const open = rows.filter((row) => row.moves[act]?.open);
        const closed = rows.find((row) => row.moves[act] && !row.moves[act]?.open);
        const reason = open.length === 0 ? (why(closed?.moves[act]) ?? t("bulk.none")) : null;
        return (
          <Why key={act} reason={reason}>
            <Button
              type={act === "approve" ? "primary" : "default"}
              size="small"
              disabled={open.length === 0}
              onClick={() => onAct(act, open)}
            >
              {open.length === 0 ? t(`acts.${act}`) : label(act, open, rows.length)}
            </Button>
          </Why>
        );
      })}
      <Button size="small" type="text" onClick={onClear}>
        {t("bulk.clear")}
      </Button>
    </section>
  );
}

/** Everything that the list holds is a press away, also what was not read yet. */
function All({ gathering: { all, capped, read, start } }: { gathering: Gathering }) {
  const { t } = useTranslation("cases");
  const name = all === undefined ? t("bulk.all") : t(capped ? "bulk.first" : "bulk.allOf", { count: all });
  return (
    <Button size="small" type="text" aria-disabled={read !== null} onClick={start}>
      {read === null ? name : <span role="status">{t("bulk.reading", { count: read })}</span>}
    </Button>
  );
}
