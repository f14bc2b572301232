import { Button } from "antd";
import { useEffect, useState, useSyncExternalStore } from "react";
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import { type Held, HOLD_MS, useHeld } from "./hold";
import "./hold.css";

/** Several screens may ask for the tray; the one that asked first draws it. */
let asking: readonly symbol[] = [];
const waiting = new Set<() => void>();

function set(next: readonly symbol[]): void {
  asking = next;
  for (const listener of waiting) listener();
}

function useFirst(): boolean {
  const [me] = useState(() => Symbol("tray"));
  useEffect(() => {
    set([...asking, me]);
    return () => set(asking.filter((one) => one !== me));
  }, [me]);
  return useSyncExternalStore(
    (listener) => {
      waiting.add(listener);
      return () => waiting.delete(listener);
    },
    () => asking[0] === me,
  );
}

/** Everything that is held back, each with the seconds that are left and a way back. */
export function HoldTray() {
  const held = useHeld();
  const first = useFirst();
  if (!first || held.length === 0) return null;
  return createPortal(
    <div className="hold-tray" role="status">
      {held.map((one) => (
        <Holding key={one.id} held={one} />
      ))}
    </div>,
    document.body,
  );
}

function Holding({ held }: { held: Held }) {
  const { t } = useTranslation("case");
  const [left, setLeft] = useState(held.until - Date.now());
  useEffect(() => {
    const timer = setInterval(() => setLeft(held.until - Date.now()), 200);
    return () => clearInterval(timer);
  }, [held.until]);
  return (
    <div className="hold">
      <span className="hold-says">{held.label}</span>
      {held.undo ? (
        <>
          <span className="hold-left figures" aria-hidden="true">
            {Math.max(0, Math.ceil(left / 1000))}
          </span>
          <Button size="small" onClick={held.undo} data-testid="undo">
            {t("hold.undo")}
          </Button>
          <span className="hold-bar" style={{ animationDuration: `${HOLD_MS}ms` }} />
        </>
      ) : (
        <span className="hold-left">{t("hold.going")}</span>
      )}
    </div>
  );
}
