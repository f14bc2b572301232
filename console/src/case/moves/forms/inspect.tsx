import { Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useSay, useVocabulary } from "@/api/words";
import { minorUnits, useMoney } from "@/shared";
import { type Piece, ProofField, proofBody } from "../../proof/ProofField";
import { type Facts, type FieldsProps, form } from "../types";
import { NoteField } from "./parts";
import { Grounds, lackingInNo } from "./reject";

interface Line {
  accepted: number;
  deducted: string;
  disposition: string;
}
interface Draft {
  lines: Record<string, Line>;
  ground: string | null;
  note: string;
  pieces: readonly Piece[];
}

const deducted = (line: Line, { choices }: Facts) =>
  line.accepted === 0 || line.deducted.trim() === "" ? 0 : minorUnits(line.deducted, choices.currency);

/** What goes back to the buyer, the accepted units' share less what is kept. */
function paid(draft: Draft, facts: Facts): number {
  return facts.seen.lines.reduce((sum, line) => {
    const found = draft.lines[line.line_id];
    return found ? sum + Math.floor((line.amount * found.accepted) / line.quantity) - (deducted(found, facts) ?? 0) : sum;
  }, 0);
}

const saysNo = (draft: Draft, facts: Facts) =>
  facts.seen.lines.some((line) => {
    const found = draft.lines[line.line_id];
    return found && (found.accepted < line.quantity || (deducted(found, facts) ?? 1) > 0);
  });

function Fields({ draft, set, facts }: FieldsProps<Draft>) {
  const { t } = useTranslation("case");
  const say = useSay("dispositions");
  const dispositions = useVocabulary("dispositions");
  const money = useMoney();
  const put = (id: string, part: Partial<Line>) =>
    set((now) => ({ lines: { ...now.lines, [id]: { ...(now.lines[id] as Line), ...part } } }));
  const no = saysNo(draft, facts);
  const ground = facts.choices.grounds.find((one) => one.ground === draft.ground);
  return (
    <>
      <ul className="inspect-lines">
        {facts.seen.lines.map((line) => {
          const found = draft.lines[line.line_id] as Line;
          const title = facts.order?.lines.find((one) => one.id === line.line_id)?.title ?? line.line_id;
          return (
            <li key={line.line_id} className="inspect-line">
              <p className="field-label">{title}</p>
              <div className="inspect-fields">
                <div className="inspect-field">
                  {t("inspect.accepted", { of: line.quantity })}
                  <InputNumber
                    min={0}
                    max={line.quantity}
                    precision={0}
                    value={found.accepted}
                    aria-label={`${title}: ${t("inspect.accepted", { of: line.quantity })}`}
                    onChange={(accepted) => put(line.line_id, { accepted: Number(accepted ?? 0) })}
                  />
                </div>
                <span className="quiet">{t("inspect.refused", { n: line.quantity - found.accepted })}</span>
                <div className="inspect-field">
                  {t("inspect.deducted", { currency: facts.choices.currency })}
                  <Input
                    inputMode="decimal"
                    value={found.deducted}
                    aria-label={`${title}: ${t("inspect.deducted", { currency: facts.choices.currency })}`}
                    disabled={found.accepted === 0}
                    status={deducted(found, facts) === null ? "error" : undefined}
                    onChange={(event) => put(line.line_id, { deducted: event.target.value })}
                  />
                </div>
                <div className="inspect-field">
                  {t("inspect.disposition")}
                  <Select
                    value={found.disposition}
                    aria-label={`${title}: ${t("inspect.disposition")}`}
                    options={[...dispositions.keys()].map((word) => ({ value: word, label: say("dispositions", word) }))}
                    onChange={(disposition: string) => put(line.line_id, { disposition })}
                  />
                </div>
              </div>
            </li>
          );
        })}
      </ul>
      <p className="form-says">
        {t("inspect.pays", { amount: money({ amount: Math.max(0, paid(draft, facts)), currency: facts.choices.currency }) })}
      </p>
      {no && (
        <>
          <Grounds value={draft.ground} facts={facts} onChange={(chosen) => set({ ground: chosen })} />
          <NoteField
            label={t(ground && ground.max_note > 0 ? "reject.note_owed" : "form.opinion")}
            value={draft.note}
            max={ground?.max_note || 2000}
            onChange={(change) => set((now) => ({ note: change(now.note) }))}
          />
          <ProofField
            orderId={facts.seen.order_id}
            pieces={draft.pieces}
            needs={ground?.proof ?? []}
            label={t("inspect.photos")}
            onChange={(change) => set((now) => ({ pieces: change(now.pieces) }))}
          />
        </>
      )}
    </>
  );
}

/** The second review, by unit: accepted, refused, or accepted less a deduction; a no brings its ground and proof. */
export const inspect_return = form<Draft>({
  first: ({ seen }) => ({
    lines: Object.fromEntries(
      seen.lines.map((line) => [line.line_id, { accepted: line.quantity, deducted: "", disposition: "restocked" }]),
    ),
    ground: null,
    note: "",
    pieces: [],
  }),
  Fields,
  lacking: (draft, facts) => {
    if (facts.seen.lines.some((line) => deducted(draft.lines[line.line_id] as Line, facts) === null)) return "amount";
    if (!saysNo(draft, facts)) return null;
    return lackingInNo(
      facts.choices.grounds.find((one) => one.ground === draft.ground),
      draft,
    );
  },
  body: (draft, facts) => ({
    lines: facts.seen.lines.map((line) => {
      const found = draft.lines[line.line_id] as Line;
      return {
        line_id: line.line_id,
        accepted: found.accepted,
        refused: line.quantity - found.accepted,
        deducted: deducted(found, facts) ?? 0,
        disposition: found.disposition,
      };
    }),
    ...(saysNo(draft, facts) && draft.ground ? { ground: draft.ground } : {}),
    ...(draft.note.trim() && saysNo(draft, facts) ? { note: draft.note.trim() } : {}),
    ...(draft.pieces.length > 0 && saysNo(draft, facts) ? { proof: proofBody(draft.pieces) } : {}),
  }),
  pays: (draft, facts) =>
    facts.seen.kind === "exchange" ? null : { amount: Math.max(0, paid(draft, facts)), currency: facts.choices.currency },
  confirm: () => "inspect",
});
