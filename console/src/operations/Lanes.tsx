import { Button, Input, Select } from "antd";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { amends, api, type Schemas, told } from "@/api/client";
import { useSay, useVocabulary } from "@/api/words";
import { useSession } from "@/app/session";
import { Chip, calledBy, Empty, Failed, Loading, Moment, ProblemNotice, Why } from "@/shared";
import { useDoing } from "./data";
import { ShopPicker } from "./ShopPicker";

interface Flag {
  shop: number | null;
  room: string;
  lane: string;
  orders: string;
}
const BLANK: Flag = { shop: null, room: "", lane: "independent", orders: "" };

/** Live sessions whose orders go to a review lane of their own (C-03): a flag that people set, and only people. */
export function Lanes() {
  const { t } = useTranslation("operations");
  const say = useSay("review_lanes");
  const found = api.useQuery("get", "/v1/live-lanes", { params: { query: { limit: 100 } } });
  return (
    <>
      <FlagForm />
      {found.error ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : !found.data ? (
        <Loading rows={3} />
      ) : found.data.sessions.length === 0 ? (
        <Empty title={t("lanes.none")} />
      ) : (
        <ul className="items">
          {found.data.sessions.map((one) => (
            <li key={`${one.shop_id} ${one.room}`} className="item">
              <div className="item-what">
                <p className="item-head">
                  <strong>{one.room}</strong>
                  <Chip meaning={one.review_lane === "independent" ? "time" : "others"}>
                    {say("review_lanes", one.review_lane)}
                  </Chip>
                </p>
                <p className="quiet item-facts">
                  <span>{one.shop}</span>
                  <span>{t("lanes.inLane", { count: one.orders_in_lane })}</span>
                  <span>
                    {t("lanes.by", { who: calledBy(one.set_by, one.set_by_name) })} · <Moment at={one.set_at} />
                  </span>
                </p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

type Sent = Pick<Schemas["Lanes"], never> & { orders: string[]; unknown: string[] };

function FlagForm() {
  const { t } = useTranslation("operations");
  const { can } = useSession();
  const say = useSay("review_lanes", "permissions");
  const words = [...useVocabulary("review_lanes").keys()].filter((word) => word !== "senior");
  const [flag, setFlag] = useState(BLANK);
  const orders = flag.orders.split(/[\s,]+/).filter(Boolean);
  const mayNot = can("cases.recheck") ? null : say("permissions", "cases.recheck");
  const send = useDoing(async () => {
    const body = { shop_id: flag.shop ?? 0, review_lane: flag.lane, orders };
    return (await told(amends.PUT("/v1/live-rooms/{room}/lane", { params: { path: { room: flag.room.trim() } }, body }))) as Sent;
  });
  const sent = send.data as Sent | undefined;
  const ready = flag.shop && flag.room.trim() && orders.length > 0 && !mayNot;
  return (
    <form
      className="form-box"
      aria-label={t("lanes.flag")}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        send.mutate(undefined, { onSuccess: () => setFlag(BLANK) });
      }}
    >
      <h2 className="desk-title">{t("lanes.flag")}</h2>
      <p className="quiet">{t("lanes.text")}</p>
      <div className="form-line">
        <ShopPicker shop={flag.shop} pick={(shop) => setFlag({ ...flag, shop })} />
        <Input
          value={flag.room}
          maxLength={200}
          aria-label={t("lanes.room")}
          placeholder={t("lanes.room")}
          onChange={(event) => setFlag({ ...flag, room: event.target.value })}
        />
        <Select
          value={flag.lane}
          aria-label={t("lanes.lane")}
          options={words.map((word) => ({ value: word, label: say("review_lanes", word) }))}
          onChange={(lane: string) => setFlag({ ...flag, lane })}
          popupMatchSelectWidth={false}
        />
      </div>
      <Input.TextArea
        value={flag.orders}
        autoSize={{ minRows: 2, maxRows: 8 }}
        aria-label={t("lanes.orders")}
        placeholder={t("lanes.orders")}
        onChange={(event) => setFlag({ ...flag, orders: event.target.value })}
      />
      {send.error && <ProblemNotice error={send.error} />}
      {sent && (
        <p role="status">
          {t("lanes.sent", { count: sent.orders.length })}{" "}
          {sent.unknown.length > 0 && t("lanes.unknown", { list: sent.unknown.join(", ") })}
        </p>
      )}
      <Why reason={mayNot}>
        <Button type="primary" htmlType="submit" disabled={!ready} loading={send.isPending}>
          {t("lanes.send")}
        </Button>
      </Why>
    </form>
  );
}
