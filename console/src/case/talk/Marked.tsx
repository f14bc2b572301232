import { Button } from "antd";
import { type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { useOneOf, useSay } from "@/api/words";
import { Chip } from "@/shared";

type Hit = Schemas["Hit"];

/** Characters as the server counts them: code points, not the browser's halves of them. */
function parts(text: string, hits: readonly Hit[]): { text: string; hit: Hit | null }[] {
  const points = [...text];
  const found: { text: string; hit: Hit | null }[] = [];
  let at = 0;
  for (const hit of [...hits].sort((one, other) => one.start - other.start)) {
    if (hit.start < at || hit.end > points.length) continue;
    if (hit.start > at) found.push({ text: points.slice(at, hit.start).join(""), hit: null });
    found.push({ text: points.slice(hit.start, hit.end).join(""), hit });
    at = hit.end;
  }
  if (at < points.length) found.push({ text: points.slice(at).join(""), hit: null });
  return found;
}

interface Props {
  id: string;
  value: string;
  hits: readonly Hit[];
  max: number;
  placeholder: string;
  onChange: (text: string) => void;
  onSend: () => void;
}

/** A text field in which sensitive words are marked where they stand: the marks lie on a copy of the text behind it. */
export function Marked({ id, value, hits, max, placeholder, onChange, onSend }: Props) {
  const back = useRef<HTMLDivElement>(null);
  const shown: ReactNode[] = parts(value, hits).map((part, at) =>
    part.hit ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces have no names but their places
      <mark key={at} className={`hit hit-${part.hit.level}`} data-testid="hit">
        {part.text}
      </mark>
    ) : (
      part.text
    ),
  );
  return (
    <div className="marked">
      <div className="marked-back" ref={back} aria-hidden="true">
        {shown}
        {"\n"}
      </div>
      <textarea
        id={id}
        className="marked-text"
        rows={3}
        value={value}
        maxLength={max}
        placeholder={placeholder}
        aria-invalid={hits.some((hit) => hit.level === "refuse")}
        onChange={(event) => onChange(event.target.value)}
        onScroll={(event) => {
          if (back.current) back.current.scrollTop = event.currentTarget.scrollTop;
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            onSend();
          }
        }}
      />
    </div>
  );
}

/** What was found, why it is listed, and what to write instead. */
export function Hits({ hits, text, onReplace }: { hits: readonly Hit[]; text: string; onReplace: (text: string) => void }) {
  const { t } = useTranslation("case");
  const one = useOneOf();
  const say = useSay("sensitive_categories");
  if (hits.length === 0) return null;
  const points = [...text];
  return (
    <ul className="hits" role="alert">
      {hits.map((hit) => {
        const instead = one(hit.instead as never);
        const word = points.slice(hit.start, hit.end).join("");
        return (
          <li key={`${hit.start} ${hit.word}`}>
            <Chip meaning={hit.level === "refuse" ? "time" : "money"}>
              {t(hit.level === "refuse" ? "talk.stops" : "talk.warns")}
            </Chip>{" "}
            <b>{word}</b> <span className="quiet">{say("sensitive_categories", hit.category)}</span> {instead}
          </li>
        );
      })}
      <li>
        <Button
          size="small"
          onClick={() =>
            onReplace(
              parts(text, hits)
                .map((part) => (part.hit ? "" : part.text))
                .join("")
                .replace(/ {2,}/g, " "),
            )
          }
        >
          {t("talk.take_out")}
        </Button>
      </li>
    </ul>
  );
}
