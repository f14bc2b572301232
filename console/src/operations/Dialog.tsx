import { Input, Modal, Radio } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemNotice } from "@/shared";
import type { Given } from "./data";

interface Props {
  title: string;
  help: string;
  asks: readonly (keyof Given)[];
  error: unknown;
  busy: boolean;
  go: (given: Given) => void;
  close: () => void;
}

const HOWS = ["done", "not_needed", "sent_again"] as const;

/** Asks for what an act needs; its button says once more what it does. */
export function Dialog({ title, help, asks, error, busy, go, close }: Props) {
  const { t } = useTranslation("operations");
  const [given, setGiven] = useState<Given>({ how: "done" });
  const [opener] = useState(() => document.activeElement);
  // It is taken away at once, before the kit could give the focus back to where it came from.
  useEffect(() => () => (opener instanceof HTMLElement ? opener.focus() : undefined), [opener]);
  return (
    <Modal
      open
      title={title}
      okText={title}
      cancelText={t("does.cancel")}
      confirmLoading={busy}
      onOk={() => go(given)}
      onCancel={close}
      mask={{ closable: false }} // a second press of a hurried hand, or one beside it, takes no words away
    >
      <p className="quiet">{help}</p>
      {asks.includes("how") && (
        <Radio.Group
          className="dialog-field"
          value={given.how}
          aria-label={t("does.how")}
          onChange={(event) => setGiven({ ...given, how: event.target.value })}
          options={HOWS.map((how) => ({ value: how, label: t(`does.hows.${how}`) }))}
          vertical
        />
      )}
      {asks.includes("destination") && (
        <Input
          className="dialog-field"
          maxLength={500}
          aria-label={t("does.destination")}
          placeholder={t("does.destination")}
          value={given.destination ?? ""}
          onChange={(event) => setGiven({ ...given, destination: event.target.value })}
        />
      )}
      {asks.includes("note") && (
        <Input.TextArea
          className="dialog-field"
          maxLength={2000}
          autoSize={{ minRows: 2, maxRows: 6 }}
          aria-label={t("does.note")}
          placeholder={t("does.note")}
          value={given.note ?? ""}
          onChange={(event) => setGiven({ ...given, note: event.target.value })}
        />
      )}
      {error ? <ProblemNotice error={error} /> : null}
    </Modal>
  );
}
