import i18next from "i18next";
import { initReactI18next } from "react-i18next";

type Tree = { [key: string]: string | Tree };
export interface AreaWords {
  zh: Tree;
  en: Tree;
}

/** Every area's `words.ts`, under the area's name. The buyer's page has its own entry and speaks for itself. */
const files = import.meta.glob<{ words: AreaWords }>(["../*/words.ts", "!../api/words.ts", "!../buyer/words.ts"], {
  eager: true,
});

const KEPT = "amends.language";
export type Language = "zh" | "en";

export function keptLanguage(): Language | null {
  const kept = localStorage.getItem(KEPT);
  return kept === "zh" || kept === "en" ? kept : null;
}

function firstLanguage(): Language {
  return keptLanguage() ?? (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");
}

export function speak(language: Language, keep = true): void {
  if (keep) localStorage.setItem(KEPT, language);
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  void i18next.changeLanguage(language);
}

export function startWords(): void {
  const resources: Record<Language, Record<string, Tree>> = { zh: {}, en: {} };
  for (const [path, { words }] of Object.entries(files)) {
    const area = path.startsWith("./") ? "app" : (path.split("/")[1] as string); // our own file is found beside this one
    resources.zh[area] = words.zh;
    resources.en[area] = words.en;
  }
  const language = firstLanguage();
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: "en",
    resources,
    defaultNS: "app",
    interpolation: { escapeValue: false }, // React escapes
    returnNull: false,
    initAsync: false,
  });
}
