import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { Chip, heardServerTime, Loading, Moment } from "@/shared";
import { spanText } from "./span";

/** How the worker keeps up: what is due and late, owed, under way. Each figure says how old its oldest is. */
export function Gauges() {
  const { t } = useTranslation("operations");
  const found = api.useQuery("get", "/v1/backlog", {}, { refetchInterval: 15_000 });
  const told = found.data;
  useEffect(() => {
    if (told) heardServerTime(told.server_now);
  }, [told]);
  if (!told) return found.error ? null : <Loading rows={1} height={56} />;
  const owed = told.owed.reduce((sum, one) => sum + one.pending, 0);
  const late = told.owed.reduce((most, one) => Math.max(most, one.late_s), 0);
  return (
    <section aria-label={t("gauges.label")}>
      {told.held && (
        <p className="gauge-warning">
          <Chip meaning="time">{t("gauges.held")}</Chip>
        </p>
      )}
      {told.outage && (
        <p className="gauge-warning">
          <Chip meaning="time">{t("gauges.outage")}</Chip>
        </p>
      )}
      <dl className="gauges">
        <Gauge name={t("gauges.due")} count={told.deadlines_due} late={told.deadlines_late_s} />
        <Gauge name={t("gauges.owed")} count={owed} late={late} />
        <Gauge name={t("gauges.flying")} count={told.refunds_in_flight} late={told.refunds_oldest_s} plain />
        <Gauge name={t("gauges.dead")} count={told.dead_letters} late={0} />
      </dl>
      {told.night && (
        <p className="quiet">
          {t("gauges.night", { decisions: told.night.decisions })} <Moment at={told.night.ended_at} />:{" "}
          {told.night.contradicted === 0 ? (
            t("gauges.follow")
          ) : (
            <Chip meaning="time">{t("gauges.doNot", { count: told.night.contradicted })}</Chip>
          )}
          {told.night.not_derivable > 0 && ` ${t("gauges.notRecorded", { count: told.night.not_derivable })}`}
        </p>
      )}
    </section>
  );
}

function Gauge({ name, count, late, plain }: { name: string; count: number; late: number; plain?: boolean }) {
  const { t } = useTranslation("operations");
  const time = spanText(late, t);
  const behind = !plain && late >= 60;
  return (
    <div className="gauge">
      <dt>{name}</dt>
      <dd>
        <strong className="figures">{count}</strong>{" "}
        {count === 0 ? (
          <span className="quiet">{t("gauges.ok")}</span>
        ) : behind ? (
          <Chip meaning="time">{t("gauges.late", { time })}</Chip>
        ) : late > 0 ? (
          <span className="quiet">{t("gauges.oldest", { time })}</span>
        ) : null}
      </dd>
    </div>
  );
}
