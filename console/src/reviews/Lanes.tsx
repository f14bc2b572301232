import { Button } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import { useLanguage, useSay } from "@/api/words";
import { useShortcuts } from "@/app/shortcuts";
import { agoText, Chip, Countdown, Empty, Failed, Loading, Money, ProblemNotice, serverNow } from "@/shared";
import { stepInto } from "@/shared/steps";
import { type DisputeRow, type Lane, useClaimNext, useLanes, useLiveLanes, useMove, useQueue } from "./data";
import "./reviews.css";

/** The lane of two hours stands first, the senior one next; re-checks have a page of their own. */
const ORDER = ["independent", "senior", "usual"];
const place = (lane: string) => (ORDER.includes(lane) ? ORDER.indexOf(lane) : ORDER.length);

export default function Lanes() {
  const { t } = useTranslation("reviews");
  const [params, setParams] = useSearchParams();
  const lane = params.get("lane");
  const asking = useLiveLanes();
  const lanes = useLanes(asking);
  const queue = useQueue(lane, asking);
  const claim = useClaimNext();
  const go = useNavigate();
  const next = (of: string | null) => claim.mutate(of, { onSuccess: (found) => void go(`/reviews/${found.id}`) });
  const known = lanes.data?.lanes ?? [];
  const shown = ORDER.map((name) => known.find((one) => one.lane === name) ?? nothing(name));
  const recheck = known.find((one) => one.lane === "recheck");
  useShortcuts([{ key: "n", label: "reviews:keys.claimNext", run: () => next(lane) }]);
  return (
    <div className="page">
      <div className="desk-head">
        <h1 className="page-title">{t("lanes.title")}</h1>
        <Button type="primary" loading={claim.isPending} onClick={() => next(lane)}>
          {t(lane ? "lanes.nextIn" : "lanes.next")}
        </Button>
      </div>
      {claim.error && <ProblemNotice error={claim.error} />}
      {lanes.isPending ? (
        <Loading rows={2} height={72} />
      ) : lanes.error && !lanes.data ? (
        <Failed error={lanes.error} onRetry={() => void lanes.refetch()} />
      ) : (
        <ul className="lanes" aria-label={t("lanes.label")}>
          {shown.map((one) => (
            <LaneCard
              key={one.lane}
              lane={one}
              chosen={lane === one.lane}
              choose={() => setParams(lane === one.lane ? {} : { lane: one.lane })}
              next={() => next(one.lane)}
            />
          ))}
          {recheck && <RecheckCard lane={recheck} />}
        </ul>
      )}
      {queue.error && !queue.data ? (
        <Failed error={queue.error} onRetry={() => void queue.refetch()} />
      ) : !queue.data ? (
        <Loading rows={6} height={40} />
      ) : (
        <Queue rows={inOrder(queue.data.disputes)} />
      )}
    </div>
  );
}

const nothing = (lane: string): Lane => ({
  lane,
  waiting: 0,
  claimed: 0,
  proposed: 0,
  due_soon: 0,
  oldest: null,
  next_due: null,
});

/** The lane of two hours first, then what is due first. */
function inOrder(rows: readonly DisputeRow[]): DisputeRow[] {
  const due = (row: DisputeRow) => row.due_at ?? "9";
  return [...rows].sort((a, b) => place(a.lane) - place(b.lane) || due(a).localeCompare(due(b)));
}

function LaneCard({ lane, chosen, choose, next }: { lane: Lane; chosen: boolean; choose: () => void; next: () => void }) {
  const { t } = useTranslation("reviews");
  const say = useSay("review_lanes");
  return (
    <li className={chosen ? "lane lane-chosen" : "lane"} data-lane={lane.lane}>
      <button type="button" className="lane-choose" aria-pressed={chosen} onClick={choose}>
        <span className="lane-name">{say("review_lanes", lane.lane)}</span>
        <span className="lane-count figures">{lane.waiting}</span>
        <span className="unseen">{t("lanes.waiting", { count: lane.waiting })}</span>
      </button>
      {lane.lane === "independent" && <p className="quiet lane-hours">{t("lanes.twoHours")}</p>}
      <LaneFigures lane={lane} />
      <Button size="small" onClick={next} disabled={lane.waiting === 0}>
        {t("lanes.nextIn")}
      </Button>
    </li>
  );
}

