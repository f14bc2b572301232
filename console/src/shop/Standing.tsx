import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { amends, type Schemas, told } from "@/api/client";
import { useOneOf, useSay } from "@/api/words";
import { Chip, Empty, Failed, Loading, Moment, NotAllowed, NotYet, ProblemNotice } from "@/shared";
import { Act, Card, type Here, useNeeds } from "./parts";

type Entry = Schemas["EntryView"];

export default function Standing({ here }: { here: Here }) {
  return (
    <>
      {here.may("cases.read") ? <Checks here={here} /> : <NotAllowed permission="cases.read" />}
      {here.may("scores.read") ? (
        <>
          <Scores here={here} />
          <Entries here={here} />
        </>
      ) : (
        <NotAllowed permission="scores.read" />
      )}
    </>
  );
}

/** What a shop still lacks, with who brings it and what to do (P-03). */
function Checks({ here }: { here: Here }) {
  const { t } = useTranslation("shop");
  const one = useOneOf();
  const checks = useQuery({
    queryKey: ["onboarding", here.id],
    queryFn: () => told(amends.GET("/v1/shops/{shop_id}/onboarding", { params: { path: { shop_id: here.path } } })),
  });
  if (!checks.data) return <NotYet of={checks} rows={4} height={32} />;
  const missing = checks.data.points.filter((point) => point.state === "open").length;
  return (
    <Card title={t("standing.checks")} text={missing ? t("standing.open", { count: missing }) : t("standing.ready")}>
      <ul className="rows">
        {checks.data.points.map((point) => (
          <li key={point.check}>
            <div className="rows-main">
              <div>{one(point.says as unknown as Record<string, string>)}</div>
              {point.next && <div className="quiet">{one(point.next as unknown as Record<string, string>)}</div>}
            </div>
            <Chip meaning={point.state === "open" ? (point.reason === "check_not_met" ? "time" : "others") : "closed"}>
              {point.state === "met" && t("standing.met")}
              {point.state === "does_not_apply" && t("standing.notApply")}
              {point.state === "open" && t(point.reason === "check_not_met" ? "standing.missing" : "standing.unlooked")}
            </Chip>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Scores({ here }: { here: Here }) {
  const { t } = useTranslation("shop");
  const say = useSay("scores");
  const one = useOneOf();
  const scores = useQuery({
    queryKey: ["scores", here.id],
    queryFn: () => told(amends.GET("/v1/shops/{shop_id}/scores", { params: { path: { shop_id: here.path } } })),
  });
  if (!scores.data) return <NotYet of={scores} rows={3} height={48} />;
  const { fault, ruled } = scores.data.fault_rate;
  return (
    <Card title={t("standing.scores")} text={t("standing.fault", { fault, ruled })}>
      <div className="figures-row">
        {scores.data.scores.map((score) => (
          <div key={score.score} className="figure">
            <div>{say("scores", score.score)}</div>
            <div className="figure-value">{score.value}</div>
            <div className="quiet">{t("standing.starts", { value: score.starts })}</div>
          </div>
        ))}
      </div>
      {scores.data.consequences.length > 0 && (
        <>
          <h3 style={{ fontSize: 14, margin: "8px 0 4px" }}>{t("standing.consequences")}</h3>
          <ul className="rows">
            {scores.data.consequences.map((each) => (
              <li key={each.rule + each.what}>
                <span className="rows-main">{one({ zh: each.zh, en: each.en })}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}

function Entries({ here }: { here: Here }) {
  const { t } = useTranslation("shop");
  const [appealing, setAppealing] = useState<Entry | null>(null);
  const entries = useInfiniteQuery({
    queryKey: ["score entries", here.id],
    initialPageParam: "",
    queryFn: ({ pageParam }) =>
      told(
        amends.GET("/v1/shops/{shop_id}/score-entries", {
          params: { path: { shop_id: here.path }, query: pageParam ? { cursor: pageParam } : {} },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const rows = entries.data?.pages.flatMap((page) => page.entries) ?? [];
  return (
    <Card title={t("standing.entries")}>
      {entries.isPending && <Loading rows={3} height={32} />}
      {entries.error && <Failed error={entries.error} onRetry={() => void entries.refetch()} />}
      {entries.data && rows.length === 0 && <Empty title={t("standing.none")} />}
      <ul className="rows">
        {rows.map((one) => (
          <Row key={one.id} here={here} entry={one} appeal={() => setAppealing(one)} />
        ))}
      </ul>
      {entries.hasNextPage && (
        <Button block type="link" loading={entries.isFetchingNextPage} onClick={() => void entries.fetchNextPage()}>
          …
        </Button>
      )}
      {appealing && <Appeal here={here} entry={appealing} close={() => setAppealing(null)} />}
    </Card>
  );
}

function Row({ here, entry, appeal }: { here: Here; entry: Entry; appeal: () => void }) {
  const { t } = useTranslation("shop");
  const say = useSay("scores", "conducts", "score_reasons");
  const needs = useNeeds(here)("scores.appeal");
  const why = say(entry.reverses ? "score_reasons" : "conducts", entry.why);
  const became = entry.decision ? t(`standing.${entry.decision}`) : entry.appealed_at ? t("standing.appealed") : null;
  return (
    <li className={entry.reversed_by ? "rows-off" : undefined}>
      <div className="rows-main">
        <div className="rows-name">
          <span className="figures">{entry.delta}</span> {say("scores", entry.score)} · {why}
        </div>
        <div className="quiet">
          <Moment at={entry.at} />
          {entry.rule && ` · ${entry.rule}`}
          {entry.case_id && (
            <>
              {" · "}
              <Link to={`/cases/${entry.case_id}`}>{t("standing.case")}</Link>
            </>
          )}
          {entry.answer && ` · ${entry.answer}`}
        </div>
      </div>
      {became && <Chip meaning={entry.decision ? "closed" : "others"}>{became}</Chip>}
      {!became && entry.reversed_by && <Chip meaning="closed">{t("standing.takenBack")}</Chip>}
      {!became && !entry.reversed_by && !entry.reverses && (
        <Act needs={needs} onClick={appeal}>
          {t("standing.appeal")}
        </Act>
      )}
    </li>
  );
}

function Appeal({ here, entry, close }: { here: Here; entry: Entry; close: () => void }) {
  const { t } = useTranslation("shop");
  const queries = useQueryClient();
  const [form] = Form.useForm<{ note: string }>();
  const send = useMutation({
    mutationFn: (body: { note: string }) =>
      told(
        amends.POST("/v1/shops/{shop_id}/score-entries/{entry_id}/appeal", {
          params: { path: { shop_id: here.path, entry_id: entry.id } },
          body,
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["score entries", here.id] });
      close();
    },
  });
  return (
    <Modal
      open
      title={t("standing.appeal")}
      okText={t("standing.appeal")}
      cancelText={t("cancel")}
      confirmLoading={send.isPending}
      onCancel={close}
      onOk={() => form.submit()}
    >
      {send.error && <ProblemNotice error={send.error} />}
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(body) => send.mutate(body)}>
        <Form.Item name="note" label={t("standing.appealWhy")} rules={[{ required: true, message: "" }]}>
          <Input.TextArea autoFocus autoSize={{ minRows: 3, maxRows: 8 }} maxLength={1000} showCount />
        </Form.Item>
      </Form>
    </Modal>
  );
}
