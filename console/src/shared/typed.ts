import { useCallback, useState } from "react";
import { keepInTab, ofTab } from "./tab";

type Change<T> = T | ((before: T) => T);

/** What somebody types here stays in this tab until it was sent: through a reload, and a look at something else. */
export function useTyped(place: string): [string, (next: Change<string>) => void] {
  const [text, put] = useState(() => ofTab<string>(place) ?? "");
  const type = useCallback(
    (next: Change<string>) =>
      put((before) => {
        const after = typeof next === "function" ? next(before) : next;
        keepInTab(place, after || null);
        return after;
      }),
    [place],
  );
  return [text, type];
}
