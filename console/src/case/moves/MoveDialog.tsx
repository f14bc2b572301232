import { Button, Drawer, Modal } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage, useSay } from "@/api/words";
import { momentText, ProblemNotice, useMoney } from "@/shared";
import { useNarrow } from "@/shared/narrow";
import type { Changed } from "../decide";
import { FilesGoing, useFilesGoing } from "../proof/going";
import { FORMS } from "./forms";
import { capital, type Open, useMoves } from "./MovesProvider";

/** The form of the move that was chosen: a small dialog, and on a phone a sheet from below. */
export function MoveDialog() {
  const { open } = useMoves();
  return open ? <Shown key={open.move} open={open} /> : null;
}

function Shown({ open }: { open: Open }) {
  const { t } = useTranslation("case");
  const say = useSay("moves");
  const { facts, set, submit, close, start, label } = useMoves();
  const narrow = useNarrow();
  const [going, tellGoing] = useFilesGoing();
  const made = FORMS[open.move];
  if (!made) return null;
  const lacking = made.lacking?.(open.draft, facts) ?? null;
  const held = open.changed.length > 0;
  const Fields = made.Fields;
  const title = `${capital(say("moves", open.move))} · ${open.seen.order_reference}`;
  const footer = (
    <div className="dialog-foot">
      <p className="dialog-lacking" aria-live="polite">
        {held ? t("stale.first") : going ? t("lacking.files_going") : lacking ? t(`lacking.${lacking}`) : ""}
      </p>
      <Button onClick={close}>{t("form.cancel")}</Button>
      <Button
        type="primary"
        danger={made.danger}
        loading={open.sending}
        disabled={lacking !== null || held || going}
        onClick={submit}
        data-testid="confirm-move"
      >
        {label(open.move, open.draft)}
      </Button>
    </div>
  );
  const body = (
    <div className="form" data-move={open.move}>
      {held && <Stale changed={open.changed} />}
      {open.problem !== null && !held && <ProblemNotice error={open.problem} />}
      <FilesGoing value={tellGoing}>
        <Fields draft={open.draft} set={set} facts={facts} instead={(move, draft) => start(move, draft)} />
      </FilesGoing>
    </div>
  );
  return narrow ? (
    <Drawer open placement="bottom" size="auto" title={title} onClose={close} footer={footer} className="sheet" destroyOnHidden>
      {body}
    </Drawer>
  ) : (
    <Modal open title={title} onCancel={close} footer={footer} width={640} destroyOnHidden mask={{ closable: false }}>
      {body}
    </Modal>
  );
}

/** Somebody or something was there before: what changed, and what was typed stays. */
function Stale({ changed }: { changed: readonly Changed[] }) {
  const { t } = useTranslation("case");
  const { seen } = useMoves();
  const shown = useChangedText();
  return (
    <div className="notice stale" role="alert">
      <p className="notice-says">{t("stale.says")}</p>
      <ul className="plain">
        {changed.map((one) => (
          <li key={one.what}>{shown(one)}</li>
        ))}
      </ul>
      <Button size="small" onClick={seen} data-testid="stale-seen">
        {t("stale.seen")}
      </Button>
    </div>
  );
}

function useChangedText(): (one: Changed) => ReactNode {
  const { t } = useTranslation("case");
  const { facts } = useMoves();
  const say = useSay("states", "reasons", "moves");
  const money = useMoney();
  const language = useLanguage();
  const text: Partial<Record<Changed["what"], (value: string) => string>> = {
    state: (value) => say("states", value),
    reason: (value) => say("reasons", value),
    amount: (value) => money({ amount: Number(value), currency: facts.seen.amount.currency }),
    deadline: (value) => (value ? momentText(value, language) : t("stale.none")),
    moves: (value) =>
      value
        .split(" ")
        .filter(Boolean)
        .map((move) => say("moves", move))
        .join(t("list")) || t("stale.none"),
    version: (value) => value,
  };
  return (one) => {
    const words = text[one.what];
    return words ? t(`stale.${one.what}`, { before: words(one.before), after: words(one.after) }) : t(`stale.${one.what}`);
  };
}