function LaneFigures({ lane }: { lane: Lane }) {
  const { t } = useTranslation("reviews");
  const language = useLanguage();
  if (lane.waiting === 0) return <p className="lane-more quiet">{t("lanes.none")}</p>;
  return (
    <p className="lane-more">
      {lane.next_due && <Countdown at={lane.next_due} label={t("lanes.nextDue")} />}
      {lane.due_soon > 0 && <span>{t("lanes.soon", { count: lane.due_soon })}</span>}
      {lane.claimed > 0 && <span>{t("lanes.claimed", { count: lane.claimed })}</span>}
      {lane.proposed > 0 && <span>{t("lanes.proposed", { count: lane.proposed })}</span>}
      {lane.oldest && (
        <span className="quiet">
          {t("lanes.oldest")} {agoText(serverNow() - Date.parse(lane.oldest), language)}
        </span>
      )}
    </p>
  );
}

function RecheckCard({ lane }: { lane: Lane }) {
  const { t } = useTranslation("reviews");
  return (
    <li className="lane" data-lane="recheck">
      <Link to="/rechecks" className="lane-choose">
        <span className="lane-name">{t("lanes.recheckLane")}</span>
        <span className="lane-count figures">{lane.waiting}</span>
      </Link>
      <LaneFigures lane={{ ...lane, claimed: 0 }} />
    </li>
  );
}

function Queue({ rows }: { rows: readonly DisputeRow[] }) {
  const { t } = useTranslation("reviews");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const go = useNavigate();
  const chosen = rows[Math.min(at, rows.length - 1)];
  const move = (by: number) => setAt(stepInto(list, rows.length, at, by));
  useShortcuts(
    [
      { key: "j", label: "reviews:keys.next", run: () => move(1) },
      { key: "k", label: "reviews:keys.previous", run: () => move(-1) },
      { key: "Enter", label: "reviews:keys.open", run: () => chosen && void go(`/reviews/${chosen.case_id}`) },
      {
        key: "c",
        label: "reviews:keys.claim",
        run: () => list.current?.querySelector<HTMLButtonElement>(".queue-at [data-claim]")?.click(),
      },
    ],
    rows.length > 0,
  );
  if (rows.length === 0) return <Empty title={t("lanes.empty")}>{t("lanes.emptyText")}</Empty>;
  return (
    <ul className="queue" ref={list}>
      {rows.map((row, index) => (
        <QueueRow key={row.id} row={row} at={row === chosen} choose={() => setAt(index)} />
      ))}
    </ul>
  );
}

function QueueRow({ row, at, choose }: { row: DisputeRow; at: boolean; choose: () => void }) {
  const { t } = useTranslation("reviews");
  const say = useSay("kinds", "reasons", "grounds", "review_lanes", "dispute_states");
  const move = useMove(row.case_id);
  const claim = (give_back: boolean) => move.mutate({ move: "claim_review", body: { give_back } });
  return (
    <li
      className={at ? "queue-row queue-at" : "queue-row"}
      onMouseEnter={choose}
      data-lane={row.lane}
      aria-current={at || undefined}
    >
      <div className="queue-due">
        <Countdown at={row.due_at} />
        <span className="quiet">{say("review_lanes", row.lane)}</span>
      </div>
      <div className="queue-what">
        <Link to={`/reviews/${row.case_id}`} className="queue-title">
          {say("kinds", row.kind)} · {say("reasons", row.reason)}
        </Link>
        <span className="quiet">
          {row.shop} · {row.order_reference}
        </span>
      </div>
      <div className="queue-money">
        <Money value={{ amount: row.amount, currency: row.currency }} strong />
        <span className="quiet">{row.market.toUpperCase()}</span>
      </div>
      <div className="queue-ground">
        <span>{say("grounds", row.ground)}</span>
        {row.round > 1 && <span className="quiet">{t("lanes.round", { count: row.round })}</span>}
      </div>
      <div className="queue-status">
        <Status row={row} />
      </div>
      <div className="queue-moves">
        {row.mine && !row.proposed && (
          <Button size="small" loading={move.isPending} onClick={() => claim(true)}>
            {t("lanes.giveBack")}
          </Button>
        )}
        {!row.claimed && (
          <Button size="small" data-claim loading={move.isPending} onClick={() => claim(false)}>
            {t("lanes.claim")}
          </Button>
        )}
        <Link to={`/reviews/${row.case_id}`} className="queue-open">
          {t("lanes.open")}
        </Link>
      </div>
      {move.error && (
        <div className="queue-problem">
          <ProblemNotice error={move.error} />
        </div>
      )}
    </li>
  );
}

function Status({ row }: { row: DisputeRow }) {
  const { t } = useTranslation("reviews");
  if (row.proposed) return <Chip meaning={row.mine ? "others" : "you"}>{t("lanes.second")}</Chip>;
  if (row.mine) return <Chip meaning="you">{t("lanes.mine")}</Chip>;
  return row.claimed ? <Chip meaning="others">{t("lanes.taken")}</Chip> : <Chip meaning="you">{t("lanes.free")}</Chip>;
}
