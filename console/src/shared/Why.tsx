import { Tooltip } from "antd";
import { type ReactNode, useCallback } from "react";
import type { Move } from "@/api/client";
import { useProblemWords, useSay } from "@/api/words";

/** Why a move is closed and what would open it, in one text (U-06); null where it is open. */
export function useWhyClosed(): (move: Move | undefined) => string | null {
  const words = useProblemWords();
  const say = useSay("permissions");
  return useCallback(
    (move) => {
      if (!move || move.open) return null;
      const parts = (move.reasons ?? []).map((code) => {
        const { says, next } = words(code);
        const named = code === "permission_missing" && move.permission ? ` (${say("permissions", move.permission)})` : "";
        return `${says}${named} ${next}`.trim();
      });
      return parts.join(" ") || null;
    },
    [words, say],
  );
}

/** Around a button that may be grey: the reason on hover, on focus and by touch, and for screen readers as its description. */
export function Why({ reason, children }: { reason: string | null; children: ReactNode }) {
  if (!reason) return children;
  return (
    <Tooltip title={reason} trigger={["hover", "focus", "click"]}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a disabled button cannot be reached by keyboard, and its reason must be */}
      <span className="why" tabIndex={0}>
        {children}
        <span className="unseen">{reason}</span>
      </span>
    </Tooltip>
  );
}
