import { CloudSyncOutlined } from "@ant-design/icons";
import { Badge, Button, Drawer } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Attention, Waiting } from "./Outbox";
import { useOutbox } from "./outbox";

const UNHEARD = new Set(["rejected_late", "rejected_conflict", "refused"]);

/** Stands in the header only while something waits to be sent, or did not count and has not been read. */
export function OutboxButton() {
  const { t } = useTranslation("offline");
  const rows = useOutbox();
  const [open, setOpen] = useState(false);
  const waiting = rows.filter((row) => row.state === "waiting");
  const attention = rows.filter((row) => UNHEARD.has(row.state));
  if (waiting.length + attention.length === 0 && !open) return null;
  const label =
    attention.length > 0 ? t("attention.count", { count: attention.length }) : t("waiting.count", { count: waiting.length });
  return (
    <>
      <Button type="text" danger={attention.length > 0} onClick={() => setOpen(true)} aria-label={label} title={label}>
        <Badge
          className="outbox-count"
          count={attention.length || waiting.length}
          size="small"
          color={attention.length > 0 ? "var(--time)" : "var(--others)"}
          offset={[4, -2]}
        >
          <CloudSyncOutlined />
        </Badge>
        <span className="outbox-label">{label}</span>
      </Button>
      <Drawer open={open} onClose={() => setOpen(false)} title={t("title")} size="default">
        <Attention rows={attention} close={() => setOpen(false)} />
        <Waiting rows={waiting} />
      </Drawer>
    </>
  );
}
