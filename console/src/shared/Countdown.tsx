import { useTranslation } from "react-i18next";
import { Chip } from "./Chip";
import { useNow } from "./clock";
import { momentText } from "./Moment";

const HOUR = 3_600_000;
export type Pressure = "over" | "soon" | "later";

/** Under six hours it is time that one looks; after it the rules have decided. */
export function pressureOf(left: number): Pressure {
  return left <= 0 ? "over" : left < 6 * HOUR ? "soon" : "later";
}

const two = (value: number) => String(value).padStart(2, "0");

/** The time that is left: days and hours, then hours and minutes, at the end minutes and seconds. */
export function leftText(left: number, say: (key: string, values: Record<string, number | string>) => string): string {
  const seconds = Math.max(0, Math.floor(left / 1000));
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  if (days > 0) return say("countdown.days", { days, hours });
  if (hours > 0) return say("countdown.hours", { hours, minutes: two(minutes) });
  return say("countdown.minutes", { minutes, seconds: two(seconds % 60) });
}

interface Props {
  at: string | null;
  /** What happens then, in words, for the tooltip and for screen readers. */
  label?: string;
  paused?: boolean;
}

/** What is left until a deadline: red and with a clock when it is soon, and it says so in words. */
export function Countdown({ at, label, paused }: Props) {
  const { t, i18n } = useTranslation("shared");
  const due = at ? Date.parse(at) : 0;
  const now = useNow();
  if (!at) return <span className="quiet">—</span>;
  const left = due - now;
  const pressure = pressureOf(left);
  const text = paused ? t("countdown.paused") : pressure === "over" ? t("countdown.over") : leftText(left, t);
  const title = [label, momentText(at, i18n.language, "long")].filter(Boolean).join(" · ");
  if (pressure === "later" || paused) {
    return (
      <time className="countdown figures" dateTime={at} title={title}>
        {text}
      </time>
    );
  }
  return (
    <Chip meaning="time" title={title}>
      <time className="figures" dateTime={at}>
        {text}
      </time>
    </Chip>
  );
}
