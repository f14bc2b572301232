import { useMutation } from "@tanstack/react-query";
import { App, Button, Input, Switch } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { amends, api, type Schemas, told } from "@/api/client";
import { queries } from "@/api/queries";
import { useSay } from "@/api/words";
import { useSession } from "@/app/session";
import { Chip, calledBy, Empty, Moment, NotYet, ProblemNotice, Why } from "@/shared";
import { usePieces } from "./data";
import { Proof, useViewer } from "./Proof";
import "./reviews.css";

/** What shops ask of the platform about themselves: that a score be put right, that a special recording may be used. */
export default function Requests() {
  const { t } = useTranslation("reviews");
  const [open, setOpen] = useState(true);
  return (
    <div className="page">
      <div className="desk-head">
        <h1 className="page-title">{t("requests.title")}</h1>
        {/* biome-ignore lint/a11y/noLabelWithoutControl: the switch inside is the control */}
        <label className="desk-switch">
          <Switch size="small" checked={open} onChange={setOpen} aria-label={t("requests.open")} /> {t("requests.open")}
        </label>
      </div>
      <h2 className="desk-title">{t("requests.scores")}</h2>
      <Scores open={open} />
      <h2 className="desk-title">{t("requests.uses")}</h2>
      <Uses open={open} />
    </div>
  );
}

function Scores({ open }: { open: boolean }) {
  const { t } = useTranslation("reviews");
  const found = api.useQuery("get", "/v1/score-appeals", { params: { query: { open, limit: 100 } } });
  if (!found.data) return <NotYet of={found} rows={2} />;
  if (found.data.appeals.length === 0) return <Empty title={t("requests.noScores")} />;
  return (
    <ul className="requests">
      {found.data.appeals.map((appeal) => (
        <Appeal key={appeal.entry_id} appeal={appeal} />
      ))}
    </ul>
  );
}

function Appeal({ appeal }: { appeal: Schemas["AppealView"] }) {
  const { t } = useTranslation("reviews");
  const say = useSay("scores", "score_reasons");
  const path = { shop_id: String(appeal.shop_id), entry_id: appeal.entry_id } as never;
  const decide = (decision: "reversed" | "upheld", answer: string) =>
    told(amends.POST("/v1/shops/{shop_id}/score-entries/{entry_id}/decision", { params: { path }, body: { decision, answer } }));
  return (
    <li className="request">
      <p className="request-head">
        <strong className="figures">
          {say("scores", appeal.score)} {appeal.delta}
        </strong>
        <span>{say("score_reasons", appeal.why)}</span>
        <span className="quiet">
          {appeal.shop || t("requests.shop", { id: appeal.shop_id })} · <Moment at={appeal.at} />
        </span>
        {appeal.case_id && <Link to={`/cases/${appeal.case_id}`}>{t("recheck.openCase")}</Link>}
      </p>
      <blockquote className="dispute-note">{appeal.note}</blockquote>
      {appeal.decision ? (
        <Decided says={t(`requests.${appeal.decision}`)} why={appeal.answer} />
      ) : (
        <Answer
          yes={t("requests.reverse")}
          no={t("requests.uphold")}
          send={(kind, why) => decide(kind ? "reversed" : "upheld", why)}
        />
      )}
    </li>
  );
}

function Uses({ open }: { open: boolean }) {
  const { t } = useTranslation("reviews");
  const query = { limit: 100, ...(open ? { state: "applied" as const } : {}) };
  const found = api.useQuery("get", "/v1/evidence-uses", { params: { query } });
  const uses = found.data?.applications ?? [];
  const pieces = usePieces(uses.map((use) => use.evidence_id));
  const viewer = useViewer(uses.map((use) => pieces.get(use.evidence_id)));
  if (!found.data) return <NotYet of={found} rows={2} />;
  if (uses.length === 0) return <Empty title={t("requests.noUses")} />;
  return (
    <ul className="requests">
      {uses.map((use) => {
        const piece = pieces.get(use.evidence_id);
        return (
          <li key={use.evidence_id} className="request request-use">
            {piece && (
              <ul className="proof-cards">
                <Proof given={piece} piece={piece} open={viewer.open(piece)} />
              </ul>
            )}
            <div>
              <p className="request-head">
                <span className="quiet">
                  {t(`side.${sideOf(use.applied_by)}`)} {calledBy(use.applied_by, use.applied_by_name)} ·{" "}
                  <Moment at={use.applied_at} />
                </span>
              </p>
              <blockquote className="dispute-note">{use.why}</blockquote>
              <UseAnswer use={use} />
            </div>
          </li>
        );
      })}
      {viewer.view}
    </ul>
  );
}

const sideOf = (person: string) => (person.startsWith("buyer:") ? "buyer" : person.startsWith("seller:") ? "seller" : "platform");

function UseAnswer({ use }: { use: Schemas["UseView"] }) {
  const { t } = useTranslation("reviews");
  const { can } = useSession();
  const say = useSay("permissions");
  if (use.state !== "applied") return <Decided says={t(`requests.${use.state}`)} why={use.decided_why} />;
  const may = can("evidence.grant") ? null : say("permissions", "evidence.grant");
  const decide = (decision: "granted" | "refused", why: string) => {
    const params = { path: { evidence_id: use.evidence_id } };
    return told(amends.POST("/v1/evidence/{evidence_id}/use/decision", { params, body: { decision, why } }));
  };
  return (
    <Answer
      yes={t("requests.grant")}
      no={t("requests.refuse")}
      closed={may}
      send={(granted, why) => decide(granted ? "granted" : "refused", why)}
    />
  );
}

function Decided({ says, why }: { says: ReactNode; why: string | null }) {
  return (
    <p>
      <Chip meaning="closed">{says}</Chip> {why}
    </p>
  );
}

interface AnswerProps {
  yes: string;
  no: string;
  closed?: string | null;
  send: (granted: boolean, why: string) => Promise<unknown>;
}

/** A decision with its reason, which whoever asked reads. */
function Answer({ yes, no, closed = null, send }: AnswerProps) {
  const { t } = useTranslation("reviews");
  const { message } = App.useApp();
  const [why, setWhy] = useState("");
  const sending = useMutation({
    mutationFn: (granted: boolean) => send(granted, why.trim()),
    onSuccess: () => void message.success(t("requests.sent")),
    onSettled: () => void queries.invalidateQueries({ queryKey: ["get"] }),
  });
  const reason = closed ?? (why.trim() ? null : t("requests.answerFirst"));
  return (
    <div className="answer">
      <Input.TextArea
        value={why}
        maxLength={1000}
        autoSize={{ minRows: 2, maxRows: 6 }}
        aria-label={t("requests.answer")}
        placeholder={t("requests.answer")}
        onChange={(event) => setWhy(event.target.value)}
      />
      {sending.error && <ProblemNotice error={sending.error} />}
      <div className="answer-ways">
        {[true, false].map((granted) => (
          <Why key={String(granted)} reason={reason}>
            <Button
              type={granted ? "primary" : "default"}
              disabled={Boolean(reason)}
              loading={sending.isPending}
              onClick={() => sending.mutate(granted)}
            >
              {granted ? yes : no}
            </Button>
          </Why>
        ))}
      </div>
    </div>
  );
}
