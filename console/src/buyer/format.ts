import type { Money } from "./api";
import { useLanguage, useList } from "./say";

const locale = (language: string) => (language === "zh" ? "zh-CN" : "en-US");

/** Money as people read it; how many minor units make one is the currency's own, told by the server. */
export function useMoney(): (money: Money) => string {
  const { language } = useLanguage();
  const currencies = useList("currencies");
  return ({ amount, currency }) => {
    if (!currencies.has(currency)) return "…";
    const exponent = Number(currencies.get(currency)?.traits.exponent);
    const format = new Intl.NumberFormat(locale(language), { style: "currency", currency, currencyDisplay: "narrowSymbol" });
    return format.format(amount / 10 ** exponent);
  };
}

/** What somebody typed, as minor units; null where it is no amount of this currency, or nobody has said yet how many decimals it has. */
export function useMinor(): (text: string, currency: string) => number | null {
  const currencies = useList("currencies");
  return (text, currency) => {
    const exponent = currencies.get(currency)?.traits.exponent;
    const found = /^(\d{1,12})(?:[.,](\d+))?$/.exec(text.normalize("NFKC").trim());
    if (!found || exponent === undefined || (found[2]?.length ?? 0) > Number(exponent)) return null;
    return Number(`${found[1]}${(found[2] ?? "").padEnd(Number(exponent), "0")}`) || null;
  };
}

/** An amount as one may type it, with the decimals that this currency has. */
export function useExample(): (currency: string) => string {
  const currencies = useList("currencies");
  return (currency) => {
    const exponent = Number(currencies.get(currency)?.traits.exponent ?? 0);
    return (1250 / 10 ** exponent).toFixed(exponent);
  };
}

/** A moment in the reader's own time. */
export function useMoment(): (moment: string | number, style?: "day" | "full") => string {
  const { language } = useLanguage();
  return (moment, style = "full") =>
    new Intl.DateTimeFormat(locale(language), {
      weekday: "short",
      month: "long",
      day: "numeric",
      ...(style === "full" ? { hour: "numeric", minute: "2-digit" } : {}),
    }).format(new Date(moment));
}

/** How long from now: the two largest parts. */
export function useSpan(): (ms: number) => string {
  const { language } = useLanguage();
  return (ms) => {
    const minutes = Math.max(0, Math.floor(ms / 60_000));
    const parts: [number, Intl.NumberFormatOptions["unit"]][] = [
      [Math.floor(minutes / 1440), "day"],
      [Math.floor((minutes % 1440) / 60), "hour"],
      [minutes % 60, "minute"],
    ];
    const first = parts.findIndex(([n]) => n > 0);
    const shown = first < 0 ? [parts[2]] : parts.slice(first, first + 2).filter((part, at) => at === 0 || part[0] > 0);
    return shown
      .map((part) =>
        new Intl.NumberFormat(locale(language), { style: "unit", unit: part?.[1], unitDisplay: "long" }).format(part?.[0] ?? 0),
      )
      .join(language === "zh" ? "" : " ");
  };
}
