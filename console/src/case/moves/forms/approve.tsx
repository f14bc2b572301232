import { Button, Select } from "antd";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { useProblemWords, useSay } from "@/api/words";
import { useMoney } from "@/shared";
import { type Facts, type FieldsProps, form } from "../types";
import { Field, NoteField, noted, Ways } from "./parts";

interface Draft {
  keep: boolean;
  note: string;
  address: string | null;
}

const way = (draft: Draft, { choices }: Facts) => (draft.keep ? choices.keep_goods : choices.approve);

function Fields({ draft, set, facts, instead }: FieldsProps<Draft>) {
  const { t } = useTranslation("case");
  const say = useSay("states");
  const money = useMoney();
  const words = useProblemWords();
  const address = useId();
  const { choices, seen } = facts;
  const chosen = way(draft, facts);
  const back = choices.approve && !choices.approve.pays && choices.approve.to_state === "awaiting_buyer_ship";
  const said = (one: typeof chosen) =>
    one === null
      ? ""
      : one.pays
        ? t("approve.pays", { amount: money({ amount: one.amount, currency: choices.currency }) })
        : t("approve.to", { state: say("states", one.to_state) });
  return (
    <>
      {choices.approve && choices.keep_goods ? (
        <Ways
          label={t("approve.how")}
          value={draft.keep ? "keep" : "as_asked"}
          onChange={(value) => set({ keep: value === "keep" })}
          options={[
            { value: "as_asked", label: t("approve.as_asked"), help: said(choices.approve) },
            { value: "keep", label: t("approve.keep"), help: said(choices.keep_goods) },
          ]}
        />
      ) : (
        <p className="form-says">{said(chosen)}</p>
      )}
      {chosen?.problem && (
        <p className="field-problem" role="alert">
          {words(chosen.problem).says} {words(chosen.problem).next}
        </p>
      )}
      {back && !draft.keep && (
        <Field
          label={t("approve.address")}
          id={address}
          help={choices.addresses.length === 0 ? t("approve.no_address") : t("approve.address_help")}
        >
          <Select
            id={address}
            allowClear
            value={draft.address}
            disabled={choices.addresses.length === 0}
            placeholder={t("approve.preferred")}
            options={choices.addresses.map((one) => ({ value: one.id, label: `${one.name} · ${one.city}` }))}
            onChange={(value: string | undefined) => set({ address: value ?? null })}
          />
        </Field>
      )}
      {seen.moves.some((move) => move.move === "propose" && move.open) && (
        <p className="form-aside">
          {t("approve.part")}{" "}
          <Button type="link" size="small" onClick={() => instead("propose", { what: "change", kind: seen.kind })}>
            {t("approve.offer_part")}
          </Button>
        </p>
      )}
      <NoteField
        label={t("form.note")}
        value={draft.note}
        max={2000}
        onChange={(change) => set((now) => ({ note: change(now.note) }))}
      />
    </>
  );
}

export const approve = form<Draft>({
  first: ({ choices }) => ({ keep: choices.approve === null && choices.keep_goods !== null, note: "", address: null }),
  Fields,
  body: (draft) => ({
    ...(draft.keep ? { keep_goods: true } : {}),
    ...noted(draft),
    ...(draft.address && !draft.keep ? { return_address_id: draft.address } : {}),
  }),
  pays: (draft, facts) => {
    const chosen = way(draft, facts);
    return chosen?.pays ? { amount: chosen.amount, currency: facts.choices.currency } : null;
  },
  confirm: (draft, facts) => (way(draft, facts)?.pays ? "refund" : null),
  direct: ({ choices }) => choices.keep_goods === null && choices.approve?.pays === true && !choices.approve.problem,
});
