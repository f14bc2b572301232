import { Button } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { CONSOLE_VERSION, onAnswer } from "@/api/client";
import { useSession } from "./session";

/** Whether one version comes before another, part by part. */
export function isBefore(one: string, other: string): boolean {
  const [a, b] = [one, other].map((version) => version.split(".").map(Number)) as [number[], number[]];
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    if ((a[at] ?? 0) !== (b[at] ?? 0)) return (a[at] ?? 0) < (b[at] ?? 0);
  }
  return false;
}

const OUTDATED = 426;

/** The server states the least console that it serves; an older one is told to reload (U-17). */
export function useOutdated(): boolean {
  const { seat } = useSession();
  const [refused, setRefused] = useState(false);
  useEffect(() => onAnswer((response) => setRefused((before) => before || response.status === OUTDATED)), []);
  return refused || isBefore(CONSOLE_VERSION, seat.console.least);
}

/** Take the newest console: the waiting worker, or none at all, and load the page again. */
export async function takeNewest(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  await registration?.update().catch(() => undefined);
  registration?.waiting?.postMessage({ type: "SKIP_WAITING" });
  window.location.reload();
}

export function OutdatedBar({ waiting }: { waiting: boolean }) {
  const { t } = useTranslation("app");
  const outdated = useOutdated();
  if (!outdated && !waiting) return null;
  return (
    <div className={outdated ? "bar bar-time" : "bar"} role={outdated ? "alert" : "status"}>
      <span>{t(outdated ? "version.outdated" : "version.newer")}</span>
      <Button size="small" type={outdated ? "primary" : "default"} onClick={() => void takeNewest()}>
        {t("version.reload")}
      </Button>
    </div>
  );
}
