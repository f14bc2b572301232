type Say = (key: string, values: { count: number }) => string;

/** A length of time in its largest unit. */
export function spanText(seconds: number, say: Say): string {
  for (const [unit, length] of [
    ["days", 86_400],
    ["hours", 3600],
    ["minutes", 60],
  ] as const) {
    if (seconds >= length) return say(`time.${unit}`, { count: Math.floor(seconds / length) });
  }
  return say("time.seconds", { count: Math.max(0, Math.floor(seconds)) });
}
