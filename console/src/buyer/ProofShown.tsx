/** @jsxImportSource preact */
import { useState } from "preact/hooks";
import { get, type Proof } from "./api";
import { hand } from "./fetched";
import { Trouble, useLoad } from "./loading";
import { useWord, useWords } from "./say";

interface Piece {
  url: string | null;
  text: string | null;
  media_type: string | null;
}

/** The proof of both sides, as the server keeps it; the seller's stands open where it is what a no rests on. */
export function ProofShown({ proof, open }: { proof: Proof[]; open: boolean }) {
  return (
    <>
      {(["seller", "buyer"] as const).map((side) => {
        const theirs = proof.filter((piece) => piece.of === side);
        return theirs.length > 0 && <Side key={side} side={side} proof={theirs} open={open && side === "seller"} />;
      })}
    </>
  );
}

/** Links to files live five minutes, so they are asked for when somebody looks. */
function Side({ side, proof, open }: { side: "seller" | "buyer"; proof: Proof[]; open: boolean }) {
  const t = useWords();
  const [looked, look] = useState(open);
  return (
    <details open={open} onToggle={(event) => event.currentTarget.open && look(true)}>
      <summary>
        {t(side === "buyer" ? "proof.yours" : "proof.theirs")} ({proof.length})
      </summary>
      <ul class="given">{looked && proof.map((piece, n) => <Shown key={piece.id} piece={piece} n={n + 1} />)}</ul>
    </details>
  );
}

function Shown({ piece, n }: { piece: Proof; n: number }) {
  const t = useWords();
  const kind = useWord("evidence_kinds");
  const [renewed, renew] = useState(false);
  const { data, error, again } = useLoad(() => get<Piece>(`/v1/evidence/${piece.id}`), [piece.id]);
  const name = t("proof.photo.n", { n, kind: kind(piece.kind) });
  const media = data?.media_type ?? "";
  const ended = () => {
    if (renewed) return;
    renew(true);
    again();
  };
  return (
    <li>
      {data?.url && media.startsWith("image/") && <img src={data.url} alt={name} loading="lazy" onError={ended} />}
      {data?.url && media.startsWith("video/") && (
        <video src={data.url} controls muted playsInline preload="metadata" aria-label={name} onError={ended} />
      )}
      <div>
        <span>{name}</span>
        {media && !data?.url && !data?.text && <span class="quiet">{t("proof.checking")}</span>}
        {data?.text && <blockquote dir="auto">{data.text}</blockquote>}
        {data?.url && media === "application/pdf" && <Paper id={piece.id} name={name} />}
        {error && !data && <Trouble error={error} again={again} />}
      </div>
    </li>
  );
}

/** A document as proof, opened by whatever this device reads it with. */
function Paper({ id, name }: { id: string; name: string }) {
  const t = useWords();
  const [error, fail] = useState<Error | null>(null);
  const [busy, work] = useState(false);
  const open = async () => {
    work(true);
    fail(
      await get<Piece>(`/v1/evidence/${id}`).then(
        ({ url }) => hand(url ?? "", `${name}.pdf`),
        (problem: Error) => problem,
      ),
    );
    work(false);
  };
  return (
    <>
      <button type="button" class="button" disabled={busy} onClick={() => void open()}>
        {t("proof.open", { name })}
      </button>
      {error && <Trouble error={error} />}
    </>
  );
}
