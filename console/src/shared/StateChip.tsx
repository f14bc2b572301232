import { useSay } from "@/api/words";
import { Chip, type Meaning } from "./Chip";

/** Whose turn a state is, as each side sees it; money that is on its way is nobody's turn any more. */
const TURN: Record<string, "seller" | "buyer" | "platform" | "carrier" | "money" | "closed"> = {
  awaiting_proof: "buyer",
  in_recheck: "platform",
  pending_review: "seller",
  negotiating: "buyer",
  refuse_sign_agreed: "buyer",
  awaiting_buyer_ship: "buyer",
  return_in_transit: "carrier",
  return_delivered: "seller",
  awaiting_seller_ship: "seller",
  replacement_in_transit: "carrier",
  rejected_1: "buyer",
  rejected_2: "buyer",
  in_dispute: "platform",
  refund_approved: "money",
  refund_failed: "platform",
  completed: "closed",
  closed: "closed",
};

export function meaningOf(state: string, side: string): Meaning {
  const turn = TURN[state] ?? "others";
  if (turn === "money" || turn === "closed") return turn;
  return turn === side ? "you" : "others";
}

/** Where a case stands, in the words of the vocabulary. */
export function StateChip({ state, side = "seller" }: { state: string; side?: string }) {
  const say = useSay("states");
  return <StateWord state={state} word={say("states", state)} side={side} />;
}

/** The same where the word is at hand, as in the rows of a list. */
export function StateWord({ state, word, side = "seller" }: { state: string; word: string; side?: string }) {
  return (
    <Chip meaning={meaningOf(state, side)} title={word}>
      {word}
    </Chip>
  );
}
