import { Button, Input, Modal, Popconfirm } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { amends, told } from "@/api/client";
import { queries } from "@/api/queries";
import { useProblemWords } from "@/api/words";
import { Chip, Failed, Loading, Moment, ProblemNotice, Why } from "@/shared";
import { Beside } from "./Beside";
import { type Draft, type Edit, keyOf, type Rule, useDraft, useRules, useTried } from "./data";
import { meaningOfDraft } from "./meaning";
import { RuleEditor } from "./RuleEditor";
import { RuleTable } from "./RuleTable";
import "./lab.css";

type Pending = ReadonlyMap<string, Edit>;

/** One draft: its rules as a table, an editor for one of them, and beside it what the draft would change. */
export default function DraftPage() {
  const { t } = useTranslation("lab");
  const { draftId = "" } = useParams();
  const found = useDraft(draftId);
  const draft = found.data;
  const rules = useRules(draft?.market, draftId, draft?.version);
  const [pending, setPending] = useState<Pending>(new Map());
  const [editing, setEditing] = useState<Rule>();
  const edits = [...pending.values()];
  const trying = useTried(draft?.market, draft, edits);
  if (found.isError) return <Failed error={found.error} onRetry={() => void found.refetch()} />;
  if (!draft) return <Loading rows={10} />;
  const mayEdit = draft.moves.some((one) => one.move === "edit" && one.open) && draft.rolls_back_to === null;
  const take = (edit: Edit) => {
    setPending(new Map(pending).set(keyOf(edit), edit));
    setEditing(undefined);
  };
  return (
    <div className="page lab">
      <p className="quiet">
        <Link to="/lab">{t("title")}</Link>
      </p>
      <header className="lab-head">
        <h1 className="page-title">{draft.title}</h1>
        <Chip meaning={meaningOfDraft(draft.state)}>{t(`state.${draft.state}`)}</Chip>
        <span className="quiet">
          {draft.market.toUpperCase()} · {t("effect.at")}{" "}
          {draft.takes_effect_at ? <Moment at={draft.takes_effect_at} /> : t("effect.now")}
        </span>
      </header>
      {draft.why && <p>{draft.why}</p>}
      <Moves draft={draft} edits={edits} saved={() => setPending(new Map())} />
      {draft.base_differs && <p className="lab-note">{t("beside.differs")}</p>}
      <div className="lab-columns">
        <section aria-label={t("rules.title")}>
          {rules.isError && <Failed error={rules.error} onRetry={() => void rules.refetch()} />}
          {rules.isPending && <Loading rows={12} />}
          {rules.data && <RuleTable rules={rules.data.rules} pending={pending} mayEdit={mayEdit} open={setEditing} />}
        </section>
        <Beside draft={draft} edits={edits} trying={trying} />
      </div>
      {editing && (
        <RuleEditor
          market={draft.market}
          rule={editing}
          edit={pending.get(keyOf(editing))}
          mayEdit={mayEdit}
          take={take}
          close={() => setEditing(undefined)}
        />
      )}
    </div>
  );
}

const STEPS = ["hand_in", "approve", "publish", "return", "drop"] as const;
type Step = (typeof STEPS)[number];

function Moves({ draft, edits, saved }: { draft: Draft; edits: Edit[]; saved: () => void }) {
  const { t } = useTranslation("lab");
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState<string>();
  const [dating, setDating] = useState(false);
  const [at, setAt] = useState("");
  const params = { path: { draft_id: draft.id }, header: { "If-Match": `"${draft.version}"` } };
  const go = async (name: string, call: () => Promise<unknown>) => {
    setBusy(name);
    try {
      await call();
      setError(undefined);
      setDating(false);
      await queries.invalidateQueries({ predicate: (query) => JSON.stringify(query.queryKey).includes("/v1/lab/") });
      return true;
    } catch (problem) {
      setError(problem);
      return false;
    } finally {
      setBusy(undefined);
    }
  };
  const save = async () => {
    if (await go("edit", () => told(amends.PATCH("/v1/lab/drafts/{draft_id}", { params, body: { edits } })))) saved();
  };
  const calls: Record<Step, () => Promise<unknown>> = {
    hand_in: () => {
      const body = { takes_effect_at: at ? new Date(at).toISOString() : null };
      return told(amends.POST("/v1/lab/drafts/{draft_id}/hand-in", { params, body }));
    },
    approve: () => told(amends.POST("/v1/lab/drafts/{draft_id}/approve", { params })),
    publish: () => told(amends.POST("/v1/lab/drafts/{draft_id}/publish", { params })),
    return: () => told(amends.POST("/v1/lab/drafts/{draft_id}/return", { params })),
    drop: () => told(amends.POST("/v1/lab/drafts/{draft_id}/drop", { params })),
  };
  return (
    <div className="lab-moves">
      {edits.length > 0 && (
        <Button type="primary" loading={busy === "edit"} onClick={() => void save()}>
          {t("move.edit")} ({edits.length})
        </Button>
      )}
      {STEPS.map((step) => (
        <MoveButton
          key={step}
          step={step}
          draft={draft}
          unsaved={edits.length > 0}
          busy={busy === step}
          run={() => (step === "hand_in" ? setDating(true) : void go(step, calls[step]))}
        />
      ))}
      {error !== undefined && <ProblemNotice error={error} />}
      <Modal
        open={dating}
        title={t("move.hand_in")}
        okText={t("move.hand_in")}
        confirmLoading={busy === "hand_in"}
        onOk={() => void go("hand_in", calls.hand_in)}
        onCancel={() => setDating(false)}
      >
        <label htmlFor="lab-effect">{t("effect.at")}</label>
        <Input id="lab-effect" type="datetime-local" value={at} onChange={(change) => setAt(change.target.value)} />
        <p className="quiet">{t("effect.hint")}</p>
        {error !== undefined && <ProblemNotice error={error} />}
      </Modal>
    </div>
  );
}

interface MoveProps {
  step: Step;
  draft: Draft;
  unsaved: boolean;
  busy: boolean;
  run: () => void;
}

/** A move that is closed for where the draft stands is not drawn; one that is closed to this person says why. */
function MoveButton({ step, draft, unsaved, busy, run }: MoveProps) {
  const { t } = useTranslation("lab");
  const words = useProblemWords();
  const move = draft.moves.find((one) => one.move === step);
  if (!move || move.reasons.includes("draft_state")) return null;
  const reasons = unsaved && step !== "drop" ? [t("beside.unsaved", { count: 1 })] : move.reasons.map((code) => words(code).says);
  const closed = !move.open || (unsaved && step !== "drop");
  const button = (
    <Button
      type={step === "approve" || step === "publish" ? "primary" : "default"}
      loading={busy}
      disabled={closed}
      onClick={step === "drop" ? undefined : run}
    >
      {t(`move.${step}`)}
    </Button>
  );
  if (closed) return <Why reason={reasons.join(" ")}>{button}</Why>;
  if (step !== "drop") return button;
  return (
    <Popconfirm title={t("move.drop")} okText={t("move.drop")} cancelText={t("editor.cancel")} onConfirm={run}>
      {button}
    </Popconfirm>
  );
}
