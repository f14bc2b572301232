import { useState } from "preact/hooks";
import { call, newKey, passing } from "./api";
import { forget, keep, kept } from "./kept";

export interface Sender {
  busy: boolean;
  error: Error | null;
  send: <T>(path: string, body: unknown, version?: number) => Promise<T | null>;
}

interface Under {
  what: string;
  key: string;
  version?: number;
}

/** Sends what changes something, once. The same words go out under the same key until they were answered, however often one tries, also by a page that was thrown away meanwhile. */
export function useSender(): Sender {
  const [busy, work] = useState(false);
  const [error, fail] = useState<Error | null>(null);
  const send = async <T>(path: string, body: unknown, version?: number): Promise<T | null> => {
    const what = JSON.stringify(body);
    const place = `sent.${path}`;
    const before = kept<Under>(place);
    const under = before?.what === what ? before : { what, key: newKey(), version };
    keep(place, under);
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
      work(false);
    }
  };
  return { busy, error, send };
}
