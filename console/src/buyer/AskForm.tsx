/** @jsxImportSource preact */
import { useCallback, useEffect, useState } from "preact/hooks";
import { Amount, useAmount } from "./Amount";
import type { Case, GivenProof, Kind, Need, Order, Preview, Problem, Reason } from "./api";
import { passing, Refused } from "./api";
import { Facts } from "./Facts";
import { useMoney } from "./format";
import { tell } from "./frame";
import { judged } from "./judged";
import { forget, useKept } from "./kept";
import { Trouble, useAgain } from "./loading";
import { kindsOf, ProofGiver } from "./Proof";
import { go } from "./route";
import { type Key, useList, useWords, Why } from "./say";
import { SendButton, useSender } from "./sending";
import { Lines, left, type Units } from "./Units";
import { VerdictView } from "./Verdict";

const PAUSE = 350;

/** Everything that a request needs, judged while it is filled in; sent once. */
export function AskForm({ order, kind, reason }: { order: Order; kind: Kind; reason: Reason }) {
  const t = useWords();
  const money = useMoney();
  const begun = `ask.${order.id}.${kind.kind}.`;
  const name = `${begun}${reason.reason}.`;
  const [wanted, count] = useKept<Units>(`${begun}lines`, {});
  const units = left(order, wanted);
  const [note, write] = useKept(`${name}note`, "");
  const [told, tellFact] = useKept<Record<string, boolean>>(`${name}told`, {});
  const [part, ask] = useKept<string | null>(`${name}part`, null);
  const [most, know] = useState<number | null>(null);
  const amount = useAmount(part, order.currency, most ?? undefined);
  const [destination, receive] = useKept<string | null>(`${name}destination`, null);
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
  const said = preview?.most?.amount ?? preview?.amount_left;
  useEffect(() => {
    if (typeof said === "number") know(said);
  }, [said]);
  const needs = preview?.verdict?.needs ?? reason.needs ?? [];
  const facts = [...new Set([...Object.keys(told), ...needs.filter((need) => need.kind === "fact").map((need) => need.name)])];
  const kinds = useProofKinds(`${name}kinds`, reason.needs ?? [], needs);
  const declined = preview?.verdict?.kind === "declined" || (preview?.code !== undefined && !preview.verdict);
  const ready =
    preview !== null && !declined && lines.length > 0 && !proof.busy && (!noted || note.trim() !== "") && amount !== null;

  const submit = async (event: Event) => {
    event.preventDefault();
    const made = await sender.send<Case>(`/v1/orders/${order.id}/cases`, body);
    if (!made) return;
    forget(begun);
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
          <ProofGiver order={order.id} name={name} kinds={kinds} given={(given, busy) => give({ given, busy })} />
        </fieldset>
      )}
      <label class="field">
        <span>
          {t("ask.note")} {!noted && <span class="quiet">({t("optional")})</span>}
        </span>
        <textarea
          dir="auto"
          rows={3}
          maxLength={2000}
          required={noted}
          placeholder={t("ask.note.hint")}
          value={note}
          onInput={(event) => write(event.currentTarget.value)}
        />
      </label>
      {kind.kind === "refund_only" && most !== null && (
        <Amount most={most} currency={order.currency} part={part} ask={ask} wrong={amount === null} />
      )}
      {cash && (
        <label class="field">
          <span>{t("ask.destination")}</span>
          <input value={destination ?? ""} maxLength={500} required onInput={(event) => receive(event.currentTarget.value)} />
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
      <SendButton busy={sender.busy} ready={ready}>
        {preview?.amount && !declined ? t("ask.send.amount", { amount: money(preview.amount) }) : t("ask.send")}
      </SendButton>
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
  const again = useCallback(() => next((n) => n + 1), []);
  useAgain(failed, again);
  return { preview, failed, again };
}

/** Kinds of proof stay offered once they were, though the verdict needs no more of them. */
function useProofKinds(name: string, first: readonly Need[], now: readonly Need[]): string[] {
  const [kept, keep] = useKept<string[]>(name, () => kindsOf(first));
  const fresh = kindsOf(now).filter((kind) => !kept.includes(kind));
  useEffect(() => {
    if (fresh.length > 0) keep([...kept, ...fresh]);
  });
  return kept;
}
