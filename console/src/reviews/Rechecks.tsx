import { App, Button, Select } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useOneOf, useProblemWords, useSay, useVocabulary } from "@/api/words";
import { useShortcuts } from "@/app/shortcuts";
import { Chip, Countdown, Empty, Failed, Loading, Money, ProblemNotice, useWhyClosed, Why } from "@/shared";
import { stepInto } from "@/shared/steps";
import { type Recheck, useCase, useLiveLanes, useMove, usePieces, useRechecks } from "./data";
import { Proof, useViewer } from "./Proof";
import "./reviews.css";

/** What the machine could not settle, what is due first first: look at the proof, then admit, ask or decline (V-17). */
export default function Rechecks() {
  const { t } = useTranslation("reviews");
  const found = useRechecks(useLiveLanes());
  const [chosen, choose] = useState<string | null>(null);
  const list = useRef<HTMLUListElement>(null);
  const rows = found.data?.rechecks ?? [];
  const at = Math.max(
    0,
    rows.findIndex((row) => row.case_id === chosen),
  );
  const current = rows[at];
  const shown = current?.case_id ?? null;
  useEffect(() => choose(shown), [shown]); // what is looked at stays before a hand, whatever becomes more urgent meanwhile
  const step = (by: number) => choose(rows[stepInto(list, rows.length, at, by)]?.case_id ?? null);
  useShortcuts(
    [
      { key: "j", label: "reviews:keys.next", run: () => step(1) },
      { key: "k", label: "reviews:keys.previous", run: () => step(-1) },
    ],
    rows.length > 1,
  );
  return (
    <div className="page">
      <h1 className="page-title">
        {t("recheck.title")} {found.data && <span className="quiet figures">{t("recheck.count", { count: rows.length })}</span>}
      </h1>
      {found.error && !found.data ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : !found.data ? (
        <Loading rows={6} height={40} />
      ) : !current ? (
        <Empty title={t("recheck.empty")}>{t("recheck.emptyText")}</Empty>
      ) : (
        <div className="recheck">
          <ul className="recheck-list" ref={list}>
            {rows.map((row) => (
              <li key={row.case_id}>
                <RecheckRow row={row} chosen={row === current} choose={() => choose(row.case_id)} />
              </li>
            ))}
          </ul>
          <Detail key={current.case_id} row={current} />
        </div>
      )}
    </div>
  );
}

function RecheckRow({ row, chosen, choose }: { row: Recheck; chosen: boolean; choose: () => void }) {
  const { t } = useTranslation("reviews");
  const say = useSay("reasons", "kinds");
  return (
    <button type="button" className={chosen ? "recheck-row queue-at" : "recheck-row"} aria-pressed={chosen} onClick={choose}>
      <span className="recheck-top">
        <Countdown at={row.due_at} />
        {row.lane === "independent" && <Chip meaning="time">{t("recheck.lane")}</Chip>}
        <Money value={{ amount: row.amount, currency: row.currency }} strong />
      </span>
      <span>
        {say("kinds", row.kind)} · {say("reasons", row.reason)}
      </span>
      <span className="quiet">
        {row.shop} · {row.order_reference}
      </span>
    </button>
  );
}

function Detail({ row }: { row: Recheck }) {
  const { t } = useTranslation("reviews");
  const one = useOneOf();
  const pieces = usePieces(row.proof.map((piece) => piece.id));
  const viewer = useViewer(row.proof.map((piece) => pieces.get(piece.id)));
  const verdict = row.verdict as { reasons?: { rule: string; code: string; says: { zh: string; en: string } }[] } | null;
  return (
    <section className="recheck-detail" aria-label={row.order_reference}>
      <div className="desk-head">
        <h2 className="desk-title">{t("recheck.why")}</h2>
        <Link to={`/cases/${row.case_id}`}>{t("recheck.openCase")}</Link>
      </div>
      <ul className="rule-lines">
        {(verdict?.reasons ?? []).map((reason) => (
          <li key={reason.rule || reason.code}>
            {one(reason.says)}{" "}
            {reason.rule && (
              <Link className="quiet" to={`/policies/${row.market}/rules/${reason.rule}`}>
                {reason.rule}
              </Link>
            )}
          </li>
        ))}
      </ul>
      {row.overdue > 0 && (
        <p>
          <Chip meaning="time">{t("recheck.overdue", { count: row.overdue })}</Chip>
        </p>
      )}
      <Paused row={row} />
      <h2 className="desk-title">{t("recheck.proof")}</h2>
      <ul className="proof-cards">
        {row.proof.map((piece) => (
          <Proof key={piece.id} given={piece} piece={pieces.get(piece.id)} open={viewer.open(pieces.get(piece.id))} />
        ))}
      </ul>
      {viewer.view}
      {row.proof.length === 0 && <p className="quiet">{t("dispute.noneGiven")}</p>}
      <Decide row={row} />
    </section>
  );
}

