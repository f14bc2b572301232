import { Checkbox, Input, Select } from "antd";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { useProblemWords, useSay, useVocabulary } from "@/api/words";
import { ScanButton } from "@/shared/scan";
import { type Facts, type FieldsProps, form } from "../types";
import { Field, NoteField, noted, Ways } from "./parts";

interface Number_ {
  carrier: string | null;
  number: string;
}

/** Carrier and number: typed, or read from the label by camera or picture (U-08). */
function NumberFields({ draft, set }: FieldsProps<Number_>) {
  const { t } = useTranslation("case");
  const carriers = useVocabulary("carriers");
  const say = useSay("carriers");
  const ids = { carrier: useId(), number: useId() };
  return (
    <div className="fields">
      <Field label={t("number.carrier")} id={ids.carrier}>
        <Select
          id={ids.carrier}
          showSearch
          optionFilterProp="label"
          value={draft.carrier}
          options={[...carriers.keys()].map((word) => ({ value: word, label: say("carriers", word) }))}
          onChange={(carrier: string) => set({ carrier })}
        />
      </Field>
      <Field label={t("number.number")} id={ids.number} help={t("number.help")}>
        <div className="number-line">
          <Input
            id={ids.number}
            value={draft.number}
            maxLength={64}
            autoCapitalize="characters"
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => set({ number: event.target.value })}
          />
          <ScanButton onFound={(number) => set({ number: number.slice(0, 64) })} />
        </div>
      </Field>
    </div>
  );
}

const numbered = {
  Fields: NumberFields,
  lacking: (draft: Number_) => (!draft.carrier ? "carrier" : draft.number.trim() === "" ? "number" : null),
  body: (draft: Number_) => ({ carrier: draft.carrier, tracking_number: draft.number.trim() }),
};

/** The goods that are owed for those that came back. */
export const ship_replacement = form<Number_>({ first: () => ({ carrier: null, number: "" }), ...numbered });

/** The right number of a return. */
export const correct_return_number = form<Number_>({
  first: ({ choices }) => {
    const back = choices.journeys.filter((one) => one.direction === "return").at(-1);
    return { carrier: back?.carrier ?? null, number: back?.tracking_number ?? "" };
  },
  ...numbered,
});

interface Interception {
  parcel: string | null;
  whole: boolean;
}
const parcelOf = (draft: Interception, { choices }: Facts) => choices.parcels.find((one) => one.parcel_id === draft.parcel);

function InterceptionFields({ draft, set, facts }: FieldsProps<Interception>) {
  const { t } = useTranslation("case");
  const say = useSay("parcel_statuses", "carriers");
  const words = useProblemWords();
  const chosen = parcelOf(draft, facts);
  const title = (id: string) => facts.order?.lines.find((one) => one.id === id)?.title ?? id;
  return (
    <>
      <p className="form-says">{t("intercept.cost")}</p>
      <Ways
        label={t("intercept.parcel")}
        value={draft.parcel}
        onChange={(parcel) => set({ parcel, whole: false })}
        options={facts.choices.parcels.map((parcel) => ({
          value: parcel.parcel_id,
          disabled: parcel.problem !== null,
          label: `${say("carriers", parcel.carrier)} ${parcel.tracking_number ?? t("parcel.no_number")}`,
          help: parcel.problem ? words(parcel.problem).says : say("parcel_statuses", parcel.status),
        }))}
      />
      {chosen && chosen.other_lines.length > 0 && (
        <div className="field">
          <p className="field-problem">{t("intercept.others")}</p>
          <ul className="plain">
            {chosen.other_lines.map((id) => (
              <li key={id}>{title(id)}</li>
            ))}
          </ul>
          <Checkbox checked={draft.whole} onChange={(event) => set({ whole: event.target.checked })}>
            {t("intercept.whole")}
          </Checkbox>
        </div>
      )}
    </>
  );
}

/** The carrier stops a parcel on its way; what else travels in it is named. */
export const order_interception = form<Interception>({
  first: ({ choices }) => ({ parcel: choices.parcels.find((one) => one.problem === null)?.parcel_id ?? null, whole: false }),
  Fields: InterceptionFields,
  lacking: (draft, facts) => {
    const chosen = parcelOf(draft, facts);
    if (!chosen) return "parcel";
    return chosen.other_lines.length > 0 && !draft.whole ? "other_lines" : null;
  },
  body: (draft) => ({ parcel_id: draft.parcel, ...(draft.whole ? { whole_parcel: true } : {}) }),
});

interface Settling {
  decision: string | null;
  note: string;
}

function SettleFields({ draft, set }: FieldsProps<Settling>) {
  const { t } = useTranslation("case");
  return (
    <>
      <Ways
        label={t("settle.what")}
        value={draft.decision}
        onChange={(decision) => set({ decision })}
        options={["found", "lost", "never_sent", "genuine"].map((word) => ({
          value: word,
          label: t(`settle.${word}`),
          help: t(`settle.${word}_help`),
        }))}
      />
      <NoteField
        label={t("form.note")}
        value={draft.note}
        max={2000}
        onChange={(change) => set((now) => ({ note: change(now.note) }))}
      />
    </>
  );
}

/** What became of a return that did not arrive. */
export const settle_return = form<Settling>({
  first: () => ({ decision: null, note: "" }),
  Fields: SettleFields,
  lacking: (draft) => (draft.decision === null ? "decision" : null),
  body: (draft) => ({ decision: draft.decision, ...noted(draft) }),
  pays: (draft, { seen }) => (draft.decision === "lost" ? seen.amount : null),
});
