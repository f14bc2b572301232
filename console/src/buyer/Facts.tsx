/** @jsxImportSource preact */
import { useList, useWord, useWords } from "./say";

/** Questions that only the buyer can answer. */
export function Facts({
  facts,
  told,
  tell,
}: {
  facts: string[];
  told: Record<string, boolean>;
  tell: (told: Record<string, boolean>) => void;
}) {
  const t = useWords();
  const known = useList("facts");
  const flags = facts.filter((fact) => known.get(fact)?.traits.type === "flag" && known.get(fact)?.traits.changeable === "buyer");
  if (flags.length === 0) return null;
  return (
    <fieldset>
      <legend>{t("ask.facts")}</legend>
      {flags.map((fact) => (
        <Fact key={fact} fact={fact} value={told[fact]} tell={(value) => tell({ ...told, [fact]: value })} />
      ))}
    </fieldset>
  );
}

function Fact({ fact, value, tell }: { fact: string; value: boolean | undefined; tell: (value: boolean) => void }) {
  const t = useWords();
  const question = `${useWord("facts")(fact)}?`;
  return (
    <div role="radiogroup" aria-label={question}>
      <p>{question}</p>
      {[true, false].map((answer) => (
        <label class="option" key={String(answer)}>
          <input type="radio" name={fact} checked={value === answer} onChange={() => tell(answer)} />
          <span>{t(answer ? "yes" : "no")}</span>
        </label>
      ))}
    </div>
  );
}
