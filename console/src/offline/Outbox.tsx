import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useOneOf, useSay } from "@/api/words";
import { Empty, Moment } from "@/shared";
import type { Queued } from "./kept";
import { flush, haveSeen, takeBack } from "./outbox";
import "./offline.css";

/** Decisions that were taken here and have not been sent; each can still be taken back. */
export function Waiting({ rows }: { rows: readonly Queued[] }) {
  const { t } = useTranslation("offline");
  const say = useSay("moves");
  return (
    <section className="outbox">
      <h2>{t("waiting.title")}</h2>
      {rows.length === 0 && <Empty title={t("waiting.none")} />}
      <ul>
        {rows.map((row) => (
          <li key={row.id}>
            <p>
              <strong>{say("moves", row.move)}</strong> · {row.reference}
            </p>
            <p className="quiet">
              {t("waiting.decided")} <Moment at={row.device_at} />
            </p>
            {row.sent ? (
              <p className="quiet">{t("waiting.unanswered")}</p>
            ) : (
              <Button size="small" onClick={() => void takeBack(row.id)}>
                {t("waiting.takeBack")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {rows.length > 0 && (
        <>
          <p className="quiet">{t("waiting.says")}</p>
          <Button disabled={!navigator.onLine} onClick={() => void flush()}>
            {t("waiting.sendNow")}
          </Button>
        </>
      )}
    </section>
  );
}

/** What was decided here and does not count, beside the decision that stands. */
export function Attention({ rows, close }: { rows: readonly Queued[]; close: () => void }) {
  const { t } = useTranslation("offline");
  if (rows.length === 0) return null;
  return (
    <section className="outbox" aria-labelledby="attention">
      <h2 id="attention">{t("attention.title")}</h2>
      <ul>
        {rows.map((row) => (
          <Unheard key={row.id} row={row} close={close} />
        ))}
      </ul>
      {rows.length > 1 && <Button onClick={() => void haveSeen(rows.map((row) => row.id))}>{t("attention.seenAll")}</Button>}
    </section>
  );
}

function Unheard({ row, close }: { row: Queued; close: () => void }) {
  const { t } = useTranslation("offline");
  const say = useSay("moves", "states", "events", "actors");
  const one = useOneOf();
  const { stands, problem } = row;
  return (
    <li data-result={row.state}>
      <p>
        <strong>{t(`attention.${row.state}`)}</strong> · {row.reference}
      </p>
      <p>
        {t("attention.yours", { move: say("moves", row.move) })} <Moment at={row.device_at} />
      </p>
      {stands && (
        <p className="outbox-stands">
          {t(stands.by_time ? "attention.byTime" : "attention.stands", {
            event: say("events", stands.event),
            by: say("actors", stands.by),
          })}{" "}
          <Moment at={stands.at} /> → {say("states", stands.state)}
        </p>
      )}
      {!stands && problem && <p className="outbox-stands">{one(problem.words)}</p>}
      {problem && <p className="quiet">{one(problem.next)}</p>}
      <p className="outbox-actions">
        <Link to={`/cases/${row.case_id}`} onClick={close}>
          {t("attention.open")}
        </Link>
        <Button size="small" onClick={() => void haveSeen([row.id])}>
          {t("attention.seen")}
        </Button>
      </p>
    </li>
  );
}
