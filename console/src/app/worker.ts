import { useEffect, useState } from "react";
import { Workbox } from "workbox-window";
import { whenIdle } from "@/shared/idle";

/** Install the service worker; true while a newer console waits to be taken. */
export function useServiceWorker(): boolean {
  const [waiting, setWaiting] = useState(false);
  useEffect(() => {
    if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
    const worker = new Workbox("/sw.js");
    worker.addEventListener("waiting", () => setWaiting(true));
    // refused by the browser's settings: the console works without
    return whenIdle(() => void worker.register().catch(() => undefined));
  }, []);
  return waiting;
}
