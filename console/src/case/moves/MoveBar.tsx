import { MoreOutlined } from "@ant-design/icons";
import { Button, Drawer, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Move } from "@/api/client";
import { useProblemWords, useSay } from "@/api/words";
import { useShortcuts } from "@/app/shortcuts";
import { useWhyClosed } from "@/shared";
import { useNarrow } from "@/shared/narrow";
import { FORMS } from "./forms";
import { useMoves } from "./MovesProvider";

/** The first of these that is open is what is probably wanted; it stands first and strong. */
const FIRST = [
  "inspect_return", "approve", "ship_replacement", "rule", "decide_recheck", "settle_return", "retry_refund", "confirm_ruling", "claim_review",
]; // biome-ignore format: a list

/** Every move as a button, drawn from the moves of the case: the open ones first, a closed one grey with why and what would open it (U-06). */
export function MoveBar() {
  const { facts, start, label } = useMoves();
  const narrow = useNarrow();
  const moves = facts.seen.moves;
  const open = moves.filter((move) => move.open);
  const main = FIRST.find((name) => open.some((move) => move.move === name)) ?? open[0]?.move;
  const key = (name: string) => open.some((move) => move.move === name) && start(name);
  useShortcuts([
    { key: "a", label: "case:keys.approve", run: () => key("approve") },
    { key: "r", label: "case:keys.reject", run: () => key("reject") },
    { key: "p", label: "case:keys.propose", run: () => key("propose") },
  ]);
  const sorted = [...open].sort((one, other) => Number(other.move === main) - Number(one.move === main));
  const closed = moves.filter((move) => !move.open);
  if (moves.length === 0) return null;
  if (narrow) return <PhoneBar main={main} open={sorted} closed={closed} />;
  return (
    <div className="moves" data-testid="moves">
      {sorted.map((move) => (
        <Button
          key={move.move}
          type={move.move === main ? "primary" : "default"}
          danger={FORMS[move.move]?.danger}
          data-move={move.move}
          onClick={() => start(move.move)}
        >
          {label(move.move)}
        </Button>
      ))}
      {closed.map((move) => (
        <ClosedMove key={move.move} move={move} />
      ))}
    </div>
  );
}

/** Why a move is closed, and what would open it: where only the state is in the way, the states that have it. */
function useWhy(): (move: Move) => string {
  const { t } = useTranslation("case");
  const { facts } = useMoves();
  const closed = useWhyClosed();
  const words = useProblemWords();
  const say = useSay("states", "kinds");
  return (move) => {
    if (move.reasons?.join() !== "move_not_open") return closed(move) ?? "";
    const states = facts.choices.opens?.[move.move] ?? [];
    return states.length > 0
      ? t("moves.opens", {
          why: words("move_not_open").says,
          states: states.map((state) => say("states", state)).join(t("list")),
        })
      : t("moves.never", { kind: say("kinds", facts.seen.kind) });
  };
}

function ClosedMove({ move }: { move: Move }) {
  const { label } = useMoves();
  const why = useWhy()(move);
  const [shown, setShown] = useState(false);
  const id = `why-${move.move}`;
  return (
    <>
      <Tooltip title={why} open={shown} onOpenChange={setShown} trigger={["hover", "focus"]}>
        <button
          type="button"
          className="move-closed"
          aria-disabled="true"
          aria-describedby={id}
          data-move={move.move}
          onClick={() => setShown(true)}
        >
          {label(move.move)}
        </button>
      </Tooltip>
      <span className="unseen" id={id}>
        {why}
      </span>
    </>
  );
}

/** On a phone the main move lies under the thumb; the others and the closed ones with their reasons are one tap away. */
function PhoneBar({ main, open, closed }: { main: string | undefined; open: readonly Move[]; closed: readonly Move[] }) {
  const { t } = useTranslation("case");
  const { start, label } = useMoves();
  const why = useWhy();
  const [all, setAll] = useState(false);
  const second = open.find((move) => move.move !== main && move.move === "reject") ?? open.find((move) => move.move !== main);
  return (
    <>
      <div className="moves-phone" data-testid="moves">
        {main ? (
          <Button type="primary" size="large" className="moves-main" data-move={main} onClick={() => start(main)}>
            {label(main)}
          </Button>
        ) : (
          <span className="moves-none">{t("moves.none")}</span>
        )}
        {second && (
          <Button size="large" danger={FORMS[second.move]?.danger} data-move={second.move} onClick={() => start(second.move)}>
            {label(second.move)}
          </Button>
        )}
        <Button
          size="large"
          icon={<MoreOutlined />}
          aria-label={t("moves.all")}
          data-testid="all-moves"
          onClick={() => setAll(true)}
        />
      </div>
      <Drawer open={all} placement="bottom" size="auto" title={t("moves.all")} onClose={() => setAll(false)} className="sheet">
        <div className="moves-list">
          {open.map((move) => (
            <Button
              key={move.move}
              size="large"
              block
              danger={FORMS[move.move]?.danger}
              data-move={move.move}
              onClick={() => {
                setAll(false);
                start(move.move);
              }}
            >
              {label(move.move)}
            </Button>
          ))}
          {closed.map((move) => (
            <div key={move.move} className="move-row-closed">
              <button
                type="button"
                className="move-closed"
                aria-disabled="true"
                aria-describedby={`said-${move.move}`}
                data-move={move.move}
              >
                {label(move.move)}
              </button>
              <p id={`said-${move.move}`}>{why(move)}</p>
            </div>
          ))}
        </div>
      </Drawer>
    </>
  );
}
