import { useState } from "preact/hooks";

const PLACE = "amends.buyer.words.";

function read(key: string): string {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

function keep(key: string, text: string): void {
  try {
    if (text) sessionStorage.setItem(key, text);
    else sessionStorage.removeItem(key);
  } catch {
    // a browser that keeps nothing for a framed page has the page's own memory
  }
}

/** Words that somebody types, kept in this tab until they are sent: a phone that opens its camera may throw the page away. */
export function useKept(name: string): [string, (text: string) => void] {
  const key = PLACE + name;
  const [text, put] = useState(() => read(key));
  const write = (typed: string) => {
    put(typed);
    keep(key, typed);
  };
  return [text, write];
}
