import { Select } from "antd";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { useSay, useVocabulary } from "@/api/words";
import { type Piece, ProofField, proofBody } from "../../proof/ProofField";
import { type FieldsProps, form } from "../types";
import { Field, NoteField, noted } from "./parts";

interface Kinds {
  kinds: readonly string[];
  note: string;
}

function AskFields({ draft, set }: FieldsProps<Kinds>) {
  const { t } = useTranslation("case");
  const id = useId();
  const kinds = useVocabulary("evidence_kinds");
  const say = useSay("evidence_kinds");
  return (
    <>
      <p className="form-says">{t("ask.once")}</p>
      <Field label={t("propose.kinds")} id={id}>
        <Select
          id={id}
          mode="multiple"
          value={[...draft.kinds]}
          optionFilterProp="label"
          options={[...kinds.keys()].map((kind) => ({ value: kind, label: say("evidence_kinds", kind) }))}
          onChange={(chosen: string[]) => set({ kinds: chosen })}
        />
      </Field>
      <NoteField
        label={t("ask.note")}
        value={draft.note}
        max={2000}
        onChange={(change) => set((now) => ({ note: change(now.note) }))}
      />
    </>
  );
}

/** Which kinds the buyer is asked for; the review waits for the answer. */
export const ask_for_proof = form<Kinds>({
  first: ({ choices }) => ({
    kinds: [...new Set(choices.demanded.flatMap((need) => [...(need.all_of ?? []), ...(need.any_of ?? []).slice(0, 1)]))],
    note: "",
  }),
  Fields: AskFields,
  lacking: (draft) => (draft.kinds.length === 0 ? "kinds" : null),
  body: (draft) => ({ kinds: draft.kinds, ...noted(draft) }),
});

interface Proofs {
  pieces: readonly Piece[];
}

/** Proof of one's own side, without deciding anything. */
export const submit_evidence = form<Proofs>({
  first: () => ({ pieces: [] }),
  Fields: ({ draft, set, facts }: FieldsProps<Proofs>) => (
    <ProofField
      orderId={facts.seen.order_id}
      pieces={draft.pieces}
      onChange={(change) => set((now) => ({ pieces: change(now.pieces) }))}
    />
  ),
  lacking: (draft) => (proofBody(draft.pieces).length === 0 ? "proof" : null),
  body: (draft) => ({ proof: proofBody(draft.pieces) }),
});

interface Appeal extends Proofs {
  note: string;
}

function AppealFields({ draft, set, facts }: FieldsProps<Appeal>) {
  const { t } = useTranslation("case");
  return (
    <>
      <p className="form-says">{t("appeal.stronger")}</p>
      <NoteField
        label={t("appeal.why")}
        value={draft.note}
        max={2000}
        onChange={(change) => set((now) => ({ note: change(now.note) }))}
      />
      <ProofField
        orderId={facts.seen.order_id}
        pieces={draft.pieces}
        onChange={(change) => set((now) => ({ pieces: change(now.pieces) }))}
      />
    </>
  );
}

/** Another ruling, with stronger proof than before. */
export const appeal = form<Appeal>({
  first: () => ({ pieces: [], note: "" }),
  Fields: AppealFields,
  lacking: (draft) => (draft.note.trim() === "" && proofBody(draft.pieces).length === 0 ? "proof" : null),
  body: (draft) => ({
    ...noted(draft),
    ...(draft.pieces.length > 0 ? { proof: proofBody(draft.pieces) } : {}),
  }),
});
