/** @jsxImportSource preact */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { call, newKey, passing } from "./api";
import { forget, keep, kept } from "./kept";
import { useWords } from "./say";

const SLOW_MS = 6000;

export interface Sender {
  busy: boolean;
  error: Error | null;
  send: <T>(path: string, body: unknown, version?: number) => Promise<T | null>;
  /** What goes out there next is something else, also if it says the same. */
  other: (path: string) => void;
}

interface Under {
  what: string;
  key: string;
  version?: number;
}

const placeOf = (path: string) => `sent.${path}`;

/**
 * Sends what changes something, once. The same words go out under the same key until they were answered, however often one tries, also by
 * a page that was thrown away meanwhile. Said anew of what has changed since they are another decision: the second offer is not the first.
 */
export function useSender(): Sender {
  const [busy, work] = useState(false);
  const [error, fail] = useState<Error | null>(null);
  const going = useRef(false);
  const mine = useRef("");
  const send = async <T,>(path: string, body: unknown, version?: number): Promise<T | null> => {
    if (going.current) return null;
    const what = JSON.stringify(body);
    const place = placeOf(path);
    const before = kept<Under>(place);
    const same = before?.what === what && (before.key === mine.current || before.version === version);
    const under = same ? before : { what, key: newKey(), version };
    mine.current = under.key;
    keep(place, under);
    going.current = true;
    work(true);
    fail(null);
    try {
      const done = await call<T>("POST", path, { body, key: under.key, version: under.version });
      forget(place);
      return done;
    } catch (problem) {
      if (!passing(problem as Error)) forget(place);
      fail(problem as Error);
      return null;
    } finally {
      going.current = false;
      work(false);
    }
  };
  return { busy, error, send, other: (path) => forget(placeOf(path)) };
}

/** The button that sends. While it does, it keeps the focus and says so; on a slow line it says that too. */
export function SendButton(props: {
  busy: boolean;
  ready?: boolean;
  small?: boolean;
  press?: () => void;
  children: ComponentChildren;
}) {
  const t = useWords();
  const { busy, ready = true, small, press } = props;
  const [slow, tell] = useState(false);
  useEffect(() => {
    tell(false);
    if (!busy) return;
    const timer = setTimeout(() => tell(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, [busy]);
  return (
    <>
      <button
        type={press ? "button" : "submit"}
        class={small ? "button" : "button main"}
        disabled={!ready && !busy}
        aria-disabled={busy}
        onClick={press && (() => busy || press())}
      >
        {busy ? t("ask.sending") : props.children}
      </button>
      <p class={slow ? "quiet" : "unseen"} role="status">
        {slow && t("ask.slow")}
      </p>
    </>
  );
}
