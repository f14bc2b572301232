import { type RefObject, useCallback, useEffect, useState } from "react";

const MORE = 8;
/** What stands above and below the rows on most screens; the first look at the list sets it right. */
const AROUND = 180;

/** Which rows of a long list are in sight, when all have one height: only those are drawn. */
export function useWindow(box: RefObject<HTMLElement | null>, count: number, height: number) {
  const [seen, setSeen] = useState(() => ({ top: 0, room: window.innerHeight - AROUND, more: 0 }));
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let frame = 0;
    const look = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => setSeen({ top: element.scrollTop, room: element.clientHeight, more: MORE }));
    };
    element.addEventListener("scroll", look, { passive: true });
    const resized = new ResizeObserver(look); // looks at once, too: after the first rows were drawn
    resized.observe(element);
    return () => {
      cancelAnimationFrame(frame);
      element.removeEventListener("scroll", look);
      resized.disconnect();
    };
  }, [box]);
  const first = Math.max(0, Math.floor(seen.top / height) - seen.more);
  const end = Math.min(count, Math.ceil((seen.top + seen.room) / height) + seen.more);
  const show = useCallback(
    (at: number, head = 0) => {
      const element = box.current;
      if (!element) return;
      const top = at * height;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top + height > element.scrollTop + element.clientHeight - head) {
        element.scrollTop = top + height - element.clientHeight + head;
      }
    },
    [box, height],
  );
  return { first, end, show };
}
