import { useSyncExternalStore } from "react";

/** One timer for the page, corrected by what the server says its time is. */
let offset = 0;
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function tick(): void {
  now = Date.now() + offset;
  for (const listener of listeners) listener();
}

/** Every answer that carries `server_now` sets the clock right; a second or less is the network's. */
export function heardServerTime(moment: string): void {
  const found = Date.parse(moment) - Date.now();
  if (Number.isFinite(found) && Math.abs(found - offset) > 1000) {
    offset = found;
    tick();
  }
}

export function serverNow(): number {
  return Date.now() + offset;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The server's time in milliseconds, once a second; `step` for what need not change so often. */
export function useNow(step = 1000): number {
  return useSyncExternalStore(subscribe, () => Math.floor(now / step) * step);
}
