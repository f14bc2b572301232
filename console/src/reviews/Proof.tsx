import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSay } from "@/api/words";
import { Viewer } from "@/case/proof/Viewer";
import { Chip, Moment } from "@/shared";
import type { Evidence } from "./data";

/** What is known of a piece of proof before its file has been asked for. */
export interface Given {
  id: string;
  kind: string;
  channel: string | null;
  given_at: string;
  sealed_at?: string | null;
  legible: boolean | null;
  matches_claim: boolean | null;
}

/** One piece of proof: the picture (large on click, to zoom and turn), the film or the words, and what the machine measured. */
export function Proof({
  given,
  piece,
  open,
  fresh,
}: {
  given: Given;
  piece: Evidence | undefined;
  open?: () => void;
  fresh?: boolean;
}) {
  const { t } = useTranslation("reviews");
  const say = useSay("evidence_kinds", "channels", "photo_findings");
  return (
    <li className="proof-card">
      <div className="proof-body">
        <Content piece={piece} label={say("evidence_kinds", given.kind)} open={open} />
      </div>
      <p className="proof-kind">
        <strong>{say("evidence_kinds", given.kind)}</strong>
        {given.channel && <span className="quiet"> · {say("channels", given.channel)}</span>}
      </p>
      <p className="quiet proof-when">
        <Moment at={given.given_at} />
        {given.sealed_at && <span> · {t("proof.sealed")}</span>}
      </p>
      {fresh && (
        <p>
          <Chip meaning="you">{t("proof.fresh")}</Chip>
        </p>
      )}
      <Doubts given={given} piece={piece} />
    </li>
  );
}

const isPicture = (piece: Evidence | undefined) => Boolean(piece?.url && piece.media_type?.startsWith("image/"));
const isFilm = (piece: Evidence | undefined) => Boolean(piece?.url && piece.media_type?.startsWith("video/"));

/** The large view over several pieces: pictures and films, one or two at a time. */
export function useViewer(pieces: readonly (Evidence | undefined)[]) {
  const [shown, setShown] = useState<{ at: number; beside: boolean } | null>(null);
  const visible = pieces.filter((piece): piece is Evidence => isPicture(piece) || isFilm(piece));
  return {
    many: visible.length > 1,
    beside: () => setShown({ at: 0, beside: true }),
    open: (piece: Evidence | undefined) => {
      const at = visible.findIndex((one) => one.id === piece?.id);
      return at < 0 ? undefined : () => setShown({ at, beside: false });
    },
    view: shown && <Viewer pieces={visible} start={shown.at} beside={shown.beside} onClose={() => setShown(null)} />,
  };
}

function Content({ piece, label, open }: { piece: Evidence | undefined; label: string; open: (() => void) | undefined }) {
  const { t } = useTranslation("reviews");
  if (!piece) return <div className="proof-blank" aria-hidden="true" />;
  if (isPicture(piece)) {
    return (
      <button type="button" className="proof-open" title={t("proof.open")} onClick={open}>
        <img src={piece.url ?? ""} alt={label} className="proof-image" />
      </button>
    );
  }
  if (isFilm(piece)) {
    return (
      <button type="button" className="proof-open" title={t("proof.open")} onClick={open}>
        {/* biome-ignore lint/a11y/useMediaCaption: a buyer's film has no captions */}
        <video src={piece.url ?? ""} preload="metadata" className="proof-film" aria-label={label} />
      </button>
    );
  }
  if (piece.text) return <blockquote className="proof-words">{piece.text}</blockquote>;
  if (piece.url) {
    return (
      <a href={piece.url} target="_blank" rel="noreferrer">
        {t("proof.open")}
      </a>
    );
  }
  return <p className="quiet">{t("proof.noFile")}</p>;
}

function Doubts({ given, piece }: { given: Given; piece: Evidence | undefined }) {
  const { t } = useTranslation("reviews");
  const say = useSay("photo_findings");
  const check = piece?.check;
  const unclear = check && check.finding !== "clear";
  return (
    <>
      <p className="proof-doubts">
        {unclear && <Chip meaning="time">{say("photo_findings", check.finding)}</Chip>}
        {!unclear && given.legible === false && <Chip meaning="time">{t("proof.unread")}</Chip>}
        {given.matches_claim === false && <Chip meaning="time">{t("proof.mismatch")}</Chip>}
        {check?.seen && <Chip meaning="time">{t(`proof.seen.${check.seen}`)}</Chip>}
      </p>
      {check && (
        <p className="quiet proof-figures figures" title={t("proof.limits")}>
          {t("proof.figures", { sharpness: check.sharpness, brightness: check.brightness, contrast: check.contrast })}
        </p>
      )}
      {piece?.stream && (
        <p className="quiet">
          {t("proof.stream", { room: piece.stream.room, from: clock(piece.stream.from_ms), to: clock(piece.stream.to_ms) })}
        </p>
      )}
    </>
  );
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
