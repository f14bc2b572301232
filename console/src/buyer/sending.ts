import { useRef, useState } from "preact/hooks";
import { call, newKey, Unheard } from "./api";

export interface Sender {
  busy: boolean;
  error: Error | null;
  send: <T>(path: string, body: unknown, version?: number) => Promise<T | null>;
  forget: () => void;
}

/** Sends what changes something, once. The same words go out under the same key until somebody has answered, however often one tries. */
export function useSender(): Sender {
  const [busy, work] = useState(false);
  const [error, fail] = useState<Error | null>(null);
  const under = useRef<{ what: string; key: string } | null>(null);
  const send = async <T>(path: string, body: unknown, version?: number): Promise<T | null> => {
    const what = JSON.stringify([path, body]);
    if (under.current?.what !== what) under.current = { what, key: newKey() };
    work(true);
    fail(null);
    try {
      const done = await call<T>("POST", path, { body, key: under.current.key, version });
      under.current = null;
      return done;
    } catch (problem) {
      if (!(problem instanceof Unheard)) under.current = null;
      fail(problem as Error);
      return null;
    } finally {
      work(false);
    }
  };
  return { busy, error, send, forget: () => fail(null) };
}
