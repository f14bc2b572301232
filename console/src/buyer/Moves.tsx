/** @jsxImportSource preact */
import { useState } from "preact/hooks";
import { useAmount } from "./Amount";
import type { GivenProof, Money, Move, Verdict } from "./api";
import { useExample, useMoney } from "./format";
import { forget, keep, kept, useKept } from "./kept";
import { Trouble } from "./loading";
import { kindsOf, Needed, ProofGiver, USUAL } from "./Proof";
import { type Key, useWords, Why } from "./say";
import { SendButton, useSender } from "./sending";
import type { Changed, Whole } from "./whole";

const ELSEWHERE = new Set(["answer_proposal", "ship_return", "correct_return_number"]);
const ASKS_ONCE = new Set(["withdraw", "cancel_dispute", "convert_to_refund", "accept_replacement"]);
const FIRST = [
  "submit_evidence",
  "accept_replacement",
  "convert_to_refund",
  "escalate",
  "appeal",
  "amend",
  "cancel_dispute",
  "withdraw",
];
const PROOF = new Set(["submit_evidence", "escalate", "appeal"]);

/** Every move that is mine: the open ones as buttons, the closed ones with why (U-06). */
export function Moves({ whole, changed }: { whole: Whole; changed: Changed }) {
  const t = useWords();
  const place = `moving.${whole.case.id}`;
  const [chosen, put] = useState(() => kept<string>(place));
  const choose = (move: string | null) => {
    put(move);
    keep(place, ASKS_ONCE.has(move ?? "") ? null : move);
  };
  const { moves } = whole.case;
  const open = FIRST.flatMap((name) => moves.filter((move) => move.open && move.move === name));
  const closed = moves.filter((move) => !move.open);
  const answered = (done: boolean) => {
    if (done) choose(null);
    changed(done);
  };
  const first = open[0]?.move === "submit_evidence" && whole.case.state === "awaiting_proof" ? "submit_evidence" : null;
  const shown = chosen ?? first;
  return (
    <section>
      {open.length > 0 && <h2>{t("can")}</h2>}
      {open.map((move) =>
        shown === move.move ? (
          <Form key={move.move} whole={whole} move={move} answered={answered} leave={() => choose("")} />
        ) : (
          <button type="button" class="button wide" key={move.move} onClick={() => choose(move.move)}>
            {t(`move.${move.move}` as Key)}
          </button>
        ),
      )}
      <Shut moves={closed.filter((move) => !ELSEWHERE.has(move.move) || !open.includes(move))} />
    </section>
  );
}

function Shut({ moves }: { moves: Move[] }) {
  const t = useWords();
  if (moves.length === 0) return null;
  return (
    <details>
      <summary>{t("cannot")}</summary>
      <dl>
        {moves.map((move) => (
          <div key={move.move}>
            <dt>{t(`move.${move.move}` as Key)}</dt>
            <dd>
              <Why codes={move.reasons ?? []} />
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Form({ whole, move, answered, leave }: { whole: Whole; move: Move; answered: Changed; leave: () => void }) {
  const t = useWords();
  const { case: found } = whole;
  const sender = useSender();
  const name = `move.${found.id}.${move.move}.`;
  const [note, write] = useKept(`${name}note`, "");
  const [less, ask] = useKept(`${name}amount`, "");
  const { amount: asked } = found;
  const amount = useAmount(less.trim() ? less : null, asked.currency);
  const [proof, give] = useState<{ given: GivenProof[]; busy: boolean }>({ given: [], busy: false });
  const needs = ((found.verdict as Verdict | null)?.needs ?? []).filter((need) => need.kind === "proof");
  const kinds = [...new Set([...kindsOf(needs), ...USUAL])];
  const asksOnce = ASKS_ONCE.has(move.move);
  const body = {
    ...(note.trim() && !asksOnce ? { note: note.trim() } : {}),
    ...(proof.given.length > 0 ? { proof: proof.given } : {}),
    ...(move.move === "amend" && amount ? { amount } : {}),
  };
  const lacking = (move.move === "submit_evidence" && proof.given.length === 0) || proof.busy || amount === null;
  const submit = async (event: Event) => {
    event.preventDefault();
    const sent = await sender.send(`/v1/cases/${found.id}/moves/${move.move}`, body, found.version);
    if (sent) forget(name);
    answered(sent !== null);
  };
  const hint = move.move === "escalate" ? t("escalate.hint") : move.move === "appeal" ? t("appeal.hint") : "";
  return (
    <form class="move" onSubmit={submit}>
      <h3>{t(`move.${move.move}` as Key)}</h3>
      {asksOnce && <p>{t(`${move.move}.sure` as Key)}</p>}
      {hint && <p>{hint}</p>}
      {move.move === "submit_evidence" && <Needed needs={needs} />}
      {PROOF.has(move.move) && (
        <ProofGiver order={found.order_id} name={name} kinds={kinds} given={(given, busy) => give({ given, busy })} />
      )}
      {move.move === "amend" && <Less most={asked} text={less} write={ask} wrong={amount === null} />}
      {!asksOnce && move.move !== "submit_evidence" && (
        <label class="field">
          <span>{t("ask.note")}</span>
          <textarea dir="auto" rows={3} maxLength={2000} value={note} onInput={(event) => write(event.currentTarget.value)} />
        </label>
      )}
      {sender.error && <Trouble error={sender.error} />}
      <div class="buttons">
        <SendButton busy={sender.busy} ready={!lacking}>
          {t(asksOnce ? "sure.yes" : "ask.send")}
        </SendButton>
        <button type="button" class="button" onClick={leave}>
          {t(asksOnce ? "sure.no" : "cancel")}
        </button>
      </div>
    </form>
  );
}

/** Ask for less than before. */
function Less({ most, text, write, wrong }: { most: Money; text: string; write: (text: string) => void; wrong: boolean }) {
  const t = useWords();
  const money = useMoney();
  const example = useExample();
  return (
    <label class="field">
      <span>
        {t("ask.amount.label", { currency: most.currency })} <span class="quiet">({t("optional")})</span>
      </span>
      <input inputMode="decimal" value={text} onInput={(event) => write(event.currentTarget.value)} />
      {wrong && <span class="careful">{t("ask.amount.wrong", { amount: money(most), example: example(most.currency) })}</span>}
    </label>
  );
}
