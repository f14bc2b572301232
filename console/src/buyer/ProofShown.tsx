/** @jsxImportSource preact */
import { get, type Proof } from "./api";
import { useLoad } from "./loading";
import { useWord, useWords } from "./say";

interface Piece {
  url: string | null;
  text: string | null;
  media_type: string | null;
}

/** The proof of both sides, as the server keeps it; the seller's stands open where it is what a no rests on. */
export function ProofShown({ proof, open }: { proof: Proof[]; open: boolean }) {
  const t = useWords();
  return (
    <>
      {(["seller", "buyer"] as const).map((side) => {
        const theirs = proof.filter((piece) => piece.of === side);
        if (theirs.length === 0) return null;
        return (
          <details key={side} open={open && side === "seller"}>
            <summary>
              {t(side === "buyer" ? "proof.yours" : "proof.theirs")} ({theirs.length})
            </summary>
            <ul class="given">
              {theirs.map((piece, n) => (
                <Shown key={piece.id} piece={piece} n={n + 1} />
              ))}
            </ul>
          </details>
        );
      })}
    </>
  );
}

function Shown({ piece, n }: { piece: Proof; n: number }) {
  const t = useWords();
  const kind = useWord("evidence_kinds");
  const { data } = useLoad(() => get<Piece>(`/v1/evidence/${piece.id}`), [piece.id]);
  const name = t("proof.photo.n", { n, kind: kind(piece.kind) });
  return (
    <li>
      {data?.url && data.media_type?.startsWith("image/") && <img src={data.url} alt={name} loading="lazy" />}
      {data?.url && data.media_type?.startsWith("video/") && (
        <video src={data.url} controls muted playsInline preload="metadata" />
      )}
      <div>
        <span>{name}</span>
        {data?.text && <blockquote>{data.text}</blockquote>}
      </div>
    </li>
  );
}
