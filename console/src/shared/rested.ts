import { useEffect, useRef } from "react";

const TYPING_MS = 350;

/** Do it once a typing hand rests: whenever one of these is another, the wait begins anew, and what was begun before is ended by what it gave back. */
export function useRested(work: () => undefined | (() => void), on: readonly unknown[], ms: number = TYPING_MS): void {
  const latest = useRef(work);
  latest.current = work;
  useEffect(() => {
    let end: (() => void) | undefined;
    const timer = setTimeout(() => {
      end = latest.current();
    }, ms);
    return () => {
      clearTimeout(timer);
      end?.();
    };
  }, [...on, ms]);
}
