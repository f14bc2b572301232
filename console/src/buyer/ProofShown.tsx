/** @jsxImportSource preact */
import { get, type Proof } from "./api";
import { useLoad } from "./loading";
import { useWord, useWords } from "./say";

interface Piece {
  url: string | null;
  text: string | null;
  media_type: string | null;
}

/** The proof that the buyer gave, as the server keeps it. */
export function ProofShown({ proof }: { proof: Proof[] }) {
  const t = useWords();
  const mine = proof.filter((piece) => piece.of === "buyer");
  if (mine.length === 0) return null;
  return (
    <details>
      <summary>
        {t("proof.yours")} ({mine.length})
      </summary>
      <ul class="given">
        {mine.map((piece, n) => (
          <Shown key={piece.id} piece={piece} n={n + 1} />
        ))}
      </ul>
    </details>
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
