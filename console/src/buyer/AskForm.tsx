/** @jsxImportSource preact */
import { useCallback, useEffect, useState } from "preact/hooks";
import { judged } from "./Ask";
import type { Case, GivenProof, Kind, Need, Order, Preview, Problem, Reason } from "./api";
import { passing, Refused } from "./api";
import { useMinor, useMoney } from "./format";
import { tell } from "./frame";
import { useKept } from "./kept";
import { Trouble } from "./loading";
import { kindsOf, ProofGiver } from "./Proof";
import { go } from "./route";
import { type Key, useList, useWord, useWords, Why } from "./say";
import { useSender } from "./sending";
import { Lines, type Units } from "./Units";
import { VerdictView } from "./Verdict";

const PAUSE = 350;

/** Everything that a request needs, judged while it is filled in; sent once. */
export function AskForm({ order, kind, reason }: { order: Order; kind: Kind; reason: Reason }) {
  const t = useWords();
  const money = useMoney();
  const [units, count] = useState<Units>(() =>
    Object.fromEntries(order.lines.map((line) => [line.id, line.quantity - line.claimed])),
  );
  const [note, write] = useKept(`ask.${order.id}.${kind.kind}.${reason.reason}`);
  const [told, tellFact] = useState<Record<string, boolean>>({});
  const [amount, ask] = useState<number | null | undefined>(undefined);
  const [destination, name] = useState<string | null>(null);
  const [proof, give] = useState<{ given: GivenProof[]; busy: boolean }>({ given: [], busy: false });
  const sender = useSender();
  const noted = useList("reasons").get(reason.reason)?.traits.note === "required";
  const lines = order.lines.flatMap((line) => (units[line.id] ? [{ line_id: line.id, quantity: units[line.id] }] : []));
  const body = {
    kind: kind.kind,
    reason: reason.reason,
    lines,
    ...(amount ? { amount } : {}),
    ...(note.trim() ? { note: note.trim() } : {}),
    proof: proof.given,
    told,
    ...(destination ? { destination } : {}),
  };
  const { preview, failed, again } = usePreview(order.id, { ...body, note: note.trim() || "…" }, lines.length > 0 && !proof.busy);
  const needs = preview?.verdict?.needs ?? reason.needs ?? [];
  const facts = [...new Set([...Object.keys(told), ...needs.filter((need) => need.kind === "fact").map((need) => need.name)])];
  const kinds = useProofKinds(reason.needs ?? [], needs);
  const declined = preview?.verdict?.kind === "declined" || (preview?.code !== undefined && !preview.verdict);
  const ready =
    preview !== null && !declined && lines.length > 0 && !proof.busy && (!noted || note.trim() !== "") && amount !== null;

  const submit = async (event: Event) => {
    event.preventDefault();
    const made = await sender.send<Case>(`/v1/orders/${order.id}/cases`, body);
    if (!made) return;
    write("");
    tell({ kind: "case", case_id: made.id, state: made.state });
    go(`/cases/${made.id}`);
  };
  const refused = sender.error instanceof Refused ? sender.error.problem : null;
  const cash = destination !== null || refused?.code === "destination_required" || preview?.code === "destination_required";
  return (
    <form onSubmit={submit}>
      <Lines order={order} units={units} count={count} />
      <Facts facts={facts} told={told} tell={tellFact} />
      {kinds.length > 0 && (
        <fieldset>
          <legend>{t("ask.proof")}</legend>
          <p class="quiet">{t("ask.proof.later")}</p>
          <ProofGiver order={order.id} kinds={kinds} given={(given, busy) => give({ given, busy })} />
        </fieldset>
      )}
      <label class="field">
        <span>
          {t("ask.note")} {!noted && <span class="quiet">({t("optional")})</span>}
        </span>
        <textarea
          rows={3}
          maxLength={2000}
          required={noted}
          placeholder={t("ask.note.hint")}
          value={note}
          onInput={(event) => write(event.currentTarget.value)}
        />
      </label>
      {kind.kind === "refund_only" && preview?.amount && (
        <Amount whole={preview.amount.amount} currency={order.currency} ask={ask} asked={amount} />
      )}
      {cash && (
        <label class="field">
          <span>{t("ask.destination")}</span>
          <input value={destination ?? ""} maxLength={500} required onInput={(event) => name(event.currentTarget.value)} />
        </label>
      )}
      {preview?.verdict ? (
        <>
          <VerdictView verdict={preview.verdict} />
          {preview.way_back && <p>{t(`freight.${preview.way_back.by}` as Key)}</p>}
        </>
      ) : (
        preview?.code && <Why codes={[preview.code, ...(preview.reasons ?? [])]} next />
      )}
      {failed && <Trouble error={failed} again={again} />}
      {sender.error && <Trouble error={sender.error} />}
      <button type="submit" class="button main" disabled={!ready || sender.busy}>
        {sender.busy
          ? t("ask.sending")
          : preview?.amount && !declined
            ? t("ask.send.amount", { amount: money(preview.amount) })
            : t("ask.send")}
      </button>
    </form>
  );
}

