import { useSyncExternalStore } from "react";

const phone = window.matchMedia("(max-width: 767px)");

/** Whether this is a phone: there rules are read only. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    (heard) => {
      phone.addEventListener("change", heard);
      return () => phone.removeEventListener("change", heard);
    },
    () => phone.matches,
  );
}
