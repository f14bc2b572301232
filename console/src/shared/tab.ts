/** What this tab keeps: it outlives a reload, and no other tab sees it. Null where there is nothing, or the browser keeps nothing. */
export function ofTab<T>(place: string): T | null {
  try {
    return JSON.parse(sessionStorage.getItem(place) ?? "null") as T | null;
  } catch {
    return null;
  }
}

/** Keep this for the tab, or nothing any more. A browser that keeps nothing has the page's own memory. */
export function keepInTab(place: string, value: unknown): void {
  try {
    if (value === null) sessionStorage.removeItem(place);
    else sessionStorage.setItem(place, JSON.stringify(value));
  } catch {
    // what the page holds is enough until it is left
  }
}
