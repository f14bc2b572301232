import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { amends, type Schemas, told } from "@/api/client";
import { useSay } from "@/api/words";
import { Chip, calledBy, Empty, Failed, Loading, Moment, ProblemNotice, subjectOf } from "@/shared";
import { standing } from "@/shop/Invitations";
import { Act, Card, Once } from "@/shop/parts";
import { OfficerForm } from "./OfficerForm";
import { OFFERED, useMarketNames } from "./officers";

type Offered = Schemas["OfficerInvitationView"];
const PAGE = 20;

/** Who was asked to work for the platform: by a link that works once, until it lapses or is taken back. */
export function Invitations() {
  const { t } = useTranslation("staff");
  const [inviting, setInviting] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const found = useInfiniteQuery({
    queryKey: OFFERED,
    queryFn: ({ pageParam }) =>
      told(amends.GET("/v1/platform/invitations", { params: { query: { limit: PAGE, cursor: pageParam } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
  const offered = found.data?.pages.flatMap((page) => page.invitations) ?? [];
  const action = (
    <Act needs={null} small={false} primary onClick={() => setInviting(true)}>
      {t("invite")}
    </Act>
  );
  return (
    <Card title={t("invitations")} text={t("invitationsText")} action={action}>
      {found.isPending && <Loading rows={2} height={40} />}
      {found.error && <Failed error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && offered.length === 0 && <Empty title={t("noInvitations")} />}
      <ul className="rows">
        {offered.map((one) => (
          <Line key={one.id} offered={one} />
        ))}
      </ul>
      {found.hasNextPage && (
        <Button loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t("more")}
        </Button>
      )}
      {inviting && <OfficerForm officer={null} made={setCode} close={() => setInviting(false)} />}
      {code && (
        <Once
          title={t("link")}
          text={t("linkText")}
          secret={`${window.location.origin}/join#code=${code}`}
          done={() => setCode(null)}
        />
      )}
    </Card>
  );
}

function Line({ offered }: { offered: Offered }) {
  const { t } = useTranslation("staff");
  const shop = useTranslation("shop").t;
  const say = useSay("roles");
  const names = useMarketNames();
  const queries = useQueryClient();
  const withdraw = useMutation({
    mutationFn: () =>
      told(amends.DELETE("/v1/platform/invitations/{invitation_id}", { params: { path: { invitation_id: offered.id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: OFFERED }),
  });
  const stands = standing(offered);
  return (
    <li className={stands === "open" ? undefined : "rows-off"}>
      <div className="rows-main">
        <div className="rows-name">
          {calledBy(offered.person, offered.name)}
          <span className="rows-tag">{say("roles", offered.role)}</span>
          <Chip meaning={stands === "open" ? "others" : "closed"}>{t(`standing.${stands}`)}</Chip>
        </div>
        <div className="quiet">
          {offered.name ? `${subjectOf(offered.person)} · ` : ""}
          {offered.markets.length > 0 ? offered.markets.map((market) => names.get(market) ?? market).join(", ") : t("allMarkets")}
          {" · "}
          {t("invitedBy", { who: calledBy(offered.invited_by, offered.invited_by_name) })}
          {stands === "open" && (
            <>
              {" · "}
              {t("standsUntil")} <Moment at={offered.expires_at} />
            </>
          )}
        </div>
        {withdraw.error && <ProblemNotice error={withdraw.error} />}
      </div>
      {stands === "open" && (
        <div className="rows-acts">
          <Act needs={null} onClick={() => withdraw.mutate()}>
            {shop("team.withdraw")}
          </Act>
        </div>
      )}
    </li>
  );
}
