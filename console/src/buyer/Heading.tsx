/** @jsxImportSource preact */
import { useEffect, useRef } from "preact/hooks";

/** The heading of a place. It takes the focus, so that who listens hears where they are; where it changes, only from what is no longer there. */
export function Heading({ children }: { children: preact.ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever it says something else
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, [children]);
  return (
    <h1 tabIndex={-1} ref={heading}>
      {children}
    </h1>
  );
}
