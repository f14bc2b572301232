import { App, Button, Input } from "antd";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { amends, api, type Schemas, told } from "@/api/client";
import { useLanguage } from "@/api/words";
import { Chip, calledBy, Moment, momentText, NotYet, ProblemNotice } from "@/shared";
import { useDoing } from "./data";

/** Buyers who asked to be forgotten and what holds it, and what must be kept all the same. */
export function Privacy() {
  const { t } = useTranslation("operations");
  return (
    <div className="two">
      <section aria-labelledby="erasures">
        <h2 id="erasures" className="desk-title">
          {t("privacy.erasures")}
        </h2>
        <Erasures />
        <Ask what="ask" send={(body) => told(amends.POST("/v1/erasures", { body }))} />
      </section>
      <section aria-labelledby="holds">
        <h2 id="holds" className="desk-title">
          {t("privacy.holds")}
        </h2>
        <Holds />
        <Ask what="hold" send={(body) => told(amends.POST("/v1/legal-holds", { body }))} />
      </section>
    </div>
  );
}

function Erasures() {
  const { t } = useTranslation("operations");
  const found = api.useQuery("get", "/v1/erasures", { params: { query: { limit: 50 } } });
  if (!found.data) return <NotYet of={found} rows={2} />;
  if (found.data.erasures.length === 0) return <p className="quiet">{t("privacy.noErasures")}</p>;
  return (
    <ul className="plain-list">
      {found.data.erasures.map((one) => (
        <li key={one.id}>
          <Chip meaning={one.state === "done" ? "closed" : "others"}>{t(`privacy.states.${one.state}`)}</Chip> {one.why}{" "}
          <span className="quiet">
            {calledBy(one.asked_by, one.asked_by_name)} · <Moment at={one.asked_at} />
          </span>
          {one.held_by.length > 0 && (
            <div className="held">
              <span className="quiet">{t("privacy.heldBy")}:</span>
              <ul>
                {one.held_by.map((held) => (
                  <Held key={held} held={held} />
                ))}
              </ul>
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

/** "case 01a2…" as a link to it, everything else by its name. */
function Held({ held }: { held: string }) {
  const { t } = useTranslation("operations");
  const [, what = held, id = ""] = /^(.*) (\S+)$/.exec(held) ?? [];
  const name = t(`privacy.held.${what}`, { defaultValue: what });
  return <li>{what === "case" ? <Link to={`/cases/${id}`}>{name}</Link> : name}</li>;
}

function Holds() {
  const { t } = useTranslation("operations");
  const found = api.useQuery("get", "/v1/legal-holds", { params: { query: { limit: 50 } } });
  if (!found.data) return <NotYet of={found} rows={2} />;
  if (found.data.holds.length === 0) return <p className="quiet">{t("privacy.noHolds")}</p>;
  return (
    <ul className="plain-list">
      {found.data.holds.map((hold) => (
        <HoldLine key={hold.id} hold={hold} />
      ))}
    </ul>
  );
}

function HoldLine({ hold }: { hold: Schemas["HoldView"] }) {
  const { t } = useTranslation("operations");
  const language = useLanguage();
  const lift = useDoing(() => told(amends.DELETE("/v1/legal-holds/{hold_id}", { params: { path: { hold_id: hold.id } } })));
  return (
    <li>
      {hold.why}{" "}
      <span className="quiet">
        {calledBy(hold.placed_by, hold.placed_by_name)} · <Moment at={hold.placed_at} /> ·{" "}
        {hold.until ? t("privacy.until", { when: momentText(hold.until, language, "day") }) : t("privacy.noUntil")}
      </span>{" "}
      {hold.lifted_at ? (
        <Chip meaning="closed">{t("privacy.lifted")}</Chip>
      ) : (
        <Button size="small" loading={lift.isPending} onClick={() => lift.mutate(undefined)}>
          {t("privacy.lift")}
        </Button>
      )}
      {lift.error && <ProblemNotice error={lift.error} />}
    </li>
  );
}

function Ask({ what, send }: { what: "ask" | "hold"; send: (body: { buyer: string; why: string }) => Promise<unknown> }) {
  const { t } = useTranslation("operations");
  const { message } = App.useApp();
  const [buyer, setBuyer] = useState("");
  const [why, setWhy] = useState("");
  const asking = useDoing(() => send({ buyer: buyer.trim(), why: why.trim() }));
  return (
    <form
      className="form-box"
      aria-label={t(`privacy.${what}`)}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        asking.mutate(undefined, {
          onSuccess: () => {
            setBuyer("");
            setWhy("");
            void message.success(t("privacy.asked"));
          },
        });
      }}
    >
      <Input
        value={buyer}
        maxLength={200}
        aria-label={t("privacy.buyer")}
        placeholder={t("privacy.buyer")}
        onChange={(e) => setBuyer(e.target.value)}
      />
      <Input
        value={why}
        maxLength={1000}
        aria-label={t("privacy.why")}
        placeholder={t("privacy.why")}
        onChange={(e) => setWhy(e.target.value)}
      />
      {asking.error && <ProblemNotice error={asking.error} />}
      <Button htmlType="submit" disabled={!buyer.trim() || !why.trim()} loading={asking.isPending}>
        {t(`privacy.${what}`)}
      </Button>
    </form>
  );
}
