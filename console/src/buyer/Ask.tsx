/** @jsxImportSource preact */
import { useEffect, useState } from "preact/hooks";
import { AskForm } from "./AskForm";
import { get, type Kind, type Order, type Reason, type Requests, type Verdict, type Way } from "./api";
import { Heading } from "./Heading";
import { judged } from "./judged";
import { keep, kept } from "./kept";
import { Loading, Trouble, useLoad } from "./loading";
import { follow, go, stay } from "./route";
import { type Key, useList, useSaid, useWords } from "./say";
import { VerdictView } from "./Verdict";

export function AskPage({ id, kind, reason }: { id: string; kind: string; reason: string | null }) {
  const t = useWords();
  const path = `/v1/orders/${encodeURIComponent(id)}`;
  const { data, error, again } = useLoad(async () => {
    const [order, requests] = await Promise.all([get<Order>(path), get<Requests>(`${path}/requests`)]);
    return { order, requests };
  }, [id]);
  if (error && !data) return <Trouble error={error} again={again} />;
  if (!data) return <Loading />;
  const chosen = data.requests.requests.find((one) => one.kind === kind);
  return (
    <>
      <a class="back" href={`/buyer/orders/${id}`} onClick={(event) => follow(event, `/orders/${id}`)}>
        ‹ {t("order.back")}
      </a>
      <Heading>{reason === "withdrawal" ? t("may.withdraw") : t(`kind.${kind}` as Key)}</Heading>
      {chosen ? <Asking order={data.order} requests={data.requests} kind={chosen} reason={reason} /> : <p>{t("may.nothing")}</p>}
    </>
  );
}

function Asking({ order, requests, kind, reason }: { order: Order; requests: Requests; kind: Kind; reason: string | null }) {
  const t = useWords();
  const said = useSaid();
  const name = `ask.${order.id}.${kind.kind}.reason`;
  const [why, put] = useState<Reason | null>(() => {
    const wanted = reason ?? kept<string>(name);
    return kind.reasons.find((one) => one.reason === wanted) ?? null;
  });
  const choose = (one: Reason) => {
    put(one);
    keep(name, one.reason);
    stay({ kind: kind.kind, reason: one.reason });
  };
  const takes = useWay(order, requests, kind, choose);
  const fit = kind.reasons.filter((one) => one.reason !== "withdrawal");
  const open = fit.filter((one) => one.verdict !== "declined");
  const closed = fit.filter((one) => one.verdict === "declined");
  const option = (one: Reason) => (
    <label class="option" key={one.reason}>
      <input type="radio" name="reason" value={one.reason} checked={why?.reason === one.reason} onChange={() => choose(one)} />
      <span>{said(one.words)}</span>
    </label>
  );
  return (
    <>
      {reason !== "withdrawal" && (
        <fieldset>
          <legend>{t("ask.reason")}</legend>
          {open.map(option)}
          {closed.length > 0 && (
            <details open={why?.verdict === "declined"}>
              <summary>{t("ask.reason.closed")}</summary>
              {closed.map(option)}
            </details>
          )}
        </fieldset>
      )}
      {why?.verdict === "declined" && <WhyNot order={order} kind={kind} reason={why} take={takes} />}
      {why && why.verdict !== "declined" && <AskForm key={why.reason} order={order} kind={kind} reason={why} />}
    </>
  );
}

/** Follow a way that would pass: the first reason of it that is open. */
function useWay(order: Order, requests: Requests, kind: Kind, choose: (reason: Reason) => void): (way: Way) => void {
  const groups = useList("reasons");
  return (way) => {
    const fits = (one: Reason) =>
      one.verdict !== "declined" &&
      way.changes.every((change) =>
        change.fact === "request.reason"
          ? change.to.includes(one.reason)
          : change.fact !== "request.reason_group" || change.to.includes(String(groups.get(one.reason)?.traits.group)),
      );
    const found = requests.requests.find((one) => one.kind === way.kind)?.reasons.find(fits);
    if (!found) return;
    if (way.kind === kind.kind) choose(found);
    else go(`/orders/${order.id}/ask`, { kind: way.kind, reason: found.reason });
    window.scrollTo(0, 0);
  };
}

/** A no, with its rule and what would pass. */
function WhyNot({ order, kind, reason, take }: { order: Order; kind: Kind; reason: Reason; take: (way: Way) => void }) {
  const { data, error, again } = useLoad(
    () => judged(order.id, { kind: kind.kind, reason: reason.reason, note: "…" }),
    [order.id, kind.kind, reason.reason],
  );
  const [shown, show] = useState<Verdict | null>(null);
  useEffect(() => show(data?.verdict ?? null), [data]);
  if (error) return <Trouble error={error} again={again} />;
  return shown ? <VerdictView verdict={shown} take={take} /> : <Loading />;
}
