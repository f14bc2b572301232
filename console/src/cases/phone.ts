import { useSyncExternalStore } from "react";

const NARROW = window.matchMedia("(width < 768px)");

function subscribe(changed: () => void): () => void {
  NARROW.addEventListener("change", changed);
  return () => NARROW.removeEventListener("change", changed);
}

export function usePhone(): boolean {
  return useSyncExternalStore(subscribe, () => NARROW.matches);
}
