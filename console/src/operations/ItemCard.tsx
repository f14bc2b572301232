import { App, Button } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useOneOf, useProblemWords } from "@/api/words";
import { Chip, Countdown, Money, ProblemNotice, serverNow, useMoney, useWhyClosed, Why } from "@/shared";
import { Dialog } from "./Dialog";
import { ACTS, type Act, ASKS, type Given, type Item, isAct, useCase, useDoing } from "./data";
import { spanText } from "./span";

/** One thing that waits: what it is, why it is here, what helps, and its buttons, each saying what it will do. */
export function ItemCard({ item, at, choose }: { item: Item; at: boolean; choose: () => void }) {
  const { t } = useTranslation("operations");
  const one = useOneOf();
  const since = spanText((serverNow() - Date.parse(item.since)) / 1000, t);
  return (
    <li className={at ? "item item-at" : "item"} data-kind={item.kind} onMouseEnter={choose} aria-current={at || undefined}>
      <div className="item-what">
        <p className="item-head">
          <strong>{one(item.words)}</strong>
          {amountOf(item) && <Money value={amountOf(item) as { amount: number; currency: string }} strong />}
          {item.due_at && <Countdown at={item.due_at} label={t("waiting.due")} />}
        </p>
        <p>
          <Reason item={item} />
        </p>
        <p className="item-next">{one(item.next)}</p>
        <p className="quiet item-facts">
          {(item.shop || item.kind === "signal_parked") && <span>{item.shop ?? t("waiting.nobody")}</span>}
          <span>{t("waiting.since", { time: since })}</span>
          <Details item={item} />
          {item.case_id && <Link to={`/cases/${item.case_id}`}>{t("waiting.openCase")}</Link>}
        </p>
      </div>
      <Acts item={item} />
    </li>
  );
}

function amountOf(item: Item): { amount: number; currency: string } | null {
  const { amount, currency } = item.detail as { amount?: number; currency?: string };
  return typeof amount === "number" && currency ? { amount, currency } : null;
}

const ANSWERED = /^(?:http|smtp)_(\d+)$/;

/** Why it is here, in words: ours, the vocabulary's, or what the other side wrote. A message's code may have a status behind it. */
function Reason({ item }: { item: Item }) {
  const { t, i18n } = useTranslation("operations");
  const words = useProblemWords();
  const [, code = item.why, status] = /^(\w+) (\d+)$/.exec(item.why) ?? [];
  const answered = ANSWERED.exec(code)?.[1];
  if (answered) return t("why.status", { status: answered });
  if (i18n.exists(`operations:why.${code}`)) return `${t(`why.${code}`)}${status ? ` (${status})` : ""}`;
  const said = words(item.why).says;
  return said === item.why.replaceAll("_", " ") ? item.why : said;
}

function Details({ item }: { item: Item }): ReactNode {
  const { t } = useTranslation("operations");
  const {
    attempts,
    reference,
    source,
    event_id,
    url,
    deadlines,
    pending,
    disabled,
    effect,
    field,
    kept,
    again,
    calendars,
    confirmed_until,
  } = item.detail as Record<string, string | number | boolean | undefined>;
  return (
    <>
      {field && <span>{t("detail.differs", { field, kept: JSON.stringify(kept), again: JSON.stringify(again) })}</span>}
      {typeof attempts === "number" && <span>{t("waiting.attempts", { count: attempts })}</span>}
      {reference && (
        <span>
          {t("detail.reference")} {reference}
        </span>
      )}
      {source && item.kind !== "compensation_failed" && (
        <span>
          {t("detail.source")} {source} · {t("detail.event")} {event_id}
        </span>
      )}
      {effect && (
        <span>
          {t("detail.effect")} {t(`effects.${effect}`, String(effect))}
        </span>
      )}
      {calendars && <span>{t("detail.calendars", { calendars: String(calendars).toUpperCase() })}</span>}
      {confirmed_until && <span>{t("detail.confirmedUntil", { day: confirmed_until })}</span>}
      {typeof deadlines === "number" && <span>{t("detail.deadlines", { count: deadlines })}</span>}
      {url && <code>{url}</code>}
      {typeof pending === "number" && pending > 0 && <span>{t("detail.pending", { count: pending })}</span>}
      {disabled === true && <Chip meaning="closed">{t("detail.disabled")}</Chip>}
    </>
  );
}

const LEADS: Record<string, string> = {
  chargeback: "/operations/chargebacks",
  outage: "/operations/outages",
};

function Acts({ item }: { item: Item }) {
  const { t } = useTranslation("operations");
  const acts = [...item.moves, ...item.does].filter(isAct);
  const lead = LEADS[item.kind];
  if (acts.length === 0 && !lead) return null;
  return (
    <div className="item-acts">
      {acts.map((act, index) => (
        <ActButton key={act} act={act} item={item} first={index === 0} />
      ))}
      {lead && <Link to={lead}>{t(`tabs.${item.kind}s`)}</Link>}
    </div>
  );
}

const MOVES: readonly string[] = ["retry_refund", "give_up_refund"];

function ActButton({ act, item, first }: { act: Act; item: Item; first: boolean }) {
  const { t } = useTranslation("operations");
  const { message } = App.useApp();
  const money = useMoney();
  const why = useWhyClosed();
  const [asking, setAsking] = useState(false);
  const amount = amountOf(item);
  const label = t(`does.${act}`, { amount: amount ? money(amount) : "" });
  const found = useCase(MOVES.includes(act) ? item.case_id : null);
  const closed = MOVES.includes(act) && found.data ? why(found.data.moves.find((one) => one.move === act)) : null;
  const doing = useDoing((given: Given) => ACTS[act](item, given));
  const go = (given: Given) =>
    doing.mutate(given, {
      onSuccess: () => {
        setAsking(false);
        void message.success(t("does.done"));
      },
    });
  return (
    <div className="item-act">
      <Why reason={closed}>
        <Button
          type={first ? "primary" : "default"}
          disabled={Boolean(closed)}
          loading={doing.isPending}
          onClick={() => (ASKS[act] ? setAsking(true) : go({}))}
        >
          {label}
        </Button>
      </Why>
      <span className="quiet">{t(`does.${act}Help`)}</span>
      {doing.error && !asking && <ProblemNotice error={doing.error} />}
      {asking && (
        <Dialog
          title={label}
          help={t(`does.${act}Help`)}
          asks={ASKS[act] ?? []}
          error={doing.error}
          busy={doing.isPending}
          go={go}
          close={() => setAsking(false)}
        />
      )}
    </div>
  );
}
