/** @jsxImportSource preact */
import { useEffect, useRef } from "preact/hooks";
import type { Case, Event, Order, Verdict } from "./api";
import { Door, Log, MoneyBack, NextUp } from "./CaseParts";
import { DisputeView } from "./Dispute";
import { useMoney } from "./format";
import { tell } from "./frame";
import { Heading } from "./Heading";
import { useNews } from "./live";
import { Loading, Trouble, useLoad } from "./loading";
import { Moves } from "./Moves";
import { Offer } from "./Offer";
import { Owed } from "./Owed";
import { ProofShown } from "./ProofShown";
import { follow } from "./route";
import { SendBack } from "./SendBack";
import { type Key, useWord, useWords } from "./say";
import { Talk } from "./Talk";
import { Reasons } from "./Verdict";
import { type Changed, readWhole, type Whole } from "./whole";

export function CasePage({ id }: { id: string }) {
  const { data, error, again } = useLoad(() => readWhole(id), [id]);
  useNews((news) => news.case_id === id && again());
  useEffect(() => {
    const look = () => document.hidden || again();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [again]);
  const state = data?.case.state;
  useEffect(() => {
    if (state) tell({ kind: "case", case_id: id, state });
  }, [id, state]);
  if (error && !data) return <Trouble error={error} again={again} />;
  if (!data) return <Loading />;
  return <Letter whole={data} again={again} />;
}

/** The case as a letter: how it stands, what comes next by when, what you can do, and why. */
function Letter({ whole, again }: { whole: Whole; again: () => void }) {
  const t = useWords();
  const { case: found, order } = whole;
  const headline = found.ended === "refunded" ? "state.completed.refunded" : (`state.${found.state}` as Key);
  const mine = useRef(false);
  const changed: Changed = (moved) => {
    mine.current = moved;
    again();
  };
  const before = useRef(headline);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever it was read anew
  useEffect(() => {
    if (mine.current && before.current !== headline) window.scrollTo(0, 0); // what became of it stands at the top
    mine.current = false;
    before.current = headline;
  }, [whole]);
  return (
    <>
      <a class="back" href={`/buyer/orders/${order.id}`} onClick={(event) => follow(event, `/orders/${order.id}`)}>
        ‹ {t("order.back")}
      </a>
      <Heading>{t(headline)}</Heading>
      <What found={found} order={order} />
      <Door whole={whole} />
      <Offer found={found} changed={changed} />
      <NextUp found={found} />
      <SendBack found={found} changed={changed} />
      <Moves whole={whole} changed={changed} />
      <MoneyBack whole={whole} />
      <DisputeView found={found} />
      <WhySo found={found} events={whole.events} />
      <Owed order={order} />
      <ProofShown proof={whole.proof} open={found.state.startsWith("rejected") || found.state === "in_dispute"} />
      <Talk found={found} seq={found.seq} />
      <Log events={whole.events} />
    </>
  );
}

function What({ found, order }: { found: Case; order: Order }) {
  const t = useWords();
  const money = useMoney();
  const kind = useWord("kinds");
  const reason = useWord("reasons");
  const titles = new Map(order.lines.map((line) => [line.id, line.title]));
  return (
    <section>
      <p>
        {t("asked", { amount: money(found.amount) })} · {kind(found.kind)} · {reason(found.reason)}
      </p>
      <ul class="lines">
        {found.lines.map((line) => (
          <li key={line.line_id}>
            <span>
              <bdi>{titles.get(line.line_id)}</bdi>
              {line.quantity > 1 && <span class="quiet"> · {t("order.quantity", { n: line.quantity })}</span>}
            </span>
            <span class="figures">{money({ amount: line.amount, currency: found.amount.currency })}</span>
          </li>
        ))}
      </ul>
      {found.note && <blockquote dir="auto">{found.note}</blockquote>}
    </section>
  );
}

/** By which rules it was decided; a rejection's ground and words first. */
function WhySo({ found, events }: { found: Case; events: Event[] }) {
  const t = useWords();
  const ground = useWord("grounds");
  const verdict = found.verdict as Verdict | null;
  const rejected = [...events].reverse().find((event) => event.type === "rejected" || event.type === "return_rejected");
  const body = (rejected?.body ?? {}) as { ground?: string };
  const no = found.state.startsWith("rejected") || found.state === "in_dispute";
  return (
    <section>
      {no && rejected && (
        <>
          <h2>{t("verdict.why")}</h2>
          <p>{ground(body.ground)}</p>
        </>
      )}
      {verdict && (
        <details>
          <summary>{t("verdict.why")}</summary>
          <Reasons verdict={verdict} />
        </details>
      )}
    </section>
  );
}
