/** How often something that failed is asked for again where nothing else tells that the line is back. */
const EVERY_MS = 10_000;
const waiting = new Set<() => void>();

/** The line may be back: whoever waits tries again. */
export function back(): void {
  for (const go of [...waiting]) go();
}

window.addEventListener("online", back);
document.addEventListener("visibilitychange", () => document.hidden || back());

/** Do it once, as soon as a line that was away may be back; what is answered takes the wish back. */
export function whenBack(go: () => void): () => void {
  const leave = () => {
    clearInterval(timer);
    waiting.delete(once);
  };
  const once = () => {
    leave();
    go();
  };
  const timer = setInterval(() => document.hidden || once(), EVERY_MS);
  waiting.add(once);
  return leave;
}
