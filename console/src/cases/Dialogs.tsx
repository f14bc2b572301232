import { Input, InputNumber, Modal, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Money } from "@/shared";
import { type Deciding, MOST_WORDS } from "./acting";
import { sums, useActLabel } from "./BulkBar";
import { RejectMany } from "./RejectMany";
import type { Row } from "./rows";

export default function Dialogs({ asking, acts }: Deciding) {
  if (asking.act === "reject") return <RejectMany asking={asking} acts={acts} />;
  if (asking.act === "propose") return <ProposeMany asking={asking} acts={acts} />;
  return <PayMuch asking={asking} acts={acts} />;
}

const OFFERS = ["share", "return_refund", "refund_only", "withdraw"] as const;
type Offer = (typeof OFFERS)[number];

/** The same offer to each: a share of what is asked, another kind, or to let it be. */
function ProposeMany({ asking, acts }: Deciding) {
  const { t } = useTranslation("cases");
  const label = useActLabel();
  const [offer, setOffer] = useState<Offer>("share");
  const [share, setShare] = useState<number>(50);
  const [note, setNote] = useState("");
  const body = (row: Row) => {
    const words = note.trim() ? { note: note.trim() } : {};
    if (offer === "withdraw") return { what: "withdraw", ...words };
    if (offer === "share")
      return { what: "change", amount: Math.max(1, Math.floor((row.amount.amount * share) / 100)), ...words };
    return { what: "change", kind: offer, ...words };
  };
  return (
    <Modal
      open
      title={label("propose", asking.rows)}
      okText={label("propose", asking.rows)}
      onOk={() => acts.finish(body)}
      onCancel={acts.close}
    >
      <div className="form">
        <Radio.Group vertical value={offer} onChange={(event) => setOffer(event.target.value)} aria-label={t("propose.what")}>
          {OFFERS.map((one) => (
            <Radio key={one} value={one}>
              {t(`propose.${one}`)}
            </Radio>
          ))}
        </Radio.Group>
        {offer === "share" && (
          <>
            <label htmlFor="share">{t("propose.percent")}</label>
            <InputNumber
              id="share"
              min={1}
              max={99}
              precision={0}
              suffix="%"
              value={share}
              onChange={(value) => setShare(value ?? 1)}
            />
          </>
        )}
        <label htmlFor="note">{t("propose.note")}</label>
        <Input.TextArea
          id="note"
          rows={3}
          maxLength={MOST_WORDS}
          showCount
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      </div>
    </Modal>
  );
}

/** Much money is asked about before it leaves, with the amount in the button; then it is not held back as well. */
function PayMuch({ asking, acts }: Deciding) {
  const { t } = useTranslation("cases");
  const label = useActLabel();
  return (
    <Modal
      open
      title={t("pay.title")}
      okText={label(asking.act, asking.rows)}
      onOk={() => acts.finish(() => ({}), true)}
      onCancel={acts.close}
    >
      <p>{t("pay.text", { count: asking.rows.length })}</p>
      <ul>
        {sums(asking.rows).map((sum) => (
          <li key={sum.currency}>
            <Money value={sum} strong />
          </li>
        ))}
      </ul>
    </Modal>
  );
}
