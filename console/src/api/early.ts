/** Answers on their way since the page began, by what was asked; each is taken once. */
export type Early = Map<string, Promise<Response | null>>;

/** An address, whatever the order in which it names what it asks for. */
export function askedAs(address: string): string {
  const url = new URL(address, window.location.origin);
  url.searchParams.sort();
  return url.pathname + url.search;
}

/** The answer to what `app/early.ts` asked while the console itself was still being read; undefined where it did not ask. */
export function askedEarly(request: Request): Promise<Response> | undefined {
  const early = window.amendsEarly;
  if (request.method !== "GET" || !early?.size) return undefined;
  const key = askedAs(request.url);
  const answer = early.get(key);
  early.delete(key);
  return answer?.then((response) => response ?? fetch(request));
}
