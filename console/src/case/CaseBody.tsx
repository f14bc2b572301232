import { Tabs } from "antd";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { Case } from "@/api/client";
import { useListenIn } from "@/app/live";
import { useSession } from "@/app/session";
import { Failed, heardServerTime, Loading } from "@/shared";
import { HoldTray } from "@/shared/HoldTray";
import { useNarrow, useWide } from "@/shared/narrow";
import { type Choices, type Order, useCase, useChoices, useMessages, useOrder } from "./data";
import { MoveBar } from "./moves/MoveBar";
import { MoveDialog } from "./moves/MoveDialog";
import { MovesProvider } from "./moves/MovesProvider";
import { Asked, MoneyPart } from "./parts/Asked";
import { Buyer } from "./parts/Buyer";
import { Deadlines } from "./parts/Deadlines";
import { Derived } from "./parts/Derived";
import { Duties } from "./parts/Duties";
import { Head } from "./parts/Head";
import { Log } from "./parts/Log";
import { Parcels } from "./parts/Parcels";
import { Proposals } from "./parts/Proposals";
import { Team, useLooking } from "./parts/Team";
import { VerdictPart } from "./parts/Verdict";
import { Waiting } from "./parts/Waiting";
import { EvidencePart } from "./proof/EvidencePart";
import { Talk } from "./talk/Talk";
import "./case.css";

interface Props {
  caseId: string;
  page?: boolean;
  onStep?: () => void;
}

/** A case whole: in the drawer and on a phone in tabs, on a wide page all at once, on paper one after another: a page has all its tabs ready for that. */
export function CaseBody({ caseId, page = false, onStep }: Props) {
  const found = useCase(caseId);
  const choices = useChoices(caseId);
  const order = useOrder(found.data?.order_id);
  const now = found.data?.server_now;
  useListenIn(found.data?.shop_id);
  useEffect(() => {
    if (now) heardServerTime(now);
  }, [now]);
  if (found.isError && !found.data) return <Failed error={found.error} onRetry={() => void found.refetch()} />;
  if (choices.isError && !choices.data) return <Failed error={choices.error} onRetry={() => void choices.refetch()} />;
  if (!found.data || !choices.data) return <Loading rows={12} />;
  return (
    <MovesProvider key={caseId} found={found.data} choices={choices.data} order={order.data} onStep={onStep}>
      <Whole found={found.data} choices={choices.data} order={order.data} page={page} />
      <MoveDialog />
      <HoldTray />
    </MovesProvider>
  );
}

interface WholeProps {
  found: Case;
  choices: Choices;
  order: Order | undefined;
  page: boolean;
}

function Whole({ found, choices, order, page }: WholeProps) {
  const { seat } = useSession();
  const { t } = useTranslation("case");
  const wide = useWide() && page;
  const narrow = useNarrow();
  const messages = useMessages(found.id);
  useLooking(found.id);
  const parts: Record<string, ReactNode> = {
    deadline: <Deadlines found={found} choices={choices} side={seat.kind} />,
    asked: <Asked found={found} order={order} />,
    verdict: <VerdictPart found={found} />,
    proposals: <Proposals found={found} choices={choices} />,
    evidence: <EvidencePart found={found} choices={choices} />,
    duties: order?.duties?.length ? <Duties order={order} /> : null,
    parcels: <Parcels found={found} choices={choices} />,
    money: <MoneyPart found={found} order={order} />,
    talk: <Talk found={found} />,
    buyer: <Buyer buyer={order?.buyer} shop={found.shop_id} caseId={found.id} />,
    team: <Team caseId={found.id} shop={found.shop_id} />,
    log: <Log caseId={found.id} />,
    derived: seat.kind === "platform" ? <Derived caseId={found.id} /> : null,
  };
  const some = (...names: string[]) =>
    names.map((name) => (
      <div key={name} className="slot">
        {parts[name]}
      </div>
    ));
  const proof = choices.proof.length;
  const said = messages.data?.length ?? 0;
  return (
    <article className={`case${page ? " case-page" : ""}${narrow ? " case-narrow" : ""}`} data-case={found.id}>
      <div className="case-top">
        <Head found={found} side={seat.kind} page={page} />
        <Waiting caseId={found.id} />
        {!narrow && <MoveBar />}
      </div>
      {wide ? (
        <div className="case-columns">
          <div className="case-main">
            {some("asked", "proposals", "verdict", "evidence", "duties", "parcels", "money", "derived", "log")}
          </div>
          <div className="case-side">{some("deadline", "talk", "buyer", "team")}</div>
        </div>
      ) : (
        <Tabs
          className="case-tabs"
          items={[
            { key: "case", label: t("tab.case"), children: some("deadline", "proposals", "asked", "verdict", "money") },
            { key: "evidence", label: count(t("tab.evidence"), proof), children: some("evidence", "duties") },
            { key: "talk", label: count(t("tab.talk"), said), children: some("talk") },
            { key: "parcels", label: t("tab.parcels"), children: some("parcels") },
            { key: "buyer", label: t("tab.buyer"), children: some("buyer") },
            { key: "log", label: t("tab.log"), children: some("team", "derived", "log") },
          ].map((tab) => ({ ...tab, forceRender: page }))}
        />
      )}
      {narrow && <MoveBar />}
    </article>
  );
}

const count = (name: string, n: number): ReactNode => (
  <>
    {name}
    {n > 0 && <span className="tab-count figures">{n}</span>}
  </>
);
