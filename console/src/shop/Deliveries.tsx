import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Drawer } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { amends, type Schemas, told } from "@/api/client";
import { Chip, Empty, Failed, Loading, Moment, ProblemNotice, serverNow } from "@/shared";
import { useDrawerPlace } from "@/shared/narrow";
import { Events } from "./Events";

const A_DAY = 86_400_000;

/** What was sent to an endpoint and what it answered, with sending again; test messages first. */
export function Deliveries({ endpoint, close }: { endpoint: Schemas["EndpointView"]; close: () => void }) {
  const { t } = useTranslation("shop");
  const { message } = App.useApp();
  const place = useDrawerPlace("large");
  const queries = useQueryClient();
  const path = { webhook_id: endpoint.id };
  const log = useInfiniteQuery({
    queryKey: ["deliveries", endpoint.id],
    initialPageParam: "",
    queryFn: ({ pageParam }) =>
      told(
        amends.GET("/v1/webhooks/{webhook_id}/deliveries", { params: { path, query: pageParam ? { cursor: pageParam } : {} } }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const replay = useMutation({
    mutationFn: (body: Schemas["ReplayBody"]) =>
      told(amends.POST("/v1/webhooks/{webhook_id}/replay", { params: { path }, body })),
    onSuccess: (answer) => {
      void message.success(t("hooks.replayed", { count: answer.replayed }));
      void queries.invalidateQueries({ queryKey: ["deliveries", endpoint.id] });
    },
  });
  const rows = log.data?.pages.flatMap((page) => page.deliveries) ?? [];
  return (
    <Drawer
      open
      onClose={close}
      {...place}
      title={t("hooks.log")}
      extra={
        <Button onClick={() => replay.mutate({ since: new Date(serverNow() - A_DAY).toISOString() })} loading={replay.isPending}>
          {t("hooks.lastDay")}
        </Button>
      }
    >
      <p className="quiet">{endpoint.url}</p>
      {replay.error && <ProblemNotice error={replay.error} />}
      <Tests endpoint={endpoint} />
      {log.isPending && <Loading rows={5} height={32} />}
      {log.error && <Failed error={log.error} onRetry={() => void log.refetch()} />}
      {log.data && rows.length === 0 && <Empty title={t("hooks.noLog")} />}
      <ul className="rows">
        {rows.map((one) => (
          <li key={one.id}>
            <div className="rows-main">
              <div className="rows-name">
                <Chip meaning={one.done_at ? "closed" : one.last_problem ? "time" : "others"}>
                  {t(`hooks.states.${one.state}`, { defaultValue: one.state })}
                </Chip>
                <Events names={[one.event]} />
                <Link to={`/cases/${one.case_id}`}>{t("standing.case")}</Link>
              </div>
              <div className="quiet">
                <Moment at={one.created_at} /> · {t("hooks.attempts", { count: one.attempts })}
                {one.last_status ? ` · ${t("hooks.answer")} ${one.last_status}` : ""}
                {one.last_problem ? ` · ${t(`hooks.problems.${one.last_problem}`, { defaultValue: one.last_problem })}` : ""}
              </div>
            </div>
            <Button size="small" onClick={() => replay.mutate({ ids: [one.id] })}>
              {t("hooks.replay")}
            </Button>
          </li>
        ))}
      </ul>
      {log.hasNextPage && (
        <Button block type="link" loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
          …
        </Button>
      )}
    </Drawer>
  );
}

function Tests({ endpoint }: { endpoint: Schemas["EndpointView"] }) {
  const { t } = useTranslation("shop");
  const tests = useQuery({
    queryKey: ["webhook tests", endpoint.id],
    queryFn: () => told(amends.GET("/v1/webhooks/{webhook_id}/tests", { params: { path: { webhook_id: endpoint.id } } })),
    refetchInterval: (query) => (query.state.data?.tests.some((one) => !one.sent_at) ? 2000 : false),
  });
  if (!tests.data?.tests.length) return null;
  return (
    <ul className="rows" style={{ marginBottom: 16 }}>
      {tests.data.tests.map((one) => (
        <li key={one.id}>
          <div className="rows-main">
            {t("hooks.test")} <Moment at={one.asked_at} />
          </div>
          <span className="quiet">
            {one.sent_at
              ? [
                  one.status && `${t("hooks.answer")} ${one.status}`,
                  one.problem && t(`hooks.problems.${one.problem}`, { defaultValue: one.problem }),
                ]
                  .filter(Boolean)
                  .join(" · ")
              : t("hooks.waiting")}
          </span>
        </li>
      ))}
    </ul>
  );
}