interface Previewed {
  preview: (Partial<Preview> & Partial<Problem>) | null;
  /** Why there is none: the network or the server, not the request. */
  failed: Error | null;
  again: () => void;
}

/** The verdict on what stands in the form, asked when the writer pauses; the last one stays until the next is there. */
function usePreview(order: string, body: object, on: boolean): Previewed {
  const [preview, put] = useState<Previewed["preview"]>(null);
  const [failed, fail] = useState<Error | null>(null);
  const [round, next] = useState(0);
  const asked = JSON.stringify(body);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round asks the same again
  useEffect(() => {
    if (!on) return;
    let here = true;
    const hear = (said: Previewed["preview"], problem: Error | null) => {
      if (!here) return;
      put(said);
      fail(problem);
    };
    const timer = setTimeout(() => {
      judged(order, JSON.parse(asked)).then(
        (said) => hear(said, null),
        (problem: Error) => (problem instanceof Refused && !passing(problem) ? hear(problem.problem, null) : hear(null, problem)),
      );
    }, PAUSE);
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, [order, asked, on, round]);
  return { preview, failed, again: useCallback(() => next((n) => n + 1), []) };
}

/** Kinds of proof stay offered once they were, though the verdict needs no more of them. */
function useProofKinds(first: readonly Need[], now: readonly Need[]): string[] {
  const [kept, keep] = useState<string[]>(() => kindsOf(first));
  const fresh = kindsOf(now).filter((kind) => !kept.includes(kind));
  useEffect(() => {
    if (fresh.length > 0) keep([...kept, ...fresh]);
  });
  return kept;
}

function Facts({
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

function Amount({
  whole,
  currency,
  ask,
  asked,
}: {
  whole: number;
  currency: string;
  ask: (amount: number | null | undefined) => void;
  asked: number | null | undefined;
}) {
  const t = useWords();
  const money = useMoney();
  const minor = useMinor();
  const [most, know] = useState(whole);
  const [text, write] = useState("");
  const part = asked !== undefined;
  useEffect(() => {
    if (!part) know(whole);
  }, [part, whole]);
  const change = (typed: string) => {
    write(typed);
    const found = minor(typed, currency);
    ask(found !== null && found <= most ? found : null);
  };
  return (
    <fieldset>
      <legend>{t("ask.amount")}</legend>
      <label class="option">
        <input type="radio" name="amount" checked={!part} onChange={() => ask(undefined)} />
        <span>{t("ask.amount.whole", { amount: money({ amount: most, currency }) })}</span>
      </label>
      <label class="option">
        <input type="radio" name="amount" checked={part} onChange={() => change(text)} />
        <span>{t("ask.amount.part")}</span>
      </label>
      {part && (
        <label class="field">
          <span>{t("ask.amount.label", { currency })}</span>
          <input inputMode="decimal" value={text} onInput={(event) => change(event.currentTarget.value)} />
          {asked === null && text !== "" && (
            <span class="careful">{t("ask.amount.wrong", { amount: money({ amount: most, currency }) })}</span>
          )}
        </label>
      )}
    </fieldset>
  );
}
