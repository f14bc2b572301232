import { BellOutlined } from "@ant-design/icons";
import { App, Badge, Button, Popover } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import { amends, api, told } from "@/api/client";
import { queries } from "@/api/queries";
import { Empty, Moment, NotYet } from "@/shared";
import { useLive } from "./live";

const MOST = 30;

/** Notices of the own side, newest first; messages of buyers come up by themselves as they are written (U-10). */
export function Bell() {
  const { t } = useTranslation("app");
  const [open, setOpen] = useState(false);
  const unread = api.useQuery(
    "get",
    "/v1/notices",
    { params: { query: { unread: true, limit: MOST } } },
    { refetchInterval: 60_000 },
  );
  const count = unread.data?.notices.length ?? 0;
  const shown = count < MOST ? count : `${MOST - 1}+`;
  useNews();
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      content={open ? <Notices close={() => setOpen(false)} /> : null}
    >
      <Button
        type="text"
        aria-label={t("bell.label", { shown })}
        icon={
          <Badge key={shown} count={count} size="small" overflowCount={MOST - 1} offset={[12, 0]}>
            <BellOutlined />
          </Badge>
        }
      />
    </Popover>
  );
}

/** A buyer's message is shown when it arrives, wherever one is but on the page of its case, and leads there. */
function useNews(): void {
  const { t } = useTranslation("app");
  const { notification } = App.useApp();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  useLive((news) => {
    if (news.message?.side !== "buyer" || pathname.split("/").includes(news.case_id)) return;
    notification.open({
      key: news.message.id,
      title: t("bell.message"),
      description: <span className="clipped">{news.message.text}</span>,
      role: "status",
      onClick: () => {
        notification.destroy(news.message?.id);
        void navigate(`/cases/${news.case_id}`);
      },
    });
    badge(1);
  });
}

/** The number on the installed app's icon, where the system draws one. */
function badge(more: number): void {
  if (document.hidden && more > 0) void navigator.setAppBadge?.().catch(() => undefined);
}
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) void navigator.clearAppBadge?.().catch(() => undefined);
});

function Notices({ close }: { close: () => void }) {
  const { t } = useTranslation("app");
  const navigate = useNavigate();
  const all = api.useQuery("get", "/v1/notices", { params: { query: { limit: MOST } } });
  const read = async (ids: string[]) => {
    if (ids.length === 0) return;
    await told(amends.POST("/v1/notices:read", { body: { notices: ids } }));
    await queries.invalidateQueries({ queryKey: ["get", "/v1/notices"] });
  };
  if (!all.data) return <NotYet of={all} rows={4} />;
  const unread = all.data.notices.filter((notice) => !notice.read_at).map((notice) => notice.id);
  return (
    <div className="bell">
      <div className="bell-head">
        <strong>{t("bell.title")}</strong>
        <Button size="small" type="link" disabled={unread.length === 0} onClick={() => void read(unread)}>
          {t("bell.readAll")}
        </Button>
      </div>
      {all.data.notices.length === 0 && <Empty title={t("bell.empty")} />}
      <ul className="bell-list">
        {all.data.notices.map((notice) => (
          <li key={notice.id}>
            <button
              type="button"
              className={notice.read_at ? "bell-item" : "bell-item bell-unread"}
              onClick={() => {
                void read(notice.read_at ? [] : [notice.id]);
                close();
                void navigate(`/cases/${notice.case_id}`);
              }}
            >
              <span>{notice.says}</span>
              <span className="quiet">
                {!notice.read_at && <span className="bell-new">{t("bell.new")}</span>} <Moment at={notice.at} />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
