/** @jsxImportSource preact */
import { type ComponentChildren, createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { get, passing, type Says } from "./api";
import { whenBack } from "./line";
import { words } from "./words";

export type Language = keyof typeof words;
export type Key = keyof (typeof words)["en"];
const KEPT = "amends.language";

export function firstLanguage(): Language {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(KEPT);
  } catch {
    /* a framed page may keep nothing */
  }
  const wanted = kept ?? navigator.languages?.[0] ?? navigator.language ?? "en";
  return wanted.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export function keepLanguage(language: Language): void {
  try {
    localStorage.setItem(KEPT, language);
  } catch {
    /* as above */
  }
}

const Spoken = createContext<{ language: Language; speak: (language: Language) => void }>({ language: "en", speak: () => {} });
export const SpokenIn = Spoken.Provider;
export const useLanguage = () => useContext(Spoken);

/** The page's own words: `t("ask")`, `t("due", {when})`. */
export function useWords(): (key: Key, filled?: Record<string, string | number>) => string {
  const { language } = useLanguage();
  return (key, filled = {}) =>
    Object.entries(filled).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, String(value)), words[language][key]);
}

/** The server's words in the language that is read. */
export function useSaid(): (says: Says | Record<string, string> | undefined | null) => string {
  const { language } = useLanguage();
  return (says) => (says as Record<string, string> | null | undefined)?.[language] ?? "";
}

interface Word {
  word: string;
  zh: string;
  en: string;
  traits: Record<string, unknown>;
}
type Listed = Map<string, Word>;
const lists = new Map<string, Promise<Listed>>();

function list(name: string): Promise<Listed> {
  let asked = lists.get(name);
  if (!asked) {
    asked = get<{ words: Word[] }>(`/v1/vocabulary/${name}`).then(
      (found) => new Map(found.words.map((word) => [word.word, word])),
    );
    asked.catch(() => lists.delete(name));
    lists.set(name, asked);
  }
  return asked;
}

/** Ask until it is answered: what the line kept from us is asked for again when it is back. The answer ends it. */
function asking<T>(ask: () => Promise<T>, take: (found: T) => void): () => void {
  let here = true;
  let leave = () => {};
  const once = () =>
    void ask().then(
      (found) => here && take(found),
      (problem: Error) => {
        if (here && passing(problem)) leave = whenBack(once);
      },
    );
  once();
  return () => {
    here = false;
    leave();
  };
}

/** One list of the server's words; empty until it is there. */
export function useList(name: string): Listed {
  const [found, take] = useState<Listed>(new Map());
  useEffect(() => asking(() => list(name), take), [name]);
  return found;
}

/** A word of a list as people read it. */
export function useWord(name: string): (word: string | null | undefined) => string {
  const found = useList(name);
  const said = useSaid();
  return (word) => (word ? said(found.get(word) as unknown as Says) || "…" : "");
}

export interface Told {
  words: Says;
  next: Says;
}
const codes = new Map<string, Told>();

/** What codes say and what to do next, fetched once for all codes that are asked for together. */
export function useCodes(asked: readonly string[]): (code: string) => Told | undefined {
  const [, drawn] = useState(0);
  const missing = asked.filter((code) => !codes.has(code)).join(",");
  useEffect(() => {
    if (!missing) return;
    const ask = () => get<{ problems: (Told & { code: string })[] }>(`/v1/problems?codes=${encodeURIComponent(missing)}`);
    return asking(ask, (found) => {
      for (const one of found.problems) codes.set(one.code, one);
      drawn((n) => n + 1);
    });
  }, [missing]);
  return (code) => codes.get(code);
}

export function Why({ codes: asked, next }: { codes: readonly string[]; next?: boolean }) {
  const told = useCodes(asked);
  const said = useSaid();
  return (
    <>
      {asked.map((code) => (
        <p class="why" key={code}>
          {said(told(code)?.words)}
          {next && told(code)?.next && <span class="next"> {said(told(code)?.next)}</span>}
        </p>
      ))}
    </>
  );
}

export type Children = ComponentChildren;
