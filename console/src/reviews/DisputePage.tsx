import { App, Button, Select } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { type Case, isProblem } from "@/api/client";
import { useLog } from "@/api/records";
import { useOneOf, useSay, useVocabulary } from "@/api/words";
import { useListenIn } from "@/app/live";
import { useSession } from "@/app/session";
import { useShortcuts } from "@/app/shortcuts";
import {
  Chip,
  Countdown,
  Empty,
  Failed,
  Loading,
  Moment,
  Money,
  ProblemNotice,
  StateChip,
  useMoney,
  useWhyClosed,
  Why,
} from "@/shared";
import { type BegunRuling, useBegun } from "./begun";
import { Confirm, RulingCard } from "./Confirm";
import { type Dispute, useCase, useDispute, useMove } from "./data";
import { Duties, Messages, Rules, Signals, Timeline } from "./Records";
import { RulingForm } from "./RulingForm";
import { Sides } from "./Sides";
import "./reviews.css";

export default function DisputePage() {
  const { caseId = "" } = useParams();
  const { t } = useTranslation("reviews");
  const found = useCase(caseId);
  const dispute = useDispute(caseId);
  useListenIn(found.data?.shop_id);
  const problem = found.error ?? dispute.error;
  if (isProblem(problem) && problem.code === "not_found") {
    return <Empty title={t("dispute.notFound")} action={<Link to="/reviews">{t("dispute.back")}</Link>} />;
  }
  if (problem && !(found.data && dispute.data)) {
    return (
      <Failed
        error={problem}
        onRetry={() => {
          void found.refetch();
          void dispute.refetch();
        }}
      />
    );
  }
  if (!found.data || !dispute.data) return <Loading rows={10} height={28} />;
  return <Page key={caseId} found={found.data} dispute={dispute.data} />;
}

function Page({ found, dispute }: { found: Case; dispute: Dispute }) {
  const { t } = useTranslation("reviews");
  const { message } = App.useApp();
  const go = useNavigate();
  useShortcuts([{ key: "Escape", label: "reviews:dispute.back", run: () => void go("/reviews") }]);
  const done = (said: string) => void message.success(said);
  const waits = dispute.rulings.some((ruling) => ruling.state === "proposed");
  const standing = dispute.rulings.filter((ruling) => ruling.state !== "proposed");
  const { seat } = useSession();
  const begun = useBegun(seat.person, found.id);
  const move = useMove(found.id);
  const over = dispute.final || dispute.state === "ruled";
  const open = waits ? "confirm_ruling" : over ? null : "rule";
  return (
    <div className="page dispute">
      <Head found={found} dispute={dispute} />
      <div className="dispute-body">
        <div className="dispute-main">
          <Sides dispute={dispute} />
          <Rules found={found} dispute={dispute} />
          <Duties orderId={found.order_id} />
          <Timeline caseId={found.id} />
          <Messages caseId={found.id} />
        </div>
        <aside className="dispute-aside" aria-label={t("rule.title")}>
          <section className="desk-box">
            <h2 className="desk-title">{t(waits ? "rule.confirmTitle" : "rule.title")}</h2>
            <FourEyes dispute={dispute} />
            {move.error && move.variables?.move !== open && <ProblemNotice error={move.error} />}
            {waits ? (
              <Confirm dispute={dispute} found={found} move={move} done={done} />
            ) : over ? (
              <Ended caseId={found.id} says={t(dispute.final ? "dispute.final" : "dispute.ruled")} />
            ) : (
              <RulingForm dispute={dispute} found={found} move={move} begun={begun} done={done} />
            )}
            {open !== "rule" && <Unsent begun={begun} />}
          </section>
          {standing.length > 0 && (
            <section className="desk-box">
              <h2 className="desk-title">{t("dispute.rulings")}</h2>
              {standing.map((ruling) => (
                <RulingCard key={ruling.seq} ruling={ruling} />
              ))}
            </section>
          )}
          <Signals found={found} />
        </aside>
      </div>
    </div>
  );
}

/** Nothing is left to rule on; what ended it may have happened while this page was open. */
function Ended({ caseId, says }: { caseId: string; says: string }) {
  const { t } = useTranslation("reviews");
  const one = useOneOf();
  const say = useSay("actors");
  const last = useLog(caseId).data?.findLast((entry) => entry.sort === "event");
  return (
    <div role="status">
      <p>{says}</p>
      {last && (
        <p>
          {t("dispute.last")} {one(last.words)}{" "}
          <span className="quiet">
            · {say("actors", last.by)} · <Moment at={last.at} />
          </span>
        </p>
      )}
      <Link to="/reviews">{t("dispute.another")}</Link>
    </div>
  );
}

