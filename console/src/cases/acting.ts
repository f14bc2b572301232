import { useCallback, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { asksFirst } from "@/shared/hold";
import { useActLabel, usePays } from "./BulkBar";
import { decide, decideNow } from "./batch";
import type { Act, Row } from "./rows";

/** A dialog that is open: what is asked of which rows. */
export interface Asking {
  act: Act;
  rows: readonly Row[];
}
export interface Acts {
  asking: Asking | null;
  start: (act: Act, rows: readonly Row[]) => void;
  startOne: (act: Act, row: Row) => void;
  /** The dialog's answer: what is sent for each row, or for some of them. */
  finish: (body: (row: Row) => Record<string, unknown>, asked?: boolean, some?: readonly Row[]) => void;
  close: () => void;
}
/** What a dialog gets. */
export interface Deciding {
  asking: Asking;
  acts: Acts;
}
/** Characters of a note to many cases. */
export const MOST_WORDS = 200;

const NOTHING = () => ({});

/**
 * What needs no words is done at once and held back a few seconds; what needs them opens its dialog. Large sums are asked about, with the
 * amount in the button, and then not held back.
 */
export function useActs(clear: () => void): Acts {
  const { t } = useTranslation("cases");
  const [asking, setAsking] = useState<Asking | null>(null);
  const label = useActLabel();
  const pays = usePays();
  const begin = (act: Act, rows: readonly Row[]) => {
    const large = act === "approve" && rows.some((row) => pays(row) && asksFirst(row.amount));
    if (act === "reject" || act === "propose" || large) return setAsking({ act, rows });
    decide({ act, rows, body: NOTHING }, t("hold", { what: label(act, rows) }));
    clear();
  };
  const latest = useRef(begin);
  latest.current = begin;
  const start = useCallback((act: Act, rows: readonly Row[]) => latest.current(act, rows), []);
  const startOne = useCallback((act: Act, row: Row) => latest.current(act, [row]), []);
  return {
    asking,
    start,
    startOne,
    close: () => setAsking(null),
    finish: (body, asked = false, some = asking?.rows ?? []) => {
      if (!asking) return;
      const again = asking;
      const what = { act: asking.act, rows: some, body };
      if (asked) decideNow(what);
      else decide(what, t("hold", { what: label(asking.act, some) }), () => setAsking(again));
      setAsking(null);
      clear();
    },
  };
}
