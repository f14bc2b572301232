import { useEffect, useRef, useState } from "react";
import type { Row } from "./rows";

/** So many are ticked together; a batch beyond it is more than anybody looks over. */
const MOST_TICKED = 1000;

interface Pieces {
  hasNextPage: boolean;
  isFetchNextPageError: boolean;
}
interface Found extends Pieces {
  rows: readonly Row[];
  fetchNextPage: () => Promise<Pieces>;
}

export interface Gathering {
  /** How many would be ticked; nothing where only the end of the list tells. */
  all: number | undefined;
  /** That is not the whole list. */
  capped: boolean;
  /** How many were read so far, while they are read. */
  read: number | null;
  start: () => void;
}

/** Tick every case of a list that is read in pieces (`total` is what it holds, where that is known): the rest is read first, for nothing is decided of a case that was not looked up. */
export function useGathering(found: Found, total: number | undefined, list: string, tick: (most: number) => void): Gathering {
  const [stage, setStage] = useState<"reading" | "read" | null>(null);
  const { rows, hasNextPage } = found;
  const latest = useRef({ found, list });
  latest.current = { found, list };
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list was not asked for
  useEffect(() => setStage(null), [list]);
  useEffect(() => {
    if (stage !== "read") return;
    setStage(null);
    tick(MOST_TICKED);
  }, [stage, tick]);
  const start = async () => {
    if (stage) return;
    setStage("reading");
    let more = hasNextPage;
    while (more && latest.current.found.rows.length < MOST_TICKED) {
      const piece = await latest.current.found.fetchNextPage();
      if (latest.current.list !== list) return;
      if (piece.isFetchNextPageError) return setStage(null);
      more = piece.hasNextPage;
    }
    setStage("read");
  };
  const atLeast = Math.max(total ?? 0, rows.length + (hasNextPage ? 1 : 0));
  const capped = atLeast > MOST_TICKED;
  return {
    all: capped ? MOST_TICKED : total,
    capped,
    read: stage ? rows.length : null,
    start: () => void start(),
  };
}
