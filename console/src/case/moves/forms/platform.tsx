import { Checkbox, Input, Select } from "antd";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { useProblemWords, useSay, useVocabulary } from "@/api/words";
import { minorUnits, useMoney } from "@/shared";
import { type Facts, type FieldsProps, form } from "../types";
import { Field, NoteField, noted, Ways } from "./parts";

interface Recheck {
  decision: "admit" | "ask_proof" | "decline" | null;
  reason: string | null;
  kinds: readonly string[];
  note: string;
}
/** Problems that speak of a request: why a re-check may end it. */
const DECLINES = [
  "evidence_unclear",
  "evidence_does_not_match",
  "proof_demanded",
  "window_closed",
  "final_sale",
  "order_source_not_eligible",
];

function RecheckFields({ draft, set, facts }: FieldsProps<Recheck>) {
  const { t } = useTranslation("case");
  const say = useSay("evidence_kinds");
  const kinds = useVocabulary("evidence_kinds");
  const words = useProblemWords();
  const ids = { reason: useId(), kinds: useId() };
  const verdict = facts.seen.verdict as { reasons?: { code: string }[] } | null;
  const reasons = [
    ...new Set([...(verdict?.reasons ?? []).map((one) => one.code).filter((code) => code !== "allow"), ...DECLINES]),
  ];
  const known = reasons.filter((code) => words(code).next !== "");
  return (
    <>
      <Ways
        label={t("recheck.decision")}
        value={draft.decision}
        onChange={(decision) => set({ decision: decision as Recheck["decision"] })}
        options={["admit", "ask_proof", "decline"].map((word) => ({
          value: word,
          label: t(`recheck.${word}`),
          help: t(`recheck.${word}_help`),
        }))}
      />
      {draft.decision === "decline" && (
        <Field label={t("recheck.reason")} id={ids.reason}>
          <Select
            id={ids.reason}
            value={draft.reason}
            options={known.map((code) => ({ value: code, label: words(code).says }))}
            onChange={(reason: string) => set({ reason })}
          />
        </Field>
      )}
      {draft.decision === "ask_proof" && (
        <Field label={t("propose.kinds")} id={ids.kinds}>
          <Select
            id={ids.kinds}
            mode="multiple"
            optionFilterProp="label"
            value={[...draft.kinds]}
            options={[...kinds.keys()].map((kind) => ({ value: kind, label: say("evidence_kinds", kind) }))}
            onChange={(chosen: string[]) => set({ kinds: chosen })}
          />
        </Field>
      )}
      <NoteField
        label={t("form.opinion")}
        value={draft.note}
        max={2000}
        onChange={(change) => set((now) => ({ note: change(now.note) }))}
      />
    </>
  );
}

export const decide_recheck = form<Recheck>({
  first: () => ({ decision: null, reason: null, kinds: [], note: "" }),
  Fields: RecheckFields,
  lacking: (draft) => {
    if (draft.decision === null) return "decision";
    if (draft.decision === "decline" && !draft.reason) return "reason";
    return draft.decision === "ask_proof" && draft.kinds.length === 0 ? "kinds" : null;
  },
  body: (draft) => ({
    decision: draft.decision,
    ...(draft.decision === "decline" ? { reason: draft.reason } : {}),
    ...(draft.decision === "ask_proof" ? { kinds: draft.kinds } : {}),
    ...noted(draft),
  }),
});

interface Failed {
  refund: string | null;
  text: string;
}
const failed = ({ seen }: Facts) => seen.refunds.filter((one) => one.status === "failed");
const amountOf = (draft: Failed, facts: Facts) => {
  const found = facts.seen.refunds.find((one) => one.id === draft.refund);
  return found ? { amount: found.amount, currency: facts.seen.amount.currency } : null;
};

function RefundFields({ draft, set, facts, give }: FieldsProps<Failed> & { give: boolean }) {
  const { t } = useTranslation("case");
  const money = useMoney();
  const words = useProblemWords();
  const id = useId();
  return (
    <>
      <p className="form-says">{t(give ? "give_up.says" : "retry.says")}</p>
      <Ways
        label={t("retry.which")}
        value={draft.refund}
        onChange={(refund) => set({ refund })}
        options={failed(facts).map((one) => ({
          value: one.id,
          label: money({ amount: one.amount, currency: facts.seen.amount.currency }),
          help: one.failure ? words(one.failure).says : "",
        }))}
      />
      {give ? (
        <NoteField
          label={t("give_up.why")}
          value={draft.text}
          max={2000}
          onChange={(change) => set((now) => ({ text: change(now.text) }))}
        />
      ) : (
        <Field label={t("retry.destination")} id={id} help={t("retry.destination_help")}>
          <Input id={id} value={draft.text} maxLength={500} onChange={(event) => set({ text: event.target.value })} />
        </Field>
      )}
    </>
  );
}

const firstFailed = (facts: Facts): Failed => ({ refund: failed(facts)[0]?.id ?? null, text: "" });

export const retry_refund = form<Failed>({
  first: firstFailed,
  Fields: (props: FieldsProps<Failed>) => <RefundFields {...props} give={false} />,
  lacking: (draft) => (draft.refund === null ? "refund" : null),
  body: (draft) => ({ refund_id: draft.refund, ...(draft.text.trim() ? { destination: draft.text.trim() } : {}) }),
  pays: amountOf,
  confirm: () => "refund",
});

