import { isProblem } from "@/api/client";

const PAUSES = [500, 2000];

/** The same call again where nobody answered. It must carry its key: then it takes effect once, however often it goes out. */
export async function insist<T>(call: () => Promise<T>): Promise<T> {
  for (const pause of PAUSES) {
    try {
      return await call();
    } catch (problem) {
      if (isProblem(problem) || problem instanceof DOMException || !navigator.onLine) throw problem;
      await new Promise((go) => setTimeout(go, pause));
    }
  }
  return call();
}
