/** @jsxImportSource preact */
import { useState } from "preact/hooks";
import { useExample, useMinor, useMoney } from "./format";
import { useWords } from "./say";

/** Minor units of the part that is typed; nothing where all is asked for, null where no such amount can be. */
export function useAmount(part: string | null, currency: string, most = Number.MAX_SAFE_INTEGER): number | null | undefined {
  const minor = useMinor();
  if (part === null) return undefined;
  const amount = minor(part, currency);
  return amount !== null && amount <= most ? amount : null;
}

/** All of `most`, or a part of it as it is typed. */
export function Amount(props: {
  most: number;
  currency: string;
  part: string | null;
  ask: (part: string | null) => void;
  wrong: boolean;
}) {
  const t = useWords();
  const money = useMoney();
  const example = useExample();
  const { most, currency, part, ask } = props;
  const [text, write] = useState(part ?? "");
  const change = (typed: string) => {
    write(typed);
    ask(typed);
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
