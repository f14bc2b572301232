/** @jsxImportSource preact */
import { useEffect, useState } from "preact/hooks";
import { useExample, useMinor, useMoney } from "./format";
import { useWords } from "./say";

/** A part of the money, as it is typed, and the whole that it is a part of. */
export interface Part {
  text: string;
  most: number;
}

/** Minor units of what is asked for; nothing where all is, null where no such amount can be. */
export function useAmount(part: Part | null, currency: string): number | null | undefined {
  const minor = useMinor();
  if (part === null) return undefined;
  const amount = minor(part.text, currency);
  return amount !== null && amount <= part.most ? amount : null;
}

export function Amount(props: {
  whole: number;
  currency: string;
  part: Part | null;
  ask: (part: Part | null) => void;
  wrong: boolean;
}) {
  const t = useWords();
  const money = useMoney();
  const example = useExample();
  const { whole, currency, part, ask } = props;
  const [most, know] = useState(part?.most ?? whole);
  const [text, write] = useState(part?.text ?? "");
  useEffect(() => {
    if (part === null) know(whole);
  }, [part, whole]);
  const change = (typed: string) => {
    write(typed);
    ask({ text: typed, most });
  };
  return (
    <fieldset>
      <legend>{t("ask.amount")}</legend>
      <label class="option">
        <input type="radio" name="amount" checked={part === null} onChange={() => ask(null)} />
        <span>{t("ask.amount.whole", { amount: money({ amount: most, currency }) })}</span>
      </label>
      <label class="option">
        <input type="radio" name="amount" checked={part !== null} onChange={() => change(text)} />
        <span>{t("ask.amount.part")}</span>
      </label>
      {part !== null && (
        <label class="field">
          <span>{t("ask.amount.label", { currency })}</span>
          <input inputMode="decimal" value={text} onInput={(event) => change(event.currentTarget.value)} />
          {props.wrong && text !== "" && (
            <span class="careful">
              {t("ask.amount.wrong", { amount: money({ amount: most, currency }), example: example(currency) })}
            </span>
          )}
        </label>
      )}
    </fieldset>
  );
}