/** Reasons that somebody wrote for a ruling that can no longer be made: theirs to copy or to drop. */
function Unsent({ begun: { begun, forget } }: { begun: BegunRuling }) {
  const { t } = useTranslation("reviews");
  if (!begun.rationale.trim()) return null;
  return (
    <section className="unsent" aria-labelledby="unsent">
      <h3 id="unsent" className="side-title">
        {t("dispute.unsent")}
      </h3>
      <blockquote className="dispute-note ruling-why">{begun.rationale}</blockquote>
      <Button size="small" onClick={forget}>
        {t("dispute.drop")}
      </Button>
    </section>
  );
}

function FourEyes({ dispute }: { dispute: Dispute }) {
  const { t } = useTranslation("reviews");
  const money = useMoney();
  const eyes = dispute.four_eyes;
  if (!eyes) return null;
  if (eyes.limit === null) return <p className="quiet">{t("dispute.fourEyesNone")}</p>;
  return (
    <p className={eyes.needs_two ? "" : "quiet"}>
      {eyes.needs_two && <Chip meaning="others">{t("dispute.fourEyes")}</Chip>}{" "}
      {t("dispute.fourEyesText", { amount: money({ amount: eyes.limit, currency: eyes.currency }) })}
    </p>
  );
}

function Head({ found, dispute }: { found: Case; dispute: Dispute }) {
  const { t } = useTranslation("reviews");
  const say = useSay("kinds", "reasons", "review_lanes", "grounds", "themes");
  return (
    <header className="dispute-head">
      <p className="dispute-back">
        <Link to={`/reviews?lane=${dispute.lane}`}>← {t("dispute.back")}</Link>
      </p>
      <div className="desk-head">
        <h1 className="page-title">
          {say("kinds", found.kind)} · {say("reasons", found.reason)}
        </h1>
        <Claim found={found} dispute={dispute} />
      </div>
      <p className="dispute-facts">
        <Money value={found.amount} strong />
        <span>{found.order_reference}</span>
        <StateChip state={found.state} side="platform" />
        <Chip meaning={dispute.lane === "independent" ? "time" : "others"}>{say("review_lanes", dispute.lane)}</Chip>
        <span>{t("lanes.round", { count: dispute.round })}</span>
        {dispute.due_at && <Countdown at={dispute.due_at} />}
        {dispute.appealed_by && <span>{t("dispute.appealed", { side: t(`side.${dispute.appealed_by}`) })}</span>}
        {dispute.ground && (
          <span>
            {t("dispute.rejected")}: {say("grounds", dispute.ground)}
          </span>
        )}
      </p>
      {found.note && <blockquote className="dispute-note">{found.note}</blockquote>}
    </header>
  );
}

/** Take it, give it back, or say what it touches on; what is closed says why: own cases, declared interests, ruled before. */
function Claim({ found, dispute }: { found: Case; dispute: Dispute }) {
  const { t } = useTranslation("reviews");
  const say = useSay("themes");
  const themes = [...useVocabulary("themes").keys()];
  const why = useWhyClosed();
  const move = useMove(found.id);
  const offered = found.moves.find((one) => one.move === "claim_review");
  const closed = why(offered);
  const mine = dispute.claimed && offered?.open === true;
  const take = (body: Record<string, unknown>) => move.mutate({ move: "claim_review", body, version: found.version });
  useShortcuts([{ key: "c", label: "reviews:keys.claim", run: () => take({ give_back: false }) }], !closed && !mine);
  if (!offered) return null;
  return (
    <div className="claim">
      {mine && (
        <Select
          value={dispute.theme}
          placeholder={t("dispute.theme")}
          aria-label={t("dispute.theme")}
          options={themes.map((word) => ({ value: word, label: say("themes", word) }))}
          onChange={(theme: string) => take({ theme })}
          popupMatchSelectWidth={false}
        />
      )}
      <Why reason={closed}>
        <Button
          type={mine ? "default" : "primary"}
          disabled={Boolean(closed)}
          loading={move.isPending}
          onClick={() => take({ give_back: mine })}
        >
          {t(mine ? "dispute.giveBack" : "dispute.claim")}
        </Button>
      </Why>
      {move.error && <ProblemNotice error={move.error} />}
    </div>
  );
}
