import { Button, Input, Modal, Select } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSay, useVocabulary } from "@/api/words";
import { FilesGoing, useFilesGoing } from "@/case/proof/going";
import { meets, type Piece, ProofField, proofBody } from "@/case/proof/ProofField";
import { Failed, Loading } from "@/shared";
import { type Deciding, MOST_WORDS } from "./acting";
import { useActLabel } from "./BulkBar";
import { type Ground, type Grounds, type Group, grouped, offered, useGrounds } from "./grounds";
import type { Row } from "./rows";

/** So many cases that owe something are drawn at first; the rest come when asked for, so that a thousand do not hold up the page. */
const DRAWN = 50;

type Standing = { whole: boolean; choice?: Ground; closed?: boolean };

/** Whether a case can be rejected as it stands: on a ground that is open to it, with the note and the proof that it owes. */
function standing(
  ground: string | undefined,
  note: string,
  known: readonly Ground[] | undefined,
  given: readonly Piece[],
  heard: boolean,
): Standing {
  if (!ground || (ground === "other" && !note)) return { whole: false };
  if (!known) return heard ? { whole: false, closed: true } : { whole: true };
  const choice = known.find((one) => one.ground === ground);
  if (!choice?.open) return { whole: false, choice, closed: true };
  if (choice.max_note > 0 && !note) return { whole: false, choice };
  return { whole: choice.proof.filter((need) => need.kind === "proof").every((need) => meets(need, given)), choice };
}

/** The grounds of a group: as the server judged them, or without a network every word of its stage. */
function useGroundsOf(judged: Grounds): (group: Group) => { word: string; open: number }[] {
  const grounds = useVocabulary("grounds");
  return (group) => {
    if (judged.heard) return offered(group, judged);
    const fits = (words: unknown, word: string) => !Array.isArray(words) || words.includes(word);
    return [...grounds.values()]
      .filter(({ traits }) => fits(traits.stages, group.stage) && fits(traits.kinds, group.kind))
      .map(({ word }) => ({ word, open: group.rows.length }));
  };
}

/** A ground for each stage that is among them, and for each case the proof that its ground demands; what is not whole stays as it is. */
export function RejectMany({ asking, acts }: Deciding) {
  const { t } = useTranslation("cases");
  const say = useSay("grounds", "rejection_stages", "kinds");
  const label = useActLabel();
  const judged = useGrounds(asking.rows);
  const groups = useMemo(() => grouped(asking.rows, judged), [asking.rows, judged]);
  const [chosen, choose] = useState<Record<string, string>>({});
  const [note, setNote] = useState("");
  const [given, give] = useState<Record<string, readonly Piece[]>>({});
  const [going, tellGoing] = useFilesGoing();
  const groundsOf = useGroundsOf(judged);
  const stands = new Map<string, Standing>();
  for (const group of groups)
    for (const row of group.rows)
      stands.set(
        row.id,
        standing(chosen[group.key], note.trim(), judged.of.get(row.id)?.grounds, given[row.id] ?? [], judged.heard),
      );
  const groundOf = new Map(groups.flatMap((group) => group.rows.map((row) => [row.id, chosen[group.key]] as const)));
  const whole = asking.rows.filter((row) => stands.get(row.id)?.whole);
  const stageName = (group: Group) => `${say("rejection_stages", group.stage)} · ${say("kinds", group.kind)}`;
  const body = (row: Row) => {
    const proof = proofBody(given[row.id] ?? []);
    return {
      ground: groundOf.get(row.id),
      ...(note.trim() ? { note: note.trim() } : {}),
      ...(proof.length > 0 ? { proof } : {}),
    };
  };
  return (
    <Modal
      open
      width={640}
      title={label("reject", asking.rows)}
      okText={whole.length > 0 ? label("reject", whole, asking.rows.length) : t("acts.reject")}
      okButtonProps={{ danger: true, disabled: whole.length === 0 || going }}
      onOk={() => acts.finish(body, false, whole)}
      onCancel={acts.close}
    >
      <div className="form">
        {judged.pending && <Loading rows={3} />}
        {judged.error ? <Failed error={judged.error} /> : null}
        {(judged.pending ? [] : groups).map((group, at) => (
          <div key={group.key} className="form">
            <label htmlFor={`ground-${at}`}>
              {t("reject.ground")}
              <span className="quiet"> · {t("reject.ofStage", { count: group.rows.length, stage: stageName(group) })}</span>
            </label>
            <Select
              id={`ground-${at}`}
              autoFocus={at === 0}
              value={chosen[group.key]}
              placeholder={t("reject.choose")}
              showSearch={{ optionFilterProp: "label" }}
              options={groundsOf(group).map(({ word, open }) => ({
                value: word,
                label:
                  open < group.rows.length
                    ? t("reject.someOf", { ground: say("grounds", word), open, of: group.rows.length })
                    : say("grounds", word),
                disabled: open === 0,
              }))}
              onChange={(ground: string) => choose((before) => ({ ...before, [group.key]: ground }))}
            />
            <FilesGoing value={tellGoing}>
              <Rows
                group={group}
                stands={stands}
                given={given}
                give={(id, change) => give((before) => ({ ...before, [id]: change(before[id] ?? []) }))}
              />
            </FilesGoing>
          </div>
        ))}
        <label htmlFor="note">{t("reject.note")}</label>
        <Input.TextArea
          id="note"
          rows={3}
          maxLength={MOST_WORDS}
          showCount
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
        {!judged.pending && !judged.heard && <p className="quiet">{t("reject.unheard")}</p>}
      </div>
    </Modal>
  );
}

interface RowsProps {
  group: Group;
  stands: ReadonlyMap<string, Standing>;
  given: Record<string, readonly Piece[]>;
  give: (id: string, change: (pieces: readonly Piece[]) => readonly Piece[]) => void;
}

/** The cases whose ground is closed to them, and those that owe proof, each with its own. */
function Rows({ group, stands, given, give }: RowsProps) {
  const { t } = useTranslation("cases");
  const [drawn, draw] = useState(DRAWN);
  const owing = group.rows.filter((row) => stands.get(row.id)?.choice?.proof.some((need) => need.kind === "proof"));
  const closed = group.rows.filter((row) => stands.get(row.id)?.closed);
  const told = [...owing.filter((row) => !stands.get(row.id)?.closed), ...closed];
  if (told.length === 0) return null;
  const lacking = owing.filter((row) => !stands.get(row.id)?.closed && !stands.get(row.id)?.whole);
  return (
    <>
      <p className="quiet" role="status">
        {[
          lacking.length > 0 && t("reject.lack", { count: lacking.length }),
          closed.length > 0 && t("reject.shut", { count: closed.length }),
        ]
          .filter(Boolean)
          .join(" ")}
      </p>
      <ul className="owed">
        {told.slice(0, drawn).map((row) => (
          <li key={row.id} data-owes={row.reference}>
            <strong>{row.reference}</strong>
            {stands.get(row.id)?.closed ? (
              <p className="quiet">{t("reject.closed")}</p>
            ) : (
              <ProofField
                orderId={row.order_id}
                pieces={given[row.id] ?? []}
                needs={stands.get(row.id)?.choice?.proof ?? []}
                onChange={(change) => give(row.id, change)}
              />
            )}
          </li>
        ))}
      </ul>
      {told.length > drawn && (
        <Button onClick={() => draw(drawn + DRAWN)}>{t("reject.more", { count: told.length - drawn })}</Button>
      )}
    </>
  );
}
