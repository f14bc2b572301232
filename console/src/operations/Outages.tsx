import { App, Button, Input, InputNumber, Radio } from "antd";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { amends, api, type Schemas, told } from "@/api/client";
import { useSay } from "@/api/words";
import { useSession } from "@/app/session";
import { Chip, calledBy, Empty, Failed, Loading, Moment, NotYet, ProblemNotice, serverNow } from "@/shared";
import { insist } from "@/shared/insist";
import { useTyped } from "@/shared/typed";
import { useDoing } from "./data";

type Outage = Schemas["OutageView"];

/** Declare an outage, say when it is over, and see whom it excused. */
export function Outages() {
  const { t } = useTranslation("operations");
  const found = api.useQuery("get", "/v1/outages", { params: { query: { limit: 50 } } }, { refetchInterval: 10_000 });
  const standing = found.data?.outages.some((one) => one.to_at === null);
  return (
    <>
      {!standing && <Declare />}
      {found.error && !found.data ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : !found.data ? (
        <Loading rows={3} />
      ) : found.data.outages.length === 0 ? (
        <Empty title={t("outages.none")} />
      ) : (
        <ul className="items">
          {found.data.outages.map((outage) => (
            <OutageCard key={outage.id} outage={outage} />
          ))}
        </ul>
      )}
    </>
  );
}

function Declare() {
  const { t } = useTranslation("operations");
  const { message } = App.useApp();
  const { seat } = useSession();
  const [why, setWhy] = useTyped(`amends.outage.${seat.person}`);
  const [ago, setAgo] = useState<number | null>(null);
  const declare = useDoing((from_at: string) =>
    insist(() => told(amends.POST("/v1/outages", { body: { from_at, why: why.trim() } }))),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const from = new Date(serverNow() - (ago ?? 0) * 60_000 - 1000).toISOString();
    declare.mutate(from, {
      onSuccess: () => {
        setWhy("");
        void message.success(t("outages.declared"));
      },
    });
  };
  return (
    <form className="form-box" onSubmit={submit} aria-label={t("outages.declare")}>
      <h2 className="desk-title">{t("outages.declare")}</h2>
      <p className="quiet">{t("outages.declareText")}</p>
      <Input
        value={why}
        maxLength={500}
        aria-label={t("outages.why")}
        placeholder={t("outages.why")}
        onChange={(e) => setWhy(e.target.value)}
      />
      <fieldset className="form-line">
        <legend className="unseen">{t("outages.from")}</legend>
        <Radio.Group
          value={ago === null ? "now" : "ago"}
          aria-label={t("outages.from")}
          onChange={(event) => setAgo(event.target.value === "now" ? null : 15)}
          options={[
            { value: "now", label: t("outages.now") },
            { value: "ago", label: t("outages.minutes", { count: ago ?? 15 }) },
          ]}
        />
        {ago !== null && (
          <InputNumber min={1} max={10_080} value={ago} aria-label={t("outages.from")} onChange={(value) => setAgo(value ?? 1)} />
        )}
      </fieldset>
      {declare.error && <ProblemNotice error={declare.error} />}
      <Button type="primary" htmlType="submit" disabled={!why.trim()} loading={declare.isPending}>
        {t("outages.declare")}
      </Button>
    </form>
  );
}

function OutageCard({ outage }: { outage: Outage }) {
  const { t } = useTranslation("operations");
  const { message } = App.useApp();
  const [whom, setWhom] = useState(false);
  const end = useDoing(() =>
    insist(() =>
      told(amends.POST("/v1/outages/{outage_id}/end", { params: { path: { outage_id: String(outage.id) } }, body: {} })),
    ),
  );
  const state = outage.excused_at ? "excused" : outage.to_at ? "over" : "standing";
  return (
    <li className="item" data-kind="outage">
      <div className="item-what">
        <p className="item-head">
          <strong>{outage.why}</strong>
          <Chip meaning={state === "excused" ? "closed" : "time"}>{t(`outages.${state}`)}</Chip>
        </p>
        <p>
          <Moment at={outage.from_at} /> – {outage.to_at ? <Moment at={outage.to_at} /> : "…"}
          <span className="quiet"> · {t("outages.by", { who: calledBy(outage.declared_by, outage.declared_by_name) })}</span>
        </p>
        <button type="button" className="link" aria-expanded={whom} onClick={() => setWhom(!whom)}>
          {t("outages.whom")}
        </button>
        {whom && <Excused id={String(outage.id)} standing={state !== "excused"} />}
      </div>
      {state === "standing" && (
        <div className="item-acts">
          <Button
            type="primary"
            loading={end.isPending}
            onClick={() => end.mutate(undefined, { onSuccess: () => void message.success(t("outages.ended")) })}
          >
            {t("outages.end")}
          </Button>
          {end.error && <ProblemNotice error={end.error} />}
        </div>
      )}
    </li>
  );
}

function Excused({ id, standing }: { id: string; standing: boolean }) {
  const { t } = useTranslation("operations");
  const say = useSay("deadlines");
  const params = { path: { outage_id: id }, query: { limit: 100 } };
  const found = api.useQuery("get", "/v1/outages/{outage_id}/excused", { params });
  if (!found.data) return <NotYet of={found} rows={2} />;
  const { excused, waiting } = found.data;
  return (
    <>
      {standing && <p>{t("outages.waiting", { count: waiting })}</p>}
      {excused.length === 0 && !standing && <p className="quiet">{t("outages.empty")}</p>}
      <ul className="plain-list">
        {excused.map((clock) => (
          <li key={`${clock.case_id} ${clock.kind}`}>
            <Link to={`/cases/${clock.case_id}`}>{clock.shop}</Link> · {say("deadlines", clock.kind)} ·{" "}
            <span className="quiet">
              {t("outages.was")} <Moment at={clock.was_due} />
            </span>{" "}
            → {t("outages.is")} <Moment at={clock.due_at} />
          </li>
        ))}
      </ul>
    </>
  );
}
