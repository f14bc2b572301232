import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/api/words";
import { momentText, moneyText } from "@/shared";
import { type FigureView, type Filter, fileOf } from "./asking";

/** A figure's value as it was told, to the digit, with its unit. */
export function useShown(): (figure: FigureView) => string {
  const { t } = useTranslation("insight");
  const language = useLanguage();
  return (figure) => {
    if (figure.value === null) return "—";
    if (figure.unit === "percent") return `${figure.value}%`;
    if (figure.unit === "minor") return moneyText({ amount: Number(figure.value), currency: figure.currency ?? "USD" }, language);
    if (figure.unit === "seconds") {
      const seconds = Number(figure.value);
      if (seconds < 60) return t("seconds", { s: seconds });
      return t("hours", { h: Math.floor(seconds / 3600), m: Math.floor((seconds % 3600) / 60) });
    }
    return figure.value;
  };
}

/** Which orders a figure speaks of, seen when, and how ripe they are. */
export function About({ figure }: { figure: FigureView }) {
  const { t } = useTranslation("insight");
  const language = useLanguage();
  const at = (moment: string) => momentText(moment, language, "short");
  const { days, youngest, ripe } = figure.maturity;
  return (
    <p className="insight-about">
      {t("about", { from: at(figure.period.from), to: at(figure.period.to), cut: at(figure.cut_off) })}
      {days !== null && ` · ${t("asked", { n: days })}`}
      {ripe ? ` · ${t("ripe")}` : youngest !== null && ` · ${t("youngest", { count: youngest })}`}
    </p>
  );
}

/** A table to take along, in the language that is read: as CSV and as a workbook. */
export function Take({ table, filter, more = {} }: { table: string; filter: Filter; more?: Record<string, string> }) {
  const { t } = useTranslation("insight");
  const language = useLanguage();
  return (
    <span className="insight-take">
      {(["csv", "xlsx"] as const).map((form) => (
        <a key={form} href={fileOf(table, filter, { ...more, form, language })} download>
          {t(form)}
        </a>
      ))}
    </span>
  );
}

/** The difference of two percentages in points, from their digits and not from floats. */
export function pointsOf(now: string, then: string): string {
  const hundredths = (text: string) => Number(text.replace(".", ""));
  const moved = hundredths(now) - hundredths(then);
  const size = Math.abs(moved);
  return `${moved < 0 ? "−" : "+"}${Math.floor(size / 100)}.${String(size % 100).padStart(2, "0")}`;
}

/** A table that may be wider than its place: it can be moved by keyboard too. */
export function Scroll({ label, short, children }: { label: string; short?: boolean; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reachable by keyboard
    <section className={short ? "insight-scroll insight-short" : "insight-scroll"} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
