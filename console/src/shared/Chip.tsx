import type { ReactNode } from "react";

/** The five meanings that colour has here; each has a mark of its own, so that none is said by colour alone. */
export type Meaning = "time" | "money" | "you" | "others" | "closed";

const MARKS: Record<Meaning, ReactNode> = {
  time: (
    <path
      d="M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11Zm0 2.7V8l2 1.6"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
    />
  ),
  money: <path d="M8 13.5V3m0 0L4.2 6.8M8 3l3.8 3.8" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" />,
  you: <circle cx="8" cy="8" r="4" fill="currentColor" />,
  others: <circle cx="8" cy="8" r="3.6" fill="none" stroke="currentColor" strokeWidth="1.8" />,
  closed: <path d="m3.5 8.4 3 3 6-6.6" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" />,
};

export function Chip({ meaning, title, children }: { meaning: Meaning; title?: string; children: ReactNode }) {
  return (
    <span className={`chip chip-${meaning}`} title={title}>
      <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
        {MARKS[meaning]}
      </svg>
      <span className="chip-text">{children}</span>
    </span>
  );
}