function Paused({ row }: { row: Recheck }) {
  const { t } = useTranslation("reviews");
  const say = useSay("deadlines");
  if (row.paused.length === 0) return null;
  const long = (seconds: number) =>
    seconds >= 3600
      ? t("recheck.hours", { count: Math.round(seconds / 3600) })
      : t("recheck.minutes", { count: Math.round(seconds / 60) });
  return (
    <>
      <h2 className="desk-title">{t("recheck.paused")}</h2>
      <ul className="rule-lines">
        {row.paused.map((clock) => (
          <li key={clock.kind}>
            {t("recheck.pausedText", {
              kind: say("deadlines", clock.kind),
              left: long(clock.remaining_s),
              least: long(clock.at_least_s),
            })}
          </li>
        ))}
      </ul>
    </>
  );
}

const UNFIT = ["evidence_unclear", "evidence_does_not_match", "evidence_kind_not_admitted"];

/** Admit, ask or decline; each button says what it does, and a closed one why. */
function Decide({ row }: { row: Recheck }) {
  const { t } = useTranslation("reviews");
  const { message } = App.useApp();
  const say = useSay("evidence_kinds");
  const words = useProblemWords();
  const kinds = useVocabulary("evidence_kinds");
  const found = useCase(row.case_id);
  const why = useWhyClosed();
  const move = useMove(row.case_id);
  const [asked, setAsked] = useState<string[]>([]);
  const [reason, setReason] = useState<string | null>(null);
  const closed = found.data ? why(found.data.moves.find((one) => one.move === "decide_recheck")) : null;
  const ready = found.data !== undefined && !closed;
  const decide = (decision: "admit" | "ask_proof" | "decline", body: Record<string, unknown> = {}) =>
    move.mutate(
      { move: "decide_recheck", version: found.data?.version, body: { decision, ...body } },
      { onSuccess: () => void message.success(t(`recheck.done.${decision}`)) },
    );
  const ask = () => asked.length > 0 && decide("ask_proof", { kinds: asked });
  const decline = () => reason && decide("decline", { reason });
  useShortcuts(
    [
      { key: "1", label: "reviews:keys.first", run: () => decide("admit") },
      { key: "2", label: "reviews:keys.second", run: ask },
      { key: "3", label: "reviews:keys.third", run: decline },
    ],
    ready,
  );
  const button = (press: () => void, text: string, usable: boolean, type: "primary" | "default", danger = false) => (
    <Why reason={closed}>
      <Button type={type} danger={danger} disabled={!ready || !usable} loading={move.isPending} onClick={press}>
        {text}
      </Button>
    </Why>
  );
  return (
    <div className="decide">
      {move.error && <ProblemNotice error={move.error} />}
      <div className="decide-way">
        {button(() => decide("admit"), t("recheck.admit"), true, "primary")}
        <span className="quiet">{t("recheck.admitHelp")}</span>
      </div>
      <div className="decide-way">
        {button(ask, t("recheck.ask"), asked.length > 0, "default")}
        <Select
          mode="multiple"
          value={asked}
          aria-label={t("recheck.askKinds")}
          placeholder={t("recheck.askKinds")}
          className="decide-choice"
          options={[...kinds.keys()].map((word) => ({ value: word, label: say("evidence_kinds", word) }))}
          onChange={setAsked}
        />
        <span className="quiet">{t("recheck.askHelp")}</span>
      </div>
      <div className="decide-way">
        {button(decline, t("recheck.decline"), reason !== null, "default", true)}
        <Select
          value={reason}
          aria-label={t("recheck.declineWhy")}
          placeholder={t("recheck.declineWhy")}
          className="decide-choice"
          options={UNFIT.map((code) => ({ value: code, label: words(code).says }))}
          onChange={setReason}
        />
        <span className="quiet">{t("recheck.declineHelp")}</span>
      </div>
    </div>
  );
}
