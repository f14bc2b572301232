import { createContext, useContext, useEffect, useState } from "react";

const Going = createContext<(by: 1 | -1) => void>(() => undefined);
export const FilesGoing = Going.Provider;

/** Whether files of a form are on their way, and what hears of them: a form that is sent before they are there would leave them out. */
export function useFilesGoing(): [boolean, (by: 1 | -1) => void] {
  const [fields, count] = useState(0);
  const [tell] = useState(() => (by: 1 | -1) => count((now) => now + by));
  return [fields > 0, tell];
}

/** Say that files are on their way for as long as they are. */
export function useTellGoing(going: boolean): void {
  const tell = useContext(Going);
  useEffect(() => {
    if (!going) return;
    tell(1);
    return () => tell(-1);
  }, [going, tell]);
}
