import { Input, Select } from "antd";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { useSay, useVocabulary } from "@/api/words";
import { minorDigits, minorUnits, useMoney } from "@/shared";
import { type Facts, type FieldsProps, form } from "../types";
import { Field, NoteField, noted, Ways } from "./parts";

interface Draft {
  what: "change" | "prove" | "withdraw";
  kind: string;
  amount: string;
  kinds: readonly string[];
  freight: string;
  note: string;
}
const BACK = new Set(["return_refund", "exchange"]);
const FREIGHT = ["seller", "buyer", "platform"];

const typed = (draft: Draft, { choices }: Facts) =>
  draft.amount.trim() === "" ? null : minorUnits(draft.amount, choices.currency);

export const plainAmount = (amount: number, currency: string) =>
  (amount / 10 ** minorDigits(currency)).toFixed(minorDigits(currency));

function Fields({ draft, set, facts }: FieldsProps<Draft>) {
  const { t } = useTranslation("case");
  const say = useSay("kinds", "evidence_kinds", "parties");
  const kinds = useVocabulary("evidence_kinds");
  const money = useMoney();
  const ids = { kind: useId(), amount: useId(), kinds: useId(), freight: useId() };
  const { choices, seen } = facts;
  return (
    <>
      <Ways
        label={t("propose.what")}
        value={draft.what}
        onChange={(what) => set({ what: what as Draft["what"] })}
        options={(["change", "prove", "withdraw"] as const).map((what) => ({
          value: what,
          label: t(`propose.${what}`),
          help: t(`propose.${what}_help`),
        }))}
      />
      {draft.what === "change" && (
        <div className="fields">
          <Field label={t("propose.kind")} id={ids.kind}>
            <Select
              id={ids.kind}
              value={draft.kind}
              options={choices.kinds.map((kind) => ({ value: kind, label: say("kinds", kind) }))}
              onChange={(kind: string) => set({ kind })}
            />
          </Field>
          <Field
            label={t("propose.amount", { currency: choices.currency })}
            id={ids.amount}
            help={t("propose.amount_help", {
              asked: money(seen.amount),
              most: money({ amount: choices.most, currency: choices.currency }),
            })}
          >
            <Input
              id={ids.amount}
              inputMode="decimal"
              value={draft.amount}
              status={draft.amount.trim() !== "" && typed(draft, facts) === null ? "error" : undefined}
              onChange={(event) => set({ amount: event.target.value })}
            />
          </Field>
          {BACK.has(draft.kind) && (
            <Field label={t("propose.freight")} id={ids.freight}>
              <Select
                id={ids.freight}
                value={draft.freight}
                options={FREIGHT.map((party) => ({ value: party, label: say("parties", party) }))}
                onChange={(freight: string) => set({ freight })}
              />
            </Field>
          )}
        </div>
      )}
      {draft.what === "prove" && (
        <Field label={t("propose.kinds")} id={ids.kinds}>
          <Select
            id={ids.kinds}
            mode="multiple"
            value={[...draft.kinds]}
            options={[...kinds.keys()].map((kind) => ({ value: kind, label: say("evidence_kinds", kind) }))}
            optionFilterProp="label"
            onChange={(chosen: string[]) => set({ kinds: chosen })}
          />
        </Field>
      )}
      <NoteField
        label={t("propose.note")}
        value={draft.note}
        max={2000}
        onChange={(change) => set((now) => ({ note: change(now.note) }))}
      />
    </>
  );
}

export const propose = form<Draft>({
  first: ({ seen, choices }) => ({
    what: "change",
    kind: seen.kind,
    amount: plainAmount(seen.amount.amount, choices.currency),
    kinds: [],
    freight: "seller",
    note: "",
  }),
  Fields,
  lacking: (draft, facts) => {
    if (draft.what === "prove") return draft.kinds.length === 0 ? "kinds" : null;
    if (draft.what === "withdraw") return null;
    const amount = typed(draft, facts);
    if (draft.amount.trim() !== "" && amount === null) return "amount";
    if (amount !== null && (amount <= 0 || amount > facts.choices.most)) return "amount";
    return draft.kind === facts.seen.kind && (amount ?? facts.seen.amount.amount) === facts.seen.amount.amount
      ? "nothing_changes"
      : null;
  },
  body: (draft, facts) => {
    const amount = typed(draft, facts);
    return {
      what: draft.what,
      ...(draft.what === "change" ? { kind: draft.kind, ...(amount ? { amount } : {}) } : {}),
      ...(draft.what === "change" && BACK.has(draft.kind) ? { freight: draft.freight } : {}),
      ...(draft.what === "prove" ? { kinds: draft.kinds } : {}),
      ...noted(draft),
    };
  },
});
