import { useTranslation } from "react-i18next";
import { type FieldsProps, form } from "../types";
import { NoteField, noted } from "./parts";

interface Noted {
  note: string;
}

function SaidFields({ draft, set, says }: FieldsProps<Noted> & { says: string }) {
  const { t } = useTranslation("case");
  return (
    <>
      <p className="form-says">{t(says)}</p>
      <NoteField
        label={t("form.note")}
        value={draft.note}
        max={2000}
        onChange={(change) => set((now) => ({ note: change(now.note) }))}
      />
    </>
  );
}

/** An exchange becomes a refund: the money goes back instead of other goods. */
export const convert_to_refund = form<Noted>({
  first: () => ({ note: "" }),
  Fields: (props: FieldsProps<Noted>) => <SaidFields {...props} says="convert.says" />,
  body: noted,
  pays: (_, { seen }) => seen.amount,
  confirm: () => "refund",
});

export const complain_to_carrier = form<Noted>({
  first: () => ({ note: "" }),
  Fields: (props: FieldsProps<Noted>) => <SaidFields {...props} says="complain.says" />,
  body: noted,
});

function AgreeFields() {
  const { t } = useTranslation("case");
  return <p className="form-says">{t("agree.says")}</p>;
}

/** The buyer refuses the parcel and is refunded; nothing is filled in. */
export const agree_refusal = form<object>({ first: () => ({}), Fields: AgreeFields, body: () => ({}) });
