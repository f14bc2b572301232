import { useInfiniteQuery } from "@tanstack/react-query";
import { Drawer } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { amends, told } from "@/api/client";
import { useOneOf, useSay, useVocabulary } from "@/api/words";
import { useSession } from "@/app/session";
import { Empty, Failed, Loading, Moment } from "@/shared";
import { useDrawerPlace } from "@/shared/narrow";
import { type Filter, PATIENT } from "./asking";
import type { Drilled } from "./Figures";
import { About, Scroll } from "./show";

/** The drill as the filter of the case list: the list then holds exactly the cases that were counted. */
function countedOf(query: Record<string, string | number | undefined>): string {
  const said = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && name !== "limit") said.set(name, String(value));
  return said.toString();
}

/** Sellers go on working in their list; the platform reads, in a list of its own. */
function listOf(kind: string, query: Record<string, string | number | undefined>): string {
  const counted = countedOf(query);
  return kind === "seller"
    ? `/cases?${new URLSearchParams({ tab: "all", counted })}`
    : `/insight/cases?${new URLSearchParams({ counted })}`;
}

/** What a figure counted, one by one: each case a click away. */
export function Drill({ drilled, filter, onClose }: { drilled: Drilled; filter: Filter; onClose: () => void }) {
  const { t } = useTranslation("insight");
  const place = useDrawerPlace("large");
  const one = useOneOf();
  const say = useSay("kinds", "reasons");
  const lists = [useVocabulary("states"), useVocabulary("told_statuses"), useVocabulary("rejection_outcomes")];
  const { seat, can } = useSession();
  const { figure, part } = drilled;
  const name = figure.figure;
  const query = {
    ...filter,
    from: figure.period.from,
    to: figure.period.to,
    cut_off: figure.cut_off,
    days: undefined,
    figure: name,
    part,
    limit: 100,
  };
  const asked = useInfiniteQuery({
    queryKey: ["insight", "drill", query],
    queryFn: ({ pageParam }) =>
      told(amends.GET("/v1/insight/drill", { params: { query: { ...query, ...(pageParam ? { cursor: pageParam } : {}) } } })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    retry: PATIENT.retry,
    retryDelay: PATIENT.retryDelay,
  });
  const rows = asked.data?.pages.flatMap((page) => page.rows) ?? [];
  const status = (word: string | null) =>
    word ? one(lists.map((list) => list.get(word)).find(Boolean) as { zh: string; en: string } | undefined) || word : "—";
  return (
    <Drawer open onClose={onClose} {...place} title={t("drill.title", { figure: one(figure.words) })}>
      <About figure={figure} />
      {asked.isPending && <Loading rows={10} />}
      {asked.isError && <Failed error={asked.error} onRetry={asked.refetch} />}
      {asked.data && rows.length === 0 && <Empty title={t("drill.none")} />}
      {can("cases.read") && rows.some((row) => row.case_id) && (
        <p>
          <Link to={listOf(seat.kind, query)}>{t(seat.kind === "seller" ? "drill.list" : "drill.read")}</Link>
        </p>
      )}
      {rows.length > 0 && (
        <Scroll label={t("table")}>
          <table data-testid="insight-drill">
            <thead>
              <tr>
                <th scope="col">{t("drill.order")}</th>
                <th scope="col">{t("drill.kind")}</th>
                <th scope="col">{t("drill.reason")}</th>
                <th scope="col">{t("drill.status")}</th>
                <th scope="col">{t("drill.at")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.key}>
                  <th scope="row">
                    {row.case_id ? (
                      <Link to={`/cases/${row.case_id}`} title={t("drill.open")}>
                        {row.order_reference}
                      </Link>
                    ) : (
                      row.order_reference
                    )}
                    {row.source === "told" && <span className="quiet"> {t("drill.host")}</span>}
                  </th>
                  <td>{row.kind ? say("kinds", row.kind) : "—"}</td>
                  <td>{row.reason ? say("reasons", row.reason) : "—"}</td>
                  <td>{status(row.status)}</td>
                  <td>
                    <Moment at={row.at} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {asked.hasNextPage && (
        <button type="button" className="link" onClick={() => asked.fetchNextPage()}>
          {t("drill.more")}
        </button>
      )}
    </Drawer>
  );
}
