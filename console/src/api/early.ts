/** Answers on their way since the page began, by what was asked; each is taken once. */
export type Early = Map<string, Promise<Response | null>>;

/** An address, whatever the order in which it names what it asks for. */
export function askedAs(address: string): string {
  const url = new URL(address, window.location.origin);
  url.searchParams.sort();
  return url.pathname + url.search;
}

/** The answer to what `app/early.ts` asked while the console itself was still being read; asked now where it did not ask, or heard nothing. */
export function askedEarly(request: Request, ask: (request: Request) => Promise<Response>): Promise<Response> {
  const early = window.amendsEarly;
  if (request.method !== "GET" || !early?.size) return ask(request);
  const key = askedAs(request.url);
  const answer = early.get(key);
  early.delete(key);
  return answer?.then((response) => response ?? ask(request)) ?? ask(request);
}
