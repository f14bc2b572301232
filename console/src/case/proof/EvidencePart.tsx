import { ColumnWidthOutlined, FileTextOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Case } from "@/api/client";
import { useProblemWords, useSay } from "@/api/words";
import { Chip, Failed, Loading, Moment } from "@/shared";
import { type Choices, type Evidence, useDispute, useEvidence } from "../data";
import { useMoves } from "../moves/MovesProvider";
import { Part } from "../parts/Part";
import { Needs, Reasons } from "../parts/Verdict";
import { isImage, isVideo } from "./media";
import { Viewer } from "./Viewer";

const JUDGED = { admitted: "closed", rejected: "time", undecided: "others", waiting: "others" } as const;
const SIDES = ["buyer", "seller"] as const;

/** Both sides' proof, what the rules make of each piece, what is still demanded and of whom; every picture opens large. */
export function EvidencePart({ found, choices }: { found: Case; choices: Choices }) {
  const { t } = useTranslation("case");
  const { start } = useMoves();
  const ids = choices.proof.map((one) => one.evidence_id);
  const { pieces, loading, error } = useEvidence(ids);
  const dispute = useDispute(found.id, found.dispute !== null);
  const [shown, setShown] = useState<{ at: number; beside: boolean } | null>(null);
  const visible = pieces.filter((piece) => isImage(piece) || isVideo(piece));
  const both = SIDES.every((side) => visible.some((piece) => piece.of === side));
  const missing = (dispute.data?.burden.sides ?? []).flatMap((side) => side.missing);
  const can = found.moves.some((move) => move.move === "submit_evidence" && move.open);
  return (
    <Part
      id="evidence"
      title={t("evidence.title")}
      aside={
        <span className="part-tools">
          {visible.length > 1 && (
            <Button
              size="small"
              icon={<ColumnWidthOutlined />}
              onClick={() => setShown({ at: 0, beside: true })}
              data-testid="side-by-side"
            >
              {t(both ? "evidence.sides" : "evidence.beside")}
            </Button>
          )}
          {can && (
            <Button size="small" onClick={() => start("submit_evidence")}>
              {t("evidence.add")}
            </Button>
          )}
        </span>
      }
    >
      {(choices.demanded.length > 0 || missing.length > 0) && (
        <div className="notice still" data-testid="still-demanded">
          <p className="notice-says">{t("evidence.still")}</p>
          <Needs needs={[...choices.demanded, ...missing]} />
        </div>
      )}
      {dispute.data && (
        <p className="deadline-line">
          {t("evidence.burden")}{" "}
          <Chip meaning="others">
            {t(`evidence.burden_${dispute.data.burden.falls_on}`, { defaultValue: dispute.data.burden.falls_on })}
          </Chip>
        </p>
      )}
      {loading && ids.length > 0 && <Loading rows={2} height={96} />}
      {error !== null && <Failed error={error} />}
      {ids.length === 0 && <p className="quiet">{t("evidence.none")}</p>}
      <div className="evidence-sides">
        {SIDES.map((side) => (
          <Side
            key={side}
            side={side}
            pieces={pieces.filter((piece) => piece.of === side)}
            choices={choices}
            onOpen={(piece) => setShown({ at: visible.indexOf(piece), beside: false })}
          />
        ))}
      </div>
      {shown && <Viewer pieces={visible} start={shown.at} beside={shown.beside} onClose={() => setShown(null)} />}
    </Part>
  );
}

function Side({
  side,
  pieces,
  choices,
  onOpen,
}: {
  side: string;
  pieces: readonly Evidence[];
  choices: Choices;
  onOpen: (piece: Evidence) => void;
}) {
  const say = useSay("sides");
  if (pieces.length === 0) return null;
  return (
    <div className="evidence-side">
      <h3>
        {say("sides", side)} <span className="quiet">{pieces.length}</span>
      </h3>
      <ul className="evidence-list">
        {pieces.map((piece) => (
          <PieceCard
            key={piece.id}
            piece={piece}
            judged={choices.proof.find((one) => one.evidence_id === piece.id)}
            onOpen={() => onOpen(piece)}
          />
        ))}
      </ul>
    </div>
  );
}

function PieceCard({
  piece,
  judged,
  onOpen,
}: {
  piece: Evidence;
  judged: Choices["proof"][number] | undefined;
  onOpen: () => void;
}) {
  const { t } = useTranslation("case");
  const say = useSay("evidence_kinds", "channels", "photo_findings", "evidence_moments");
  const words = useProblemWords();
  const name = say("evidence_kinds", piece.kind);
  return (
    <li className="evidence-card">
      {isImage(piece) ? (
        <button type="button" className="thumb" onClick={onOpen} data-testid="open-evidence">
          <img src={piece.url ?? ""} alt={name} loading="lazy" />
        </button>
      ) : isVideo(piece) ? (
        <button type="button" className="thumb" onClick={onOpen} data-testid="open-evidence">
          <video src={piece.url ?? ""} muted preload="metadata" aria-label={name} />
          <span className="thumb-film" aria-hidden="true">
            ▶
          </span>
        </button>
      ) : piece.url ? (
        <a className="thumb thumb-file" href={piece.url} target="_blank" rel="noreferrer">
          <FileTextOutlined aria-hidden="true" /> PDF
        </a>
      ) : (
        <p className="thumb thumb-words">{piece.text ?? t("evidence.no_file")}</p>
      )}
      <div className="evidence-says">
        <strong>{name}</strong>
        <span className="quiet">
          {say("evidence_moments", piece.at)} · <Moment at={piece.given_at} />
          {piece.channel && ` · ${say("channels", piece.channel)}`}
        </span>
        <span>
          {judged && (
            <Chip meaning={JUDGED[judged.kind as keyof typeof JUDGED] ?? "others"}>
              {t(`evidence.${judged.kind}`, { defaultValue: judged.kind })}
            </Chip>
          )}{" "}
          {piece.check && (
            <Chip meaning={piece.check.finding === "clear" ? "closed" : "time"}>
              {say("photo_findings", piece.check.finding)}
            </Chip>
          )}{" "}
          {piece.check?.seen && (
            <Chip meaning="time">{t(`evidence.seen_${piece.check.seen}`, { defaultValue: t("evidence.seen_alike") })}</Chip>
          )}{" "}
          {piece.sealed_at && <Chip meaning="closed">{t("evidence.sealed")}</Chip>}
        </span>
        {judged && judged.kind !== "admitted" && judged.reasons.length > 0 && <Reasons reasons={judged.reasons} />}
        {judged && judged.kind !== "admitted" && judged.reasons.length === 0 && <span>{words(judged.code).says}</span>}
        {judged?.human_check && <span className="quiet">{t("evidence.human")}</span>}
        {piece.stream && (
          <span className="quiet">
            {t("evidence.stream", {
              room: piece.stream.room,
              from: Math.round(piece.stream.from_ms / 1000),
              to: Math.round(piece.stream.to_ms / 1000),
            })}
          </span>
        )}
      </div>
    </li>
  );
}
