import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { amends, told } from "@/api/client";
import { useSay } from "@/api/words";
import { useSession } from "@/app/session";
import { AskedTwice } from "@/login/twice";
import { Chip, calledBy, Empty, Failed, Loading, Moment, ProblemNotice, subjectOf } from "@/shared";
import { Act, Card, useSure } from "@/shop/parts";
import { useHeld } from "@/shop/RoleForm";
import { Invitations } from "./Invitations";
import { OfficerForm } from "./OfficerForm";
import { type Officer, STAFF, useMarketNames } from "./officers";
import "@/shop/shop.css";

const PAGE = 50;

/** Who works for the platform, with their roles, permissions and markets (P-01, P-02). */
export default function Staff() {
  const { t } = useTranslation("staff");
  const [changing, setChanging] = useState<Officer | "new" | null>(null);
  const [ended, setEnded] = useState(false);
  const found = useInfiniteQuery({
    queryKey: [...STAFF, ended],
    queryFn: ({ pageParam }) =>
      told(amends.GET("/v1/platform/members", { params: { query: { ended, limit: PAGE, cursor: pageParam } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
  const members = found.data?.pages.flatMap((page) => page.members) ?? [];
  const action = (
    <Act needs={null} small={false} onClick={() => setChanging("new")}>
      {t("add")}
    </Act>
  );
  return (
    <AskedTwice>
      <div className="page">
        <h1 className="page-title">{t("title")}</h1>
        <Card title={t("nav")} text={t("text")} action={action}>
          <p>
            <Checkbox checked={ended} onChange={(event) => setEnded(event.target.checked)}>
              {t("ended")}
            </Checkbox>
          </p>
          {found.isPending && <Loading rows={5} height={40} />}
          {found.error && <Failed error={found.error} onRetry={() => void found.refetch()} />}
          {found.data && members.length === 0 && <Empty title={t("none")} />}
          <ul className="rows">
            {members.map((one) => (
              <Line key={one.person + one.from_at} officer={one} change={() => setChanging(one)} />
            ))}
          </ul>
          {found.hasNextPage && (
            <Button loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
              {t("more")}
            </Button>
          )}
        </Card>
        <Invitations />
        {changing && <OfficerForm officer={changing === "new" ? null : changing} close={() => setChanging(null)} />}
      </div>
    </AskedTwice>
  );
}

function Line({ officer, change }: { officer: Officer; change: () => void }) {
  const { t } = useTranslation("staff");
  const shop = useTranslation("shop").t;
  const say = useSay("roles");
  const held = useHeld();
  const sure = useSure();
  const { seat } = useSession();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () =>
      told(amends.DELETE("/v1/platform/members/{subject}", { params: { path: { subject: subjectOf(officer.person) } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: STAFF }),
  });
  const names = useMarketNames();
  const over = officer.to_at !== null;
  return (
    <li className={over ? "rows-off" : undefined}>
      <div className="rows-main">
        <div className="rows-name">
          {calledBy(officer.person, officer.name)}
          <span className="rows-tag">{say("roles", officer.role)}</span>
          {officer.person === seat.person && <Chip meaning="you">{t("me")}</Chip>}
          {over && <Chip meaning="closed">{t("over")}</Chip>}
        </div>
        <div className="quiet">{held(officer.permissions)}</div>
        <div className="quiet">
          {officer.name ? `${subjectOf(officer.person)} · ` : ""}
          {officer.markets.length > 0 ? officer.markets.map((market) => names.get(market) ?? market).join(", ") : t("allMarkets")}{" "}
          · {t("since")} <Moment at={officer.from_at} length="day" />
          {officer.to_at && (
            <>
              {" "}
              {t("until")} <Moment at={officer.to_at} length="day" />
            </>
          )}
        </div>
        {remove.error && <ProblemNotice error={remove.error} />}
      </div>
      {!over && (
        <div className="rows-acts">
          <Act needs={null} onClick={change}>
            {shop("change")}
          </Act>
          {officer.person !== seat.person && (
            <Act needs={null} danger onClick={() => sure(t("sure"), () => remove.mutateAsync())}>
              {shop("remove")}
            </Act>
          )}
        </div>
      )}
    </li>
  );
}
