const LATEST_MS = 1_000;

/** Do it when the browser has drawn what is waited for, and after a second in any case; the answer takes it back. */
export function whenIdle(work: () => void): () => void {
  if (!window.requestIdleCallback) {
    const timer = setTimeout(work, LATEST_MS / 4); // Safari has no such call
    return () => clearTimeout(timer);
  }
  const asked = requestIdleCallback(work, { timeout: LATEST_MS });
  return () => cancelIdleCallback(asked);
}
