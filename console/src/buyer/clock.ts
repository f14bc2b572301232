import { useEffect, useState } from "preact/hooks";

/** The server's time: deadlines are promises of the server, whatever this phone's clock says. */
let offset = 0;

export function heard(moment: string): void {
  const found = Date.parse(moment) - Date.now();
  if (Number.isFinite(found) && Math.abs(found - offset) > 1000) offset = found;
}

export const now = () => Date.now() + offset;

/** Draws again every `step` milliseconds while the page is looked at. */
export function useNow(step: number): number {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => document.hidden || tick((n) => n + 1), step);
    return () => clearInterval(timer);
  }, [step]);
  return now();
}
