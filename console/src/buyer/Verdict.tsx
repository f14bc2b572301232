/** @jsxImportSource preact */
import type { Verdict, Way } from "./api";
import { Needed } from "./Proof";
import { type Key, useSaid, useWords } from "./say";

/** What the rules say of a request, by every rule that had a say, and what would pass instead. */
export function VerdictView({ verdict, take }: { verdict: Verdict; take?: (way: Way) => void }) {
  const t = useWords();
  const said = useSaid();
  return (
    <section class={`verdict ${verdict.kind}`} aria-live="polite" data-verdict={verdict.kind}>
      <h2>{t(`verdict.${verdict.kind}` as Key)}</h2>
      {verdict.kind === "needs" && <Needed needs={verdict.needs ?? []} />}
      {verdict.kind !== "declined" && verdict.review_by === "seller" && <p>{t("verdict.by.seller")}</p>}
      {verdict.kind === "declined" || verdict.kind === "undecided" ? <Reasons verdict={verdict} /> : null}
      {(verdict.withheld ?? []).length > 0 && (
        <>
          <h3>{t("verdict.withheld")}</h3>
          {(verdict.withheld ?? []).map((reason) => (
            <p key={reason.rule}>{said(reason.says)}</p>
          ))}
        </>
      )}
      {(verdict.ways ?? []).length > 0 && (
        <>
          <h3>{t("verdict.ways")}</h3>
          <ul class="ways">
            {(verdict.ways ?? []).map((way) => (
              <li key={said(way.says)}>
                <p>{said(way.says)}</p>
                {take && <Take way={way} take={take} />}
              </li>
            ))}
          </ul>
        </>
      )}
      {verdict.kind === "allowed" || verdict.kind === "needs" ? (
        <details>
          <summary>{t("verdict.why")}</summary>
          <Reasons verdict={verdict} />
        </details>
      ) : null}
    </section>
  );
}

function Take({ way, take }: { way: Way; take: (way: Way) => void }) {
  const t = useWords();
  return (
    <button type="button" class="button" onClick={() => take(way)}>
      {t("verdict.way")}
    </button>
  );
}

export function Reasons({ verdict }: { verdict: Verdict }) {
  const t = useWords();
  const said = useSaid();
  return (
    <>
      {(verdict.reasons ?? []).map((reason) => (
        <div key={reason.rule + reason.code}>
          <p>{said(reason.says)}</p>
          {reason.source && <p class="source">{t("verdict.source", { source: reason.source })}</p>}
        </div>
      ))}
    </>
  );
}
