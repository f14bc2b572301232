import { Input, InputNumber, Select } from "antd";
import { useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/api/words";
import { minorDigits, minorUnits } from "@/shared";
import type { Fact } from "./data";
import type { Told } from "./facts";

interface Props {
  fact: Fact;
  currency: string;
  value: Told | undefined;
  set: (value: Told | null) => void;
}

/** One fact in its own shape; left empty it does not apply. */
export function FactField({ fact, currency, value, set }: Props) {
  const language = useLanguage();
  const id = useId();
  return (
    <div className="fact">
      <label htmlFor={id} title={fact.name}>
        {fact[language]}
      </label>
      <Field id={id} fact={fact} currency={currency} value={value} set={set} />
    </div>
  );
}

function Field({ id, fact, currency, value, set }: Props & { id: string }) {
  const { t } = useTranslation("policies");
  const language = useLanguage();
  const unknown = { value: "unknown", label: t("tryIt.unknown") };
  const common = { id, placeholder: t("tryIt.notTold"), allowClear: true, popupMatchSelectWidth: false, className: "fact-input" };
  if (fact.type === "word") {
    return (
      <Select
        {...common}
        showSearch={{ optionFilterProp: "label" }}
        value={value as string | undefined}
        options={[...fact.options.map((option) => ({ value: option.word, label: option[language] })), unknown]}
        onChange={(word?: string) => set(word ?? null)}
      />
    );
  }
  if (fact.type === "flag") {
    const options = [{ value: "yes", label: t("tryIt.yes") }, { value: "no", label: t("tryIt.no") }, unknown];
    const shown = typeof value === "boolean" ? (value ? "yes" : "no") : (value as string | undefined);
    return (
      <Select
        {...common}
        value={shown}
        options={options}
        onChange={(word?: string) => set(word === undefined ? null : word === "unknown" ? word : word === "yes")}
      />
    );
  }
  if (fact.type === "money") return <MoneyField id={id} currency={currency} value={value} set={set} />;
  return (
    <InputNumber
      id={id}
      className="fact-input"
      placeholder={t("tryIt.notTold")}
      value={value === undefined ? null : Number(value)}
      precision={fact.type === "percent" ? 2 : fact.type === "count" ? undefined : 0}
      suffix={fact.type === "count" ? undefined : t(`unit.${fact.type}`, { n: "" }).trim()}
      onChange={(number) => set(number === null ? null : fact.type === "percent" ? String(number) : number)}
    />
  );
}

function MoneyField({ id, currency, value, set }: { id: string; currency: string; value: Told | undefined; set: Props["set"] }) {
  const { t } = useTranslation("policies");
  const kept = typeof value === "object" ? value : undefined;
  const digits = minorDigits(currency);
  const [text, setText] = useState(kept ? (kept.amount / 10 ** digits).toFixed(digits) : "");
  useEffect(() => {
    if (value === undefined) setText("");
  }, [value]);
  const bad = text !== "" && minorUnits(text, currency) === null;
  return (
    <Input
      id={id}
      className="fact-input"
      inputMode="decimal"
      value={text}
      status={bad ? "error" : undefined}
      suffix={kept?.currency ?? currency}
      placeholder={t("tryIt.notTold")}
      onChange={(event) => {
        setText(event.target.value);
        const amount = minorUnits(event.target.value, currency);
        set(amount === null ? null : { amount, currency });
      }}
    />
  );
}
