import { Button } from "antd";
import { useEffect, useState } from "react";
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import { type Held, HOLD_MS, useHeld } from "./hold";
import "./hold.css";

/** Everything that is held back, each with the seconds that are left and a way back. */
export function HoldTray() {
  const held = useHeld();
  if (held.length === 0) return null;
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
      <span className="hold-left figures" aria-hidden="true">
        {Math.max(0, Math.ceil(left / 1000))}
      </span>
      <Button size="small" onClick={held.undo} data-testid="undo">
        {t("hold.undo")}
      </Button>
      <span className="hold-bar" style={{ animationDuration: `${HOLD_MS}ms` }} />
    </div>
  );
}
