import { useLanguage } from "@/api/words";

type Length = "short" | "long" | "day";
const SHAPES: Record<Length, Intl.DateTimeFormatOptions> = {
  short: { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false },
  long: {
    year: "numeric",
    month: "long",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
    timeZoneName: "short",
  },
  day: { year: "numeric", month: "short", day: "numeric" },
};
/** Chinese reads figures in one order; 6/11 in English is in June for one reader and in November for another. */
const SHORT_ZH = { ...SHAPES.short, month: "numeric" } as const;
const formats = new Map<string, Intl.DateTimeFormat>();

/** A moment in the reader's own time zone. A short one of an earlier year has its year instead of its time. */
export function momentText(at: string, language: string, length: Length = "short"): string {
  const moment = new Date(at);
  if (length === "short" && moment.getFullYear() < new Date().getFullYear()) return momentText(at, language, "day");
  const key = `${language} ${length}`;
  let format = formats.get(key);
  if (!format) {
    const shape = language === "zh" && length === "short" ? SHORT_ZH : SHAPES[length];
    format = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", shape);
    formats.set(key, format);
  }
  return language === "zh" && length === "long" ? zoneLast(format.formatToParts(moment)) : format.format(moment);
}

/** "2026年12月3日 13:00（GMT+8）": Intl puts the zone between the day and the time. */
function zoneLast(parts: Intl.DateTimeFormatPart[]): string {
  const at = parts.findIndex((part) => part.type === "timeZoneName");
  const rest = parts.filter((_, index) => index !== at && index !== at + 1);
  return `${rest.map((part) => part.value).join("")}（${parts[at]?.value}）`;
}

/** A moment in the reader's own time zone; the whole of it, with its zone, on hover. */
export function Moment({ at, length = "short" }: { at: string; length?: Length }) {
  const language = useLanguage();
  return (
    <time dateTime={at} title={momentText(at, language, "long")}>
      {momentText(at, language, length)}
    </time>
  );
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** "3 hours ago", from the difference in milliseconds. */
export function agoText(milliseconds: number, language: string): string {
  const format = new Intl.RelativeTimeFormat(language === "zh" ? "zh-CN" : "en", { numeric: "auto" });
  for (const [unit, length] of UNITS) {
    if (Math.abs(milliseconds) >= length) return format.format(-Math.round(milliseconds / length), unit);
  }
  return format.format(0, "second");
}
