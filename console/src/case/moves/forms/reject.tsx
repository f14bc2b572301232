import { useTranslation } from "react-i18next";
import { useOneOf, useProblemWords, useSay, useVocabulary } from "@/api/words";
import type { Ground } from "../../data";
import { Unmet } from "../../parts/Unmet";
import { meets, type Piece, ProofField, proofBody } from "../../proof/ProofField";
import { type Facts, type FieldsProps, form } from "../types";
import { NoteField, noted } from "./parts";

export interface RejectDraft {
  ground: string | null;
  note: string;
  pieces: readonly Piece[];
}
const OTHER_MAX = 2000;

const chosenOf = (draft: RejectDraft, { choices }: Facts): Ground | undefined =>
  choices.grounds.find((one) => one.ground === draft.ground);

/** The grounds of this stage, the open ones first, each with the proof that it demands; a closed one says why and what would have to hold. */
export function Grounds({ value, facts, onChange }: { value: string | null; facts: Facts; onChange: (ground: string) => void }) {
  const { t } = useTranslation("case");
  const say = useSay("grounds", "evidence_kinds", "rejection_stages");
  const one = useOneOf();
  const words = useProblemWords();
  const numbers = useVocabulary("grounds");
  const { grounds, stage } = facts.choices;
  const sorted = [...grounds].sort((a, b) => Number(b.open) - Number(a.open));
  const kinds = (ground: Ground) =>
    ground.proof
      .map((need) =>
        [
          (need.all_of ?? []).map((kind) => say("evidence_kinds", kind)).join(t("proof.and")),
          (need.any_of ?? []).map((kind) => say("evidence_kinds", kind)).join(t("proof.or")),
        ]
          .filter(Boolean)
          .join(t("proof.and")),
      )
      .join(t("proof.and"));
  return (
    <fieldset className="field grounds">
      <legend className="field-label">
        {t("reject.ground")}{" "}
        <span className="quiet">
          · {say("rejection_stages", stage)} · {grounds.length}
        </span>
      </legend>
      <ul>
        {sorted.map((ground) => (
          <li key={ground.ground}>
            <label className={ground.open ? "ground" : "ground ground-closed"}>
              <input
                type="radio"
                name="ground"
                value={ground.ground}
                checked={value === ground.ground}
                aria-disabled={!ground.open}
                onChange={() => ground.open && onChange(ground.ground)}
              />
              <span className="ground-name">
                <span className="figures quiet">{String(numbers.get(ground.ground)?.traits.number ?? "")}</span>{" "}
                {say("grounds", ground.ground)}
              </span>
              {ground.open ? (
                <span className="ground-says">
                  {ground.proof.length > 0 ? t("reject.demands", { kinds: kinds(ground) }) : t("reject.no_proof")}
                  {ground.max_note > 0 && ` · ${t("reject.owes_note", { max: ground.max_note })}`}
                </span>
              ) : (
                <span className="ground-says">
                  {ground.reasons.map((reason) => one(reason.says as never) || words(reason.code).says).join(" ")}
                  <Unmet conditions={ground.unmet} />
                </span>
              )}
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

function Fields({ draft, set, facts }: FieldsProps<RejectDraft>) {
  const { t } = useTranslation("case");
  const chosen = chosenOf(draft, facts);
  const max = chosen?.max_note || OTHER_MAX;
  return (
    <>
      <Grounds value={draft.ground} facts={facts} onChange={(ground) => set({ ground })} />
      {chosen && (
        <>
          <NoteField
            label={t(chosen.max_note > 0 ? "reject.note_owed" : "form.opinion")}
            value={draft.note}
            max={max}
            required={chosen.max_note > 0}
            onChange={(change) => set((now) => ({ note: change(now.note) }))}
          />
          <ProofField
            orderId={facts.seen.order_id}
            pieces={draft.pieces}
            needs={chosen.proof}
            onChange={(change) => set((now) => ({ pieces: change(now.pieces) }))}
          />
        </>
      )}
    </>
  );
}

/** What keeps a no from being said. The server asks again, and has the last word. */
export function lackingInNo(ground: Ground | undefined, draft: RejectDraft): string | null {
  if (!ground) return "ground";
  if (ground.max_note > 0 && !draft.note.trim()) return "note";
  if (draft.note.trim().length > (ground.max_note || OTHER_MAX)) return "note_long";
  if (!ground.proof.filter((need) => need.kind === "proof").every((need) => meets(need, draft.pieces))) return "proof";
  return null;
}

export const reject = form<RejectDraft>({
  first: () => ({ ground: null, note: "", pieces: [] }),
  Fields,
  lacking: (draft, facts) => lackingInNo(chosenOf(draft, facts), draft),
  body: (draft) => ({
    ground: draft.ground,
    ...noted(draft),
    ...(draft.pieces.length > 0 ? { proof: proofBody(draft.pieces) } : {}),
  }),
  danger: true,
});
