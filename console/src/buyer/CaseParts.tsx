/** @jsxImportSource preact */
import type { Case, Event } from "./api";
import { useNow } from "./clock";
import { useMoment, useMoney, useSpan } from "./format";
import { type Key, useList, useWord, useWords } from "./say";
import type { Whole } from "./whole";

const MINUTE = 60_000;

/** How long is left, by the server's clock; read out when it is asked for, not every minute. */
export function Countdown({ until }: { until: string }) {
  const t = useWords();
  const span = useSpan();
  const left = Date.parse(until) - useNow(MINUTE / 4);
  if (left <= 0) return <p class="countdown">{t("next.over")}</p>;
  const hurry = left < 24 * 60 * MINUTE;
  return (
    <p class={hurry ? "countdown hurry" : "countdown"} role="timer">
      {t("next.left", { span: span(left) })}
    </p>
  );
}

/** Who must act by when, and what happens if they do not. */
export function NextUp({ found }: { found: Case }) {
  const t = useWords();
  const moment = useMoment();
  const deadlines = useList("deadlines");
  const expiry = useWord("expiries");
  const paused = found.deadlines.find((one) => one.state === "paused");
  const due = found.deadlines
    .filter((one) => one.state === "running")
    .sort((a, b) => Date.parse(a.due_at) - Date.parse(b.due_at))[0];
  if (!due && !paused) return null;
  if (!due) return <p>{t("next.paused")}</p>;
  const owes = String(deadlines.get(due.kind)?.traits.owes ?? "platform");
  const who = owes === "buyer" ? "you" : owes;
  return (
    <section class={who === "you" ? "next-up you" : "next-up"}>
      <h2>{t("next")}</h2>
      <p>{t(`next.${who}` as Key, { when: moment(due.due_at) })}</p>
      <Countdown until={due.due_at} />
      {expiry(due.on_expiry) && <p class="quiet">{t("next.then", { what: expiry(due.on_expiry) })}</p>}
      {due.provisional && <p class="quiet">{t("next.provisional")}</p>}
    </section>
  );
}

const STEPS: Record<string, number> = { pending: 0, sent: 1, unknown: 1, succeeded: 2 };

/** Where the money is on its way back. */
export function MoneyBack({ whole }: { whole: Whole }) {
  const t = useWords();
  const money = useMoney();
  const moment = useMoment();
  const { case: found, events } = whole;
  if (found.refunds.length === 0) return null;
  const paid = new Map(
    events
      .filter((event) => event.type === "refund_succeeded")
      .map((event) => [String((event.body as { refund_id?: string })?.refund_id), event.at]),
  );
  return (
    <section>
      <h2>{t("money")}</h2>
      {found.refunds.map((refund) => {
        const step = STEPS[refund.status] ?? -1;
        const at =
          paid.get(refund.id) ??
          (refund.status === "succeeded" ? events.find((event) => event.type === "refund_succeeded")?.at : undefined);
        return (
          <div key={refund.id} class="money" data-status={refund.status}>
            <p class="amount figures">{money({ amount: refund.amount, currency: found.amount.currency })}</p>
            {step < 0 ? (
              <p class="careful">{t("money.failed")}</p>
            ) : (
              <ol class="steps">
                {(["money.agreed", "money.sent", "money.paid"] as const).map((key, n) => (
                  <li key={key} class={n <= step ? "done" : ""} {...(n === step ? { "aria-current": "step" as const } : {})}>
                    {n <= step ? "✓ " : ""}
                    {t(key)}
                    {n === 2 && at && <span class="quiet"> {moment(at)}</span>}
                  </li>
                ))}
              </ol>
            )}
          </div>
        );
      })}
    </section>
  );
}

/** The refund is agreed and the parcel is still on its way: what to do when the courier rings (L-04). */
export function Door({ whole }: { whole: Whole }) {
  const t = useWords();
  const notice = useWord("notices");
  if (whole.case.state !== "refuse_sign_agreed") return null;
  const agreed = whole.events.find((event) => event.type === "refuse_sign_agreed");
  const told = (agreed?.body as { notices?: string[] } | undefined)?.notices ?? [];
  return (
    <section class="notice strong" data-notice="refuse_at_the_door">
      <strong>{t("door")}</strong>
      {told.map((one) => (
        <p key={one}>{notice(one)}</p>
      ))}
      <p>{t("door.how")}</p>
    </section>
  );
}

export function Log({ events }: { events: Event[] }) {
  const t = useWords();
  const event = useWord("events");
  const moment = useMoment();
  return (
    <details>
      <summary>{t("log")}</summary>
      <ol class="log">
        {events.map((one) => (
          <li key={one.seq}>
            <time dateTime={one.at}>{moment(one.at)}</time> {event(one.type)}
          </li>
        ))}
      </ol>
    </details>
  );
}
