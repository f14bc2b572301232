import { Button, Input, Modal, Popconfirm } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { amends, told } from "@/api/client";
import { useProblemWords } from "@/api/words";
import { ProblemNotice, Why } from "@/shared";
import { asksAgain, type Draft, type Edit } from "./data";

const STEPS = ["hand_in", "approve", "publish", "return", "drop"] as const;
type Step = (typeof STEPS)[number];

interface Props {
  draft: Draft;
  edits: Edit[];
  saved: () => void;
  discard: () => void;
}

/** What may be done to a draft now, and by whom. */
export function Moves({ draft, edits, saved, discard }: Props) {
  const { t } = useTranslation("lab");
  const [failed, setFailed] = useState<{ at: number; error: unknown }>();
  const error = failed?.at === draft.version ? failed.error : undefined; // what has moved since is shown as it stands
  const [busy, setBusy] = useState<string>();
  const [dating, setDating] = useState(false);
  const [at, setAt] = useState("");
  const params = { path: { draft_id: draft.id }, header: { "If-Match": `"${draft.version}"` } };
  const go = async (name: string, call: () => Promise<unknown>) => {
    setBusy(name);
    try {
      await call();
      setFailed(undefined);
      setDating(false);
      return true;
    } catch (problem) {
      setFailed({ at: draft.version, error: problem });
      return false;
    } finally {
      await asksAgain(); // also of what nobody answered: it may have been done
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
      {edits.length > 0 && <Button onClick={discard}>{t("move.discard")}</Button>}
      {STEPS.map((step) => (
        <MoveButton
          key={step}
          step={step}
          draft={draft}
          unsaved={edits.length}
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
  unsaved: number;
  busy: boolean;
  run: () => void;
}

/** A move that is closed for where the draft stands is not drawn; one that is closed to this person says why. */
function MoveButton({ step, draft, unsaved, busy, run }: MoveProps) {
  const { t } = useTranslation("lab");
  const words = useProblemWords();
  const move = draft.moves.find((one) => one.move === step);
  if (!move || move.reasons.includes("draft_state")) return null;
  const first = unsaved > 0 && step !== "drop";
  const reasons = first ? [t("beside.unsaved", { count: unsaved })] : move.reasons.map((code) => words(code).says);
  const closed = !move.open || first;
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
