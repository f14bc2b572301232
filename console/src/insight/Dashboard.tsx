import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "@/api/client";
import { useLanguage, useOneOf } from "@/api/words";
import { Failed, Loading } from "@/shared";
import { type Filter, PATIENT, useFilter } from "./asking";
import { Breakdown } from "./Breakdown";
import { Drill } from "./Drill";
import { type Drilled, Figures } from "./Figures";
import { Filters } from "./Filters";
import { Reasons } from "./Reasons";
import { Scores } from "./Scores";
import { About, Take } from "./show";
import { Trend } from "./Trend";
import "./insight.css";

function Report({ filter }: { filter: Filter }) {
  const { t } = useTranslation("insight");
  const language = useLanguage();
  const last = new Date();
  last.setDate(0);
  const [month, setMonth] = useState(`${last.getFullYear()}-${String(last.getMonth() + 1).padStart(2, "0")}`);
  const shop = filter.shop_id ? `&shop_id=${filter.shop_id}` : "";
  return (
    <p className="insight-report">
      <label>
        {t("report")}{" "}
        <input
          type="month"
          aria-label={t("month")}
          value={month}
          onChange={(event) => event.target.value && setMonth(event.target.value)}
        />
      </label>{" "}
      <a href={`/v1/insight/report?month=${month}&zone=${filter.zone}&language=${language}${shop}`} download>
        {t("download")}
      </a>
    </p>
  );
}

/** What costs a seller money, and what to change: one sentence first, then every figure with what it counted. */
export default function Dashboard() {
  const { t } = useTranslation("insight");
  const one = useOneOf();
  const { filter, set, clear } = useFilter();
  const [drilled, setDrilled] = useState<{ what: Drilled; filter: Filter } | null>(null);
  const asked = api.useQuery("get", "/v1/insight/overview", { params: { query: filter } }, PATIENT);
  const drill = (what: Drilled, narrowed: Partial<Filter> = {}) => setDrilled({ what, filter: { ...filter, ...narrowed } });
  const overview = asked.data;
  const first = overview?.figures[0];
  return (
    <div className="insight" aria-busy={asked.isFetching}>
      <header className="insight-head">
        <h1>{t("title")}</h1>
        <Link to="/insight/rejections">{t("nav.tracking")}</Link>
        <Report filter={filter} />
      </header>
      <Filters filter={filter} set={set} clear={clear} />
      {asked.isPending && (asked.failureCount > 0 ? <p role="status">{t("preparing")}</p> : <Loading rows={10} />)}
      {asked.isError && !overview && <Failed error={asked.error} onRetry={asked.refetch} />}
      {overview && (
        <>
          <p className="insight-sentence" data-testid="insight-sentence">
            {one(overview.sentence)}
          </p>
          {first && <About figure={first} />}
          {overview.alarms.map((alarm) => (
            <p key={alarm.code} className="notice insight-alarm" role="note">
              {t("alarm", { words: one(alarm.words), n: alarm.count })}
            </p>
          ))}
          <Figures figures={overview.figures} previous={overview.previous} onDrill={drill} />
          <p>
            <Take table="overview" filter={filter} />
          </p>
          <div className="insight-panels">
            <Trend filter={filter} benchmarks={overview.benchmarks} onDrill={drill} />
            <Reasons filter={filter} onDrill={drill} />
            <Breakdown filter={filter} onDrill={drill} onChoose={set} />
            <Scores filter={filter} />
          </div>
        </>
      )}
      {drilled && <Drill drilled={drilled.what} filter={drilled.filter} onClose={() => setDrilled(null)} />}
    </div>
  );
}
