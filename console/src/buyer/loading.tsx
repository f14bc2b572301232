/** @jsxImportSource preact */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { passing, Refused } from "./api";
import { whenBack } from "./line";
import { useCodes, useSaid, useWords } from "./say";

export interface Loaded<T> {
  data: T | null;
  error: Error | null;
  again: () => void;
  put: (data: T) => void;
}

/** Something that is read; what was read before stays until the new is there, and what the line kept from us is asked for again when it is back. */
export function useLoad<T>(read: () => Promise<T>, on: readonly unknown[]): Loaded<T> {
  const [data, put] = useState<T | null>(null);
  const [error, fail] = useState<Error | null>(null);
  const [round, next] = useState(0);
  const asked = useRef(read);
  asked.current = read;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller says when to read again
  useEffect(() => {
    let here = true;
    asked.current().then(
      (found) => {
        if (!here) return;
        put(found);
        fail(null);
      },
      (problem: Error) => here && fail(problem),
    );
    return () => {
      here = false;
    };
  }, [...on, round]);
  const again = useCallback(() => next((n) => n + 1), []);
  useAgain(error, again);
  return { data, error, again, put };
}

/** What failed for now is tried again when the line is back. */
export function useAgain(error: Error | null, again: () => void): void {
  useEffect(() => (error && passing(error) ? whenBack(again) : undefined), [error, again]);
}

export function Loading() {
  const t = useWords();
  return (
    <div class="loading" role="status">
      <span class="unseen">{t("loading")}</span>
      <i />
      <i />
      <i />
    </div>
  );
}

/** What went wrong, in words, and what can be done about it. */
export function Trouble({ error, again }: { error: Error; again?: () => void }) {
  const t = useWords();
  const said = useSaid();
  const refused = error instanceof Refused ? error : null;
  const reasons = (refused?.problem.reasons ?? []).filter((code) => code !== refused?.problem.code);
  const told = useCodes(reasons);
  const gone =
    refused?.status === 404
      ? t("trouble.gone")
      : refused?.status === 401 || refused?.problem.code === "link_expired"
        ? t("trouble.ended")
        : null;
  return (
    <div class="trouble" role="alert">
      {gone ? <p>{gone}</p> : refused ? <p>{said(refused.problem.words)}</p> : <p>{t("trouble.network")}</p>}
      {!gone && refused && <p class="next">{said(refused.problem.next)}</p>}
      {!gone && reasons.map((code) => <p key={code}>{said(told(code)?.words)}</p>)}
      {again && passing(error) && (
        <button type="button" class="button" onClick={again}>
          {t("trouble.again")}
        </button>
      )}
    </div>
  );
}
