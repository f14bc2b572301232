import type { ReactNode } from "react";

/** A part of the case with its heading. */
export function Part({
  title,
  aside,
  children,
  id,
  quiet,
}: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
  id: string;
  quiet?: boolean;
}) {
  return (
    <section className={quiet ? "part part-quiet" : "part"} aria-labelledby={`part-${id}`} data-part={id}>
      <header className="part-head">
        <h2 id={`part-${id}`}>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}

/** Names and values, two columns. */
export function Facts({ rows }: { rows: readonly (readonly [string, ReactNode] | null)[] }) {
  return (
    <dl className="facts">
      {rows.map(
        (row) =>
          row && (
            <div key={row[0]}>
              <dt>{row[0]}</dt>
              <dd>{row[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
