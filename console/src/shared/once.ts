import { useState } from "react";

/** True from the first time that it was: what nobody has opened yet costs nothing, and what was opened may close in its own way. */
export function useOnce(now: boolean): boolean {
  const [once, setOnce] = useState(now);
  if (now && !once) setOnce(true);
  return now || once;
}
