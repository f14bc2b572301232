/** @jsxImportSource preact */
import { type Case, type Dispute, get } from "./api";
import { useMoney } from "./format";
import { useLoad } from "./loading";
import { useWord, useWords } from "./say";

/** What was ruled and why. */
export function DisputeView({ found }: { found: Case }) {
  const t = useWords();
  const money = useMoney();
  const ruling = useWord("rulings");
  const liability = useWord("liability");
  const state = useWord("dispute_states");
  const { data } = useLoad<Dispute | null>(
    () => (found.dispute ? get<Dispute>(`/v1/cases/${found.id}/dispute`) : Promise.resolve(null)),
    [found.id, found.seq],
  );
  if (!data) return null;
  return (
    <section>
      <h2>{t("dispute")}</h2>
      <p class="quiet">
        {state(data.state)} · {t("dispute.round", { n: data.round })}
      </p>
      {data.rulings.map((one) => (
        <div key={one.seq}>
          <p>
            <strong>{ruling(one.ruling)}</strong> · {liability(one.liability)} ·{" "}
            <span class="figures">{money({ amount: one.amount, currency: one.currency })}</span>
          </p>
          <blockquote dir="auto">{one.rationale}</blockquote>
        </div>
      ))}
      {data.final && <p>{t("dispute.final")}</p>}
    </section>
  );
}
