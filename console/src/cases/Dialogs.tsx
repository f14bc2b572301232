import { Input, InputNumber, Modal, Radio, Select } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSay, useVocabulary } from "@/api/words";
import { Money } from "@/shared";
import type { Acts, Asking } from "./acting";
import { sums, useActLabel } from "./BulkBar";
import type { Row } from "./rows";

const MOST_WORDS = 200;

export function Dialogs({ acts }: { acts: Acts }) {
  if (!acts.asking) return null;
  if (acts.asking.act === "reject") return <RejectMany asking={acts.asking} acts={acts} />;
  if (acts.asking.act === "propose") return <ProposeMany asking={acts.asking} acts={acts} />;
  return <PayMuch asking={acts.asking} acts={acts} />;
}

interface Props {
  asking: Asking;
  acts: Acts;
}

/** The stage of a case, as the grounds are listed by it. */
function stageOf(row: Row): string {
  if (row.kind === "cancel") return "cancel";
  return row.state === "return_delivered" ? "rejection_2" : "rejection_1";
}

function useGrounds(rows: readonly Row[]): string[] {
  const grounds = useVocabulary("grounds");
  return useMemo(() => {
    const fits = (traits: Record<string, unknown>, row: Row) => {
      const stages = traits.stages as string[] | undefined;
      const kinds = traits.kinds as string[] | undefined;
      return (!stages || stages.includes(stageOf(row))) && (!kinds || kinds.includes(row.kind));
    };
    return [...grounds.values()].filter((term) => rows.every((row) => fits(term.traits, row))).map((term) => term.word);
  }, [grounds, rows]);
}

/** One ground for all: those that fit the stage of every one. Where proof is demanded the row comes back and says so. */
function RejectMany({ asking, acts }: Props) {
  const { t } = useTranslation("cases");
  const say = useSay("grounds");
  const grounds = useGrounds(asking.rows);
  const label = useActLabel();
  const [ground, setGround] = useState<string>();
  const [note, setNote] = useState("");
  const needsNote = ground === "other" && !note.trim();
  return (
    <Modal
      open
      title={label("reject", asking.rows)}
      okText={label("reject", asking.rows)}
      okButtonProps={{ danger: true, disabled: !ground || needsNote }}
      onOk={() => acts.finish(() => ({ ground, ...(note.trim() ? { note: note.trim() } : {}) }))}
      onCancel={acts.close}
    >
      <div className="form">
        <label htmlFor="ground">{t("reject.ground")}</label>
        <Select
          id="ground"
          autoFocus
          value={ground}
          placeholder={t("reject.choose")}
          showSearch={{ optionFilterProp: "label" }}
          options={grounds.map((word) => ({ value: word, label: say("grounds", word) }))}
          onChange={setGround}
        />
        {grounds.length === 0 && <p className="quiet">{t("reject.noCommon")}</p>}
        <label htmlFor="note">{t("reject.note")}</label>
        <Input.TextArea
          id="note"
          rows={3}
          maxLength={MOST_WORDS}
          showCount
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
        <p className="quiet">{t("reject.proof")}</p>
      </div>
    </Modal>
  );
}

const OFFERS = ["share", "return_refund", "refund_only", "withdraw"] as const;
type Offer = (typeof OFFERS)[number];

/** The same offer to each: a share of what is asked, another kind, or to let it be. */
function ProposeMany({ asking, acts }: Props) {
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
function PayMuch({ asking, acts }: Props) {
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
