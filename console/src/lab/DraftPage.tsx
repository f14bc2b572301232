import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { Chip, Failed, Loading, Moment, NotYet } from "@/shared";
import { Beside } from "./Beside";
import { added, copied, edited, keyOf, useDraft, useRules, useTried } from "./data";
import { Moves } from "./Moves";
import { meaningOfDraft } from "./meaning";
import { RuleEditor } from "./RuleEditor";
import { RuleTable } from "./RuleTable";
import { usePending } from "./usePending";
import "./lab.css";

/** One draft: its rules as a table, one of them as fields in its place, and beside it what the draft would change, while it is typed. */
export default function DraftPage() {
  const { t } = useTranslation("lab");
  const { draftId = "" } = useParams();
  const found = useDraft(draftId);
  const draft = found.data;
  const known = useRules(draft?.market, draftId, draft?.version);
  const { pending, put, clear } = usePending(draftId);
  const [open, setOpen] = useState<string>();
  const edits = [...pending.values()];
  const trying = useTried(draft?.market, draft, edits);
  if (!draft) return <NotYet of={found} rows={10} />;
  const mayEdit = draft.moves.some((one) => one.move === "edit" && one.open) && draft.rolls_back_to === null;
  const rules = known.data ? [...known.data.rules, ...added(known.data.rules, edits)] : [];
  const editing = rules.find((one) => keyOf(one) === open);
  const names = new Set(rules.map((one) => one.id));
  const copy = () => {
    const edit = editing && copied(edited(editing, pending.get(keyOf(editing))), names);
    if (!edit) return;
    put(keyOf(edit), edit);
    setOpen(keyOf(edit));
  };
  const rename = (id: string) => {
    const edit = editing && pending.get(keyOf(editing));
    if (!edit || id === "" || names.has(id)) return;
    put(keyOf(edit), undefined);
    put(keyOf({ ...edit, id }), { ...edit, id });
    setOpen(keyOf({ ...edit, id }));
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
          {draft.takes_effect_at ? <Moment at={draft.takes_effect_at} length="long" /> : t("effect.now")}
        </span>
      </header>
      {draft.why && <p>{draft.why}</p>}
      {draft.rolls_back_to && (
        <p className="lab-note">
          {t("beside.back")}{" "}
          <Link to={`/policies/${draft.market}?release=${draft.rolls_back_to}`}>{draft.rolls_back_to.slice(0, 12)}</Link>
        </p>
      )}
      <Moves
        draft={draft}
        edits={edits}
        saved={clear}
        discard={() => {
          clear();
          setOpen(undefined);
        }}
      />
      {draft.base_differs && <p className="lab-note">{t("beside.differs")}</p>}
      <div className="lab-columns">
        <div>
          {known.isError && <Failed error={known.error} onRetry={() => void known.refetch()} />}
          {known.isPending && <Loading rows={12} />}
          {editing && (
            <RuleEditor
              key={open}
              market={draft.market}
              rule={editing}
              edit={pending.get(keyOf(editing))}
              others={rules.filter((one) => one.topic === editing.topic && one.id !== editing.id).map((one) => one.id)}
              mayEdit={mayEdit}
              change={(edit) => put(keyOf(editing), edit)}
              copy={copy}
              rename={rename}
              close={() => setOpen(undefined)}
            />
          )}
          <section aria-label={t("rules.title")} hidden={editing !== undefined}>
            {known.data && (
              <RuleTable
                market={draft.market}
                rules={rules}
                pending={pending}
                mayEdit={mayEdit}
                open={(rule) => setOpen(keyOf(rule))}
                restore={(rule) => put(keyOf(rule), undefined)}
              />
            )}
          </section>
        </div>
        <Beside draft={draft} edits={edits} mayEdit={mayEdit} trying={trying} />
      </div>
    </div>
  );
}
