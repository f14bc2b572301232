import { useSyncExternalStore } from "react";

const paper = window.matchMedia("print");

/** On paper a page stays as it stood on the screen: a sheet is as narrow as a phone, and would be drawn as one in the midst of printing. */
export function watch(query: string) {
  const media = window.matchMedia(query);
  let was = media.matches;
  return {
    subscribe: (changed: () => void) => {
      media.addEventListener("change", changed);
      return () => media.removeEventListener("change", changed);
    },
    is: () => {
      if (!paper.matches) was = media.matches;
      return was;
    },
  };
}
const phone = watch("(max-width: 720px)");
const tablet = watch("(max-width: 767px)");
const wide = watch("(min-width: 1200px)");

/** A phone, or a window as narrow as one. */
export const useNarrow = () => useSyncExternalStore(phone.subscribe, phone.is);
/** Where a drawer stands: beside the page, and on a phone over the whole of it. */
export function useDrawerPlace<Size extends string | number>(beside: Size) {
  const narrow = useNarrow();
  return narrow ? ({ placement: "bottom", size: "100%" } as const) : ({ placement: "right", size: beside } as const);
}
/** Too narrow to write in a table: there rules are read only. */
export const useReadOnly = () => useSyncExternalStore(tablet.subscribe, tablet.is);
/** Room for two columns. */
export const useWide = () => useSyncExternalStore(wide.subscribe, wide.is);
