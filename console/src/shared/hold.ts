import { useSyncExternalStore } from "react";
import { serverNow } from "./clock";
import { type Amount, minorDigits } from "./Money";

/** A decision that is made in a few seconds, unless it is undone before. */
export interface Held {
  id: number;
  label: string;
  /** The browser's own time, milliseconds. */
  until: number;
  /** Nothing once it is on its way. */
  undo: (() => void) | null;
}
interface Wanted {
  label: string;
  run: () => void | Promise<void>;
  undone?: () => void;
  /** When the deadline falls that it answers: where that comes before the hold is over, nothing is held back. */
  due?: string | null;
  milliseconds?: number;
}

export const HOLD_MS = 5000;
let held: readonly Held[] = [];
let last = 0;
const running = new Map<number, () => void>();
const listeners = new Set<() => void>();

function set(next: readonly Held[]): void {
  held = next;
  for (const listener of listeners) listener();
}

/** Wait before it is done, so that it can be taken back; it is shown until it was answered. Whoever closes the page has not taken it back: then it is done at once. */
export function hold({ label, run, undone, due, milliseconds = HOLD_MS }: Wanted): void {
  const left = due ? Date.parse(due) - serverNow() : Number.POSITIVE_INFINITY;
  if (left > 0 && left < milliseconds + 2000) {
    void run();
    return;
  }
  last += 1;
  const id = last;
  const stop = () => {
    clearTimeout(timer);
    running.delete(id);
  };
  const over = () => set(held.filter((one) => one.id !== id));
  const go = () => {
    stop();
    set(held.map((one) => (one.id === id ? { ...one, undo: null } : one)));
    void Promise.resolve(run()).finally(over);
  };
  const undo = () => {
    stop();
    over();
    undone?.();
  };
  const timer = setTimeout(go, milliseconds);
  running.set(id, go);
  set([...held, { id, label, until: Date.now() + milliseconds, undo }]);
}

if (typeof window !== "undefined") {
  window.addEventListener("pagehide", () => {
    for (const now of [...running.values()]) now();
  });
}

/** What is held back just now. */
export function useHeld(): readonly Held[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => held,
  );
}

/** About a hundred dollars in each currency: more than that is asked about, with the amount in the button. */
const ASKS_FROM: Record<string, number> = {
  CNY: 700, MYR: 450, THB: 3500, VND: 2_500_000, PHP: 5500, IDR: 1_600_000, SAR: 375, AED: 375, SGD: 130, CAD: 140, JPY: 15_000,
  KRW: 140_000, TWD: 3200, HKD: 780, GBP: 80, EUR: 90,
}; // biome-ignore format: a table

/** Whether an amount is high enough to be asked about before it leaves. */
export function asksFirst({ amount, currency }: Amount): boolean {
  return amount / 10 ** minorDigits(currency) >= (ASKS_FROM[currency] ?? 100);
}
