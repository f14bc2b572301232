import { useLanguage } from "@/api/words";

export interface Amount {
  amount: number;
  currency: string;
}

const formats = new Map<string, Intl.NumberFormat>();
function format(currency: string, language: string): Intl.NumberFormat {
  const key = `${language} ${currency}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(language === "zh" ? "zh-CN" : "en", {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
  });
  formats.set(key, made);
  return made;
}

/** Minor units of a currency as people read them. How many minor units make one is the currency's own (ISO 4217), not the display's. */
export function moneyText({ amount, currency }: Amount, language: string): string {
  return `${format(currency, language).format(amount / 10 ** minorDigits(currency))}${ambiguous(currency) ? ` ${currency}` : ""}`;
}

const DIGITS: Record<string, number> = { IDR: 2, HUF: 2, TWD: 2, ISK: 0, UGX: 0 };

/** ISO 4217's exponent; where Intl shows fewer digits than there are minor units, the table knows better. */
export function minorDigits(currency: string): number {
  return (
    DIGITS[currency] ?? new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2
  );
}

function ambiguous(currency: string): boolean {
  return ["CAD", "SGD", "AUD", "HKD", "TWD", "MXN", "NZD"].includes(currency);
}

/** What somebody typed as whole minor units; null where it is no amount of this currency. "1,250.00" has groups, "12,50" a decimal comma. */
export function minorUnits(text: string, currency: string): number | null {
  const digits = minorDigits(currency);
  const typed = text.normalize("NFKC").trim();
  const plain = /^\d{1,3}(,\d{3}){1,3}(\.\d*)?$/.test(typed) ? typed.replaceAll(",", "") : typed;
  const found = /^(\d{1,12})(?:[.,](\d+))?$/.exec(plain);
  if (!found || (found[2]?.length ?? 0) > digits) return null;
  return Number(`${found[1]}${(found[2] ?? "").padEnd(digits, "0")}`);
}

export function Money({ value, strong }: { value: Amount; strong?: boolean }) {
  const text = moneyText(value, useLanguage());
  return strong ? <strong className="figures">{text}</strong> : <span className="figures">{text}</span>;
}

export function useMoney(): (value: Amount) => string {
  const language = useLanguage();
  return (value) => moneyText(value, language);
}
