import { useCallback, useRef, useState } from "preact/hooks";

const PLACE = "amends.buyer.kept.";
/** A browser that keeps nothing for a framed page has the page's own memory. */
const memory = new Map<string, string>();

function stored<T>(work: (tab: Storage) => T, otherwise: T): T {
  try {
    return work(sessionStorage);
  } catch {
    return otherwise;
  }
}

const names = () => [...memory.keys(), ...stored((tab) => Object.keys(tab), [])];

export function kept<T>(name: string): T | null {
  const key = PLACE + name;
  const text = memory.get(key) ?? stored((tab) => tab.getItem(key), null);
  return stored(() => JSON.parse(text ?? "null") as T | null, null);
}

export function keep(name: string, value: unknown): void {
  const text = JSON.stringify(value);
  memory.set(PLACE + name, text);
  stored((tab) => tab.setItem(PLACE + name, text), undefined);
}

/** Everything whose name begins so was sent, or is no longer wanted. */
export function forget(name: string): void {
  for (const key of names().filter((one) => one.startsWith(PLACE + name))) {
    memory.delete(key);
    stored((tab) => tab.removeItem(key), undefined);
  }
}

/** Whether somebody began something whose name begins so. */
export const begun = (name: string): boolean => names().some((key) => key.startsWith(PLACE + name));

type Change<T> = (next: T | ((before: T) => T)) => void;

/** What somebody types, chooses and gives, kept in this tab until it is sent: a phone that opens its camera may throw the page away. */
export function useKept<T>(name: string, first: T | (() => T), found: (kept: T) => T = (same) => same): [T, Change<T>] {
  const [value, put] = useState<T>(() => {
    const before = kept<T>(name);
    return before !== null ? found(before) : first instanceof Function ? first() : first;
  });
  const now = useRef(value);
  const change: Change<T> = useCallback(
    (next) => {
      now.current = next instanceof Function ? next(now.current) : next;
      put(() => now.current);
      keep(name, now.current);
    },
    [name],
  );
  return [value, change];
}
