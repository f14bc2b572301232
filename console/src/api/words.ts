import { useQueries, useQuery } from "@tanstack/react-query";
import i18next from "i18next";
import { useCallback, useMemo, useSyncExternalStore } from "react";
import { amends, told } from "./client";
import { queries } from "./queries";

/** One word of the server's vocabulary: both languages, and whatever else the list says of it. */
export interface Term {
  word: string;
  zh: string;
  en: string;
  traits: Record<string, unknown>;
}
export type Vocabulary = ReadonlyMap<string, Term>;

const NONE: Vocabulary = new Map();

async function fetched(name: string): Promise<Vocabulary> {
  const answer = await told(amends.GET("/v1/vocabulary/{name}", { params: { path: { name } } }));
  return new Map(answer.words.map((term) => [term.word, term as Term]));
}

const asked = (name: string) => ({
  queryKey: ["vocabulary", name] as const,
  queryFn: () => fetched(name),
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
});

function hearLanguage(heard: () => void): () => void {
  i18next.on("languageChanged", heard);
  return () => i18next.off("languageChanged", heard);
}
const spoken = (): "zh" | "en" => (i18next.language?.startsWith("zh") ? "zh" : "en");

/** Every amount and moment of a list asks for it, so it must cost next to nothing. */
export function useLanguage(): "zh" | "en" {
  return useSyncExternalStore(hearLanguage, spoken);
}

/** A list of the server's words. */
export function useVocabulary(name: string): Vocabulary {
  return useQuery(asked(name)).data ?? NONE;
}

/** Have lists at hand before the screens that speak them are drawn. */
export function useVocabularies(names: readonly string[]): boolean {
  return useQueries({ queries: names.map(asked), combine: (all) => all.every((one) => one.data !== undefined || one.isError) });
}

export function prefetchVocabulary(name: string): Promise<void> {
  return queries.prefetchQuery(asked(name));
}

/** The language of a text that the server holds in both. */
export function useOneOf(): (both: { [language: string]: string } | null | undefined) => string {
  const language = useLanguage();
  return (both) => both?.[language] ?? both?.en ?? "";
}

type Lists = Record<string, Vocabulary | undefined>;

/** `say(list, word)` in the language of the screen; an unknown word is shown as it is. The same function as long as nothing else is to be said. */
export function useSay(...lists: string[]): (list: string, word: string | null | undefined) => string {
  const language = useLanguage();
  const known = useQueries({
    queries: lists.map(asked),
    combine: useCallback((all: { data?: Vocabulary }[]) => all.map((one) => one.data), []),
  });
  const names = lists.join();
  return useMemo(() => {
    const by: Lists = Object.fromEntries(names.split(",").map((name, at) => [name, known[at]]));
    return (list, word) => (word ? (by[list]?.get(word)?.[language] ?? word.replaceAll("_", " ")) : "");
  }, [language, known, names]);
}

/** What a problem code means and what to do next, for the codes that arrive without their words: reasons of a closed move. */
export function useProblemWords(): (code: string) => { says: string; next: string } {
  const language = useLanguage();
  const { data } = useQuery({
    queryKey: ["problems"],
    queryFn: async () => {
      const answer = await told(amends.GET("/v1/problems"));
      return new Map(answer.problems.map((one) => [one.code, one]));
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  return useCallback(
    (code) => {
      const found = data?.get(code);
      return { says: found?.words[language] ?? code.replaceAll("_", " "), next: found?.next[language] ?? "" };
    },
    [data, language],
  );
}
