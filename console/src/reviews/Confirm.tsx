import { Button } from "antd";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Case } from "@/api/client";
import { useSay } from "@/api/words";
import { useShortcuts } from "@/app/shortcuts";
import { Chip, calledBy, Moment, Money, ProblemNotice, useMoney, useWhyClosed, Why } from "@/shared";
import type { Dispute, JudgingMutation } from "./data";

interface ConfirmProps {
  dispute: Dispute;
  found: Case;
  move: JudgingMutation;
  done: (said: string) => void;
}
/** A ruling that waits: what was proposed and by whom; a second person agrees, with the amount in the button, or sends it back. */
export function Confirm({ dispute, found, move, done }: ConfirmProps) {
  const { t } = useTranslation("reviews");
  const say = useSay("permissions");
  const why = useWhyClosed();
  const money = useMoney();
  const proposed = dispute.rulings.find((ruling) => ruling.state === "proposed");
  const closed = why(found.moves.find((one) => one.move === "confirm_ruling"));
  const decide = (agree: boolean) =>
    move.mutate(
      { move: "confirm_ruling", version: found.version, body: { agree } },
      { onSuccess: () => done(t(agree ? "rule.agreed" : "rule.declined")) },
    );
  // The same keys choose a ruling on the page before: here they lead to the button that says the amount, and Enter presses it.
  const [agrees, disagrees] = [useRef<HTMLButtonElement>(null), useRef<HTMLButtonElement>(null)];
  useShortcuts(
    [
      { key: "1", label: "reviews:keys.agree", run: () => agrees.current?.focus() },
      { key: "2", label: "reviews:keys.disagree", run: () => disagrees.current?.focus() },
    ],
    !closed && proposed !== undefined,
  );
  if (!proposed) return null;
  const pays = proposed.ruling !== "seller" && proposed.amount > 0;
  return (
    <section className="ruling" aria-label={t("rule.confirmTitle")}>
      <RulingCard ruling={proposed} />
      <p className="quiet">
        {t("dispute.waits", {
          who: calledBy(dispute.four_eyes?.proposed_by ?? "", dispute.four_eyes?.proposed_by_name),
          permission: say("permissions", dispute.four_eyes?.waits_for),
        })}
      </p>
      {move.error && <ProblemNotice error={move.error} />}
      <Why reason={closed}>
        <Button
          ref={agrees}
          type="primary"
          block
          disabled={Boolean(closed)}
          loading={move.isPending}
          onClick={() => decide(true)}
        >
          {pays
            ? t("rule.agree", { amount: money({ amount: proposed.amount, currency: proposed.currency }) })
            : t("rule.agreePlain")}
        </Button>
      </Why>
      <Why reason={closed}>
        <Button ref={disagrees} block disabled={Boolean(closed)} loading={move.isPending} onClick={() => decide(false)}>
          {t("rule.disagree")}
        </Button>
      </Why>
    </section>
  );
}

/** One ruling with its reasons. */
export function RulingCard({ ruling }: { ruling: Dispute["rulings"][number] }) {
  const { t } = useTranslation("reviews");
  const say = useSay("rulings", "liability");
  return (
    <article className="ruling-card">
      <p>
        <Chip meaning={ruling.state === "stands" ? "closed" : ruling.state === "proposed" ? "you" : "others"}>
          {say("rulings", ruling.ruling)}
        </Chip>{" "}
        {say("liability", ruling.liability)}
        {ruling.amount > 0 && (
          <>
            {" · "}
            <Money value={{ amount: ruling.amount, currency: ruling.currency }} strong />
          </>
        )}
      </p>
      <p className="ruling-why">{ruling.rationale}</p>
      <p className="quiet">
        {t("lanes.round", { count: ruling.round })} · <Moment at={ruling.ruled_at} />
        {ruling.ruled_by && ` · ${t("dispute.by", { who: calledBy(ruling.ruled_by, ruling.ruled_by_name) })}`}
      </p>
    </article>
  );
}
