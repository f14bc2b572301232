/** @jsxImportSource preact */
import { useList, useSaid, useWords } from "./say";

/** A parcel's number as carriers write it. */
export const tidyNumber = (typed: string) => typed.replace(/\s/g, "").toUpperCase();

/** Who carries the parcel. */
export function CarrierField({ value, choose }: { value: string; choose: (carrier: string) => void }) {
  const t = useWords();
  const said = useSaid();
  const carriers = useList("carriers");
  return (
    <label class="field">
      <span>{t("back.carrier")}</span>
      <select value={value} required onChange={(event) => choose(event.currentTarget.value)}>
        <option value="" />
        {[...carriers.values()].map((one) => (
          <option key={one.word} value={one.word}>
            {said({ zh: one.zh, en: one.en })}
          </option>
        ))}
      </select>
    </label>
  );
}
