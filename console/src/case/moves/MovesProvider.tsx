import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Case } from "@/api/client";
import { useSay } from "@/api/words";
import { useSession } from "@/app/session";
import { type Amount, keepInTab, ofTab, useMoney } from "@/shared";
import { asksFirst, hold } from "@/shared/hold";
import { type Choices, freshCase, type Order, usePutCase } from "../data";
import { type Body, type Changed, changes, isStale, Keys, makeMove } from "../decide";
import { FORMS } from "./forms";
import { useQueue } from "./queue";
import type { Facts, Form } from "./types";

/** A form that is open: what was typed, the case as it was seen when it was opened, and what the server said. */
export interface Open {
  move: string;
  draft: object;
  seen: Case;
  sending: boolean;
  problem: unknown;
  /** What changed meanwhile and has not been looked at; empty where nothing did. */
  changed: readonly Changed[];
}

interface Moves {
  facts: Facts;
  open: Open | null;
  start: (move: string, draft?: object) => void;
  set: (change: object | ((draft: object) => object)) => void;
  submit: () => void;
  close: () => void;
  /** The changes have been read: the decision now rests on the case as it is. */
  seen: () => void;
  label: (move: string, draft?: object) => string;
}

const Context = createContext<Moves | null>(null);
export function useMoves(): Moves {
  const moves = useContext(Context);
  if (!moves) throw new Error("there is no case here");
  return moves;
}

/** The vocabulary writes names as they stand in a sentence; on a button one begins large. */
export const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

interface Props {
  found: Case;
  choices: Choices;
  order: Order | undefined;
  onStep?: () => void;
  children: ReactNode;
}

export function MovesProvider({ found, choices, order, onStep, children }: Props) {
  const { t } = useTranslation("case");
  const say = useSay("moves");
  const money = useMoney();
  const put = usePutCase();
  const queue = useQueue();
  const keys = useRef(new Keys());
  const { seat } = useSession();
  const draftAt = useCallback((move: string) => `amends.draft.${seat.person}.${found.id}.${move}`, [seat.person, found.id]);
  const [open, setOpen] = useState<Open | null>(null);
  const facts = useMemo<Facts>(() => ({ seen: found, choices, order }), [found, choices, order]);

  const label = useCallback(
    (move: string, draft?: object) => {
      const closed = draft === undefined && !facts.seen.moves.some((one) => one.move === move && one.open);
      const made = closed ? undefined : FORMS[move];
      const known = made && (draft ?? made.first(facts));
      const amount = known ? made.pays?.(known, facts) : null;
      const word = known ? made.confirm?.(known, facts) : null;
      const name = word ? t(`confirm.${word}`) : capital(say("moves", move));
      return amount ? t("confirm.amount", { name, amount: money(amount) }) : name;
    },
    [facts, say, t, money],
  );

  const send = useCallback(
    async (one: Open, body: Body) => {
      const decision = {
        caseId: found.id,
        move: one.move,
        version: one.seen.version,
        body,
        key: keys.current.of(one.move, one.seen.version, body),
      };
      try {
        const after = await makeMove(decision);
        keepInTab(draftAt(one.move), null);
        put(after);
        setOpen((now) => (now?.move === one.move ? null : now));
      } catch (problem) {
        if (await queue(decision, one.seen.order_reference, problem)) {
          keepInTab(draftAt(one.move), null);
          setOpen((now) => (now?.move === one.move ? null : now));
          return;
        }
        const fresh = isStale(problem) ? await freshCase(found.id).catch(() => null) : null;
        setOpen({ ...one, sending: false, problem, changed: fresh ? changes(one.seen, fresh) : [] });
      }
    },
    [found.id, put, queue, draftAt],
  );

  const decide = useCallback(
    (one: Open, made: Form<object>) => {
      const rests = { ...facts, seen: one.seen };
      const body = made.body(one.draft, rests);
      const amount: Amount | null = made.pays?.(one.draft, rests) ?? null;
      const due = one.seen.moves.find((move) => move.move === one.move)?.deadline
        ? (one.seen.deadlines.find((each) => each.kind === one.seen.moves.find((move) => move.move === one.move)?.deadline)
            ?.due_at ?? null)
        : null;
      if (amount && asksFirst(amount)) {
        setOpen({ ...one, sending: true, problem: null });
        void send(one, body);
        return;
      }
      setOpen(null);
      hold({
        label: t("hold.says", { what: label(one.move, one.draft), order: one.seen.order_reference }),
        due,
        run: () => send(one, body),
        undone: () => setOpen({ ...one, sending: false, problem: null }),
      });
      onStep?.();
    },
    [facts, label, send, t, onStep],
  );

  const start = useCallback(
    (move: string, draft?: object) => {
      const made = FORMS[move];
      if (!made) return;
      const kept = ofTab<object>(draftAt(move));
      const first = made.first(facts);
      const one: Open = {
        move,
        draft: draft ? { ...first, ...draft } : (kept ?? first),
        seen: found,
        sending: false,
        problem: null,
        changed: [],
      };
      const amount = made.pays?.(one.draft, facts) ?? null;
      if (!draft && made.direct?.(facts) && !(amount && asksFirst(amount))) decide(one, made);
      else setOpen(one);
    },
    [facts, found, decide, draftAt],
  );

  const value = useMemo<Moves>(() => {
    const arrived = open && open.changed.length === 0 && open.seen.version !== found.version ? changes(open.seen, found) : [];
    const shown = open && arrived.length > 0 && !open.sending ? { ...open, changed: arrived } : open;
    return {
      facts: open ? { ...facts, seen: open.seen } : facts,
      open: shown,
      start,
      label,
      set: (change) =>
        setOpen((now) => {
          if (!now) return now;
          const draft = { ...now.draft, ...(typeof change === "function" ? change(now.draft) : change) };
          keepInTab(draftAt(now.move), draft);
          return { ...now, draft, problem: null };
        }),
      submit: () => {
        const made = shown && FORMS[shown.move];
        if (shown && made && shown.changed.length === 0) decide(shown, made);
      },
      close: () => setOpen(null),
      seen: () => setOpen((now) => (now ? { ...now, seen: found, changed: [], problem: null } : now)),
    };
  }, [open, facts, found, start, label, decide, draftAt]);
  return <Context value={value}>{children}</Context>;
}
