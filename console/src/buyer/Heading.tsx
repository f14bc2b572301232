/** @jsxImportSource preact */
import { useEffect, useRef } from "preact/hooks";

/** The heading of a place. It takes the focus, so that who listens hears where they are. */
export function Heading({ children }: { children: preact.ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <h1 tabIndex={-1} ref={heading}>
      {children}
    </h1>
  );
}