export const give_up_refund = form<Failed>({
  first: firstFailed,
  Fields: (props: FieldsProps<Failed>) => <RefundFields {...props} give />,
  lacking: (draft) => (draft.refund === null ? "refund" : draft.text.trim() === "" ? "note" : null),
  body: (draft) => ({ refund_id: draft.refund, note: draft.text.trim() }),
  danger: true,
});

interface Claim {
  give_back: boolean;
  theme: string | null;
}

function ClaimFields({ draft, set }: FieldsProps<Claim>) {
  const { t } = useTranslation("case");
  const themes = useVocabulary("themes");
  const say = useSay("themes");
  const id = useId();
  return (
    <>
      <Checkbox checked={draft.give_back} onChange={(event) => set({ give_back: event.target.checked })}>
        {t("claim_review.give_back")}
      </Checkbox>
      <Field label={t("claim_review.theme")} id={id}>
        <Select
          id={id}
          allowClear
          value={draft.theme}
          options={[...themes.keys()].map((word) => ({ value: word, label: say("themes", word) }))}
          onChange={(theme: string | undefined) => set({ theme: theme ?? null })}
        />
      </Field>
    </>
  );
}

export const claim_review = form<Claim>({
  first: () => ({ give_back: false, theme: null }),
  Fields: ClaimFields,
  body: (draft) => ({ ...(draft.give_back ? { give_back: true } : {}), ...(draft.theme ? { theme: draft.theme } : {}) }),
});

interface Ruling {
  ruling: string | null;
  liability: string | null;
  rationale: string;
  amount: string;
}

function RulingFields({ draft, set, facts }: FieldsProps<Ruling>) {
  const { t } = useTranslation("case");
  const say = useSay("rulings", "liability");
  const rulings = useVocabulary("rulings");
  const liability = useVocabulary("liability");
  const money = useMoney();
  const ids = { liability: useId(), amount: useId() };
  return (
    <>
      <Ways
        label={t("rule.ruling")}
        value={draft.ruling}
        onChange={(ruling) => set({ ruling, liability: draft.liability === ruling ? null : draft.liability })}
        options={[...rulings.keys()].map((word) => ({ value: word, label: say("rulings", word) }))}
      />
      <Field label={t("rule.liability")} id={ids.liability} help={t("rule.liability_help")}>
        <Select
          id={ids.liability}
          value={draft.liability}
          options={[...liability.keys()].map((word) => ({
            value: word,
            label: say("liability", word),
            disabled: word === draft.ruling,
          }))}
          onChange={(word: string) => set({ liability: word })}
        />
      </Field>
      {draft.ruling === "buyer" && (
        <Field
          label={t("rule.amount", { currency: facts.choices.currency })}
          id={ids.amount}
          help={t("rule.amount_help", { most: money(facts.seen.amount) })}
        >
          <Input
            id={ids.amount}
            inputMode="decimal"
            value={draft.amount}
            onChange={(event) => set({ amount: event.target.value })}
          />
        </Field>
      )}
      <NoteField
        label={t("rule.rationale")}
        value={draft.rationale}
        max={4000}
        rows={5}
        required
        onChange={(change) => set((now) => ({ rationale: change(now.rationale) }))}
      />
    </>
  );
}
const granted = (draft: Ruling, { choices }: Facts) =>
  draft.amount.trim() === "" ? undefined : minorUnits(draft.amount, choices.currency);

export const rule = form<Ruling>({
  first: () => ({ ruling: null, liability: null, rationale: "", amount: "" }),
  Fields: RulingFields,
  lacking: (draft, facts) => {
    if (!draft.ruling) return "ruling";
    if (!draft.liability) return "liability";
    if (draft.ruling === "buyer" && granted(draft, facts) === null) return "amount";
    return draft.rationale.trim() === "" ? "rationale" : null;
  },
  body: (draft, facts) => {
    const amount = draft.ruling === "buyer" ? granted(draft, facts) : undefined;
    return { ruling: draft.ruling, liability: draft.liability, rationale: draft.rationale.trim(), ...(amount ? { amount } : {}) };
  },
  pays: (draft, facts) =>
    draft.ruling === "buyer"
      ? { amount: granted(draft, facts) ?? facts.seen.amount.amount, currency: facts.choices.currency }
      : null,
  confirm: () => "rule",
});

interface Agreement {
  agree: "yes" | "no" | null;
}

function AgreementFields({ draft, set }: FieldsProps<Agreement>) {
  const { t } = useTranslation("case");
  return (
    <Ways
      label={t("confirm_ruling.what")}
      value={draft.agree}
      onChange={(agree) => set({ agree: agree as Agreement["agree"] })}
      options={(["yes", "no"] as const).map((word) => ({
        value: word,
        label: t(`confirm_ruling.${word}`),
        help: t(`confirm_ruling.${word}_help`),
      }))}
    />
  );
}

export const confirm_ruling = form<Agreement>({
  first: () => ({ agree: null }),
  Fields: AgreementFields,
  lacking: (draft) => (draft.agree === null ? "decision" : null),
  body: (draft) => ({ agree: draft.agree === "yes" }),
});
