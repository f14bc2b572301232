import { useQueries } from "@tanstack/react-query";
import { Input, Modal, Select } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schemas } from "@/api/client";
import { useSay, useVocabulary } from "@/api/words";
import { meets, type Piece, ProofField, proofBody } from "@/case/proof/ProofField";
import { useActLabel } from "./BulkBar";
import { MOST_WORDS, type Props } from "./Dialogs";
import type { Row } from "./rows";

type Ground = Schemas["GroundChoice"];

/** For so many rows it is asked beforehand what their ground demands; of more, the server says it row by row. */
const LOOKED_AT = 50;

/** The stage of a case, as the grounds are listed by it. */
function stageOf(row: Row): string {
  if (row.kind === "cancel") return "cancel";
  return row.state === "return_delivered" ? "rejection_2" : "rejection_1";
}

interface Group {
  key: string;
  stage: string;
  kind: string;
  rows: Row[];
}

/** Cases to which the same grounds are open: those of one stage and kind. */
function grouped(rows: readonly Row[]): Group[] {
  const by = new Map<string, Group>();
  for (const row of rows) {
    const key = `${stageOf(row)} ${row.kind}`;
    const group = by.get(key) ?? { key, stage: stageOf(row), kind: row.kind, rows: [] };
    group.rows.push(row);
    by.set(key, group);
  }
  return [...by.values()];
}

interface Offered {
  word: string;
  /** For how many of the group it is open; those that were not looked at count. */
  open: number;
}

/** The grounds of a group's stage; what is open to most of it comes first. */
function useGroundsOf(demands: ReadonlyMap<string, readonly Ground[]>): (group: Group) => Offered[] {
  const grounds = useVocabulary("grounds");
  const takes = (row: Row, word: string) => demands.get(row.id)?.find((one) => one.ground === word)?.open ?? !demands.has(row.id);
  return ({ stage, kind, rows }) =>
    [...grounds.values()]
      .filter(({ traits }) => {
        const stages = traits.stages as string[] | undefined;
        const kinds = traits.kinds as string[] | undefined;
        return (!stages || stages.includes(stage)) && (!kinds || kinds.includes(kind));
      })
      .map(({ word }) => ({ word, open: rows.filter((row) => takes(row, word)).length }))
      .sort((one, other) => other.open - one.open);
}

/** What each of the first rows may be rejected on, and the proof that it takes. */
function useDemands(rows: readonly Row[]): ReadonlyMap<string, readonly Ground[]> {
  return useQueries({
    queries: rows
      .slice(0, LOOKED_AT)
      .map((row) => api.queryOptions("get", "/v1/cases/{case_id}/choices", { params: { path: { case_id: row.id } } })),
    combine: (all) =>
      new Map(all.flatMap((one, at) => (one.data ? [[rows[at]?.id ?? "", one.data.grounds as readonly Ground[]] as const] : []))),
  });
}

type Standing = { whole: boolean; choice?: Ground; closed?: boolean };

/** A ground for each stage that is among them, and for each case the proof that its ground demands; what is not whole stays as it is. */
export function RejectMany({ asking, acts }: Props) {
  const { t } = useTranslation("cases");
  const say = useSay("grounds", "rejection_stages", "kinds");
  const label = useActLabel();
  const groups = useMemo(() => grouped(asking.rows), [asking.rows]);
  const demands = useDemands(asking.rows);
  const groundsOf = useGroundsOf(demands);
  const [chosen, choose] = useState<Record<string, string>>({});
  const [note, setNote] = useState("");
  const [given, give] = useState<Record<string, readonly Piece[]>>({});
  const groundOf = new Map(groups.flatMap((group) => group.rows.map((row) => [row.id, chosen[group.key]] as const)));

  function standing(row: Row): Standing {
    const ground = groundOf.get(row.id);
    if (!ground || (ground === "other" && !note.trim())) return { whole: false };
    const known = demands.get(row.id);
    if (!known) return { whole: asking.rows.indexOf(row) >= LOOKED_AT };
    const choice = known.find((one) => one.ground === ground);
    if (!choice?.open) return { whole: false, choice, closed: true };
    if (choice.max_note > 0 && !note.trim()) return { whole: false, choice };
    return {
      whole: choice.proof.filter((need) => need.kind === "proof").every((need) => meets(need, given[row.id] ?? [])),
      choice,
    };
  }
  const stands = new Map(asking.rows.map((row) => [row.id, standing(row)]));
  const whole = asking.rows.filter((row) => stands.get(row.id)?.whole);
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
      okButtonProps={{ danger: true, disabled: whole.length === 0 }}
      onOk={() => acts.finish(body, false, whole)}
      onCancel={acts.close}
    >
      <div className="form">
        {groups.map((group, at) => (
          <div key={group.key} className="form">
            <label htmlFor={`ground-${at}`}>
              {t("reject.ground")}
              {groups.length > 1 && (
                <span className="quiet">
                  {" "}
                  · {say("rejection_stages", group.stage)} · {say("kinds", group.kind)} ({group.rows.length})
                </span>
              )}
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
            <Rows
              group={group}
              stands={stands}
              given={given}
              give={(id, change) => give((before) => ({ ...before, [id]: change(before[id] ?? []) }))}
            />
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
        {asking.rows.length > LOOKED_AT && <p className="quiet">{t("reject.proof", { count: LOOKED_AT })}</p>}
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
  const told = group.rows.filter((row) => {
    const stand = stands.get(row.id);
    return stand?.closed || stand?.choice?.proof.some((need) => need.kind === "proof");
  });
  if (told.length === 0) return null;
  return (
    <ul className="owed">
      {told.map((row) => {
        const { choice, closed } = stands.get(row.id) ?? {};
        return (
          <li key={row.id} data-owes={row.reference}>
            <strong>{row.reference}</strong>
            {closed ? (
              <p className="quiet">{t("reject.closed")}</p>
            ) : (
              <ProofField
                orderId={row.order_id}
                pieces={given[row.id] ?? []}
                needs={choice?.proof ?? []}
                onChange={(change) => give(row.id, change)}
              />
            )}
          </li>
        );
      })}
    </ul>
  );
}
