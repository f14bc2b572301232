import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Progress, Space } from "antd";
import { useTranslation } from "react-i18next";
import { amends, api, type Schemas, told } from "@/api/client";
import { useProblemWords, useSay } from "@/api/words";
import { Chip, Empty, type Meaning, Moment, NotYet, ProblemNotice } from "@/shared";

type Run = Schemas["ImportView"];
const SHOWN = 20;
const MEANING: Record<string, Meaning> = {
  reading: "others",
  previewed: "you",
  wanted: "others",
  running: "others",
  done: "closed",
  failed: "you",
  lapsed: "closed",
};
const MOVING = new Set(["reading", "wanted", "running"]);

/** What was handed in, the newest first; looked at again while something moves. */
export function Runs() {
  const { t } = useTranslation("exchange");
  const runs = api.useQuery(
    "get",
    "/v1/imports",
    { params: { query: { limit: 20 } } },
    { refetchInterval: (query) => (query.state.data?.imports.some((run) => MOVING.has(run.state)) ? 1500 : false) },
  );
  if (!runs.data) return <NotYet of={runs} rows={4} />;
  if (runs.data.imports.length === 0) return <Empty title={t("hand.none")}>{t("hand.noneText")}</Empty>;
  return (
    <ul className="files-runs">
      {runs.data.imports.map((run) => (
        <RunCard key={run.id} run={run} />
      ))}
    </ul>
  );
}

function RunCard({ run }: { run: Run }) {
  const { t } = useTranslation("exchange");
  const say = useSay("import_kinds");
  const client = useQueryClient();
  const fresh = { onSettled: () => client.invalidateQueries({ queryKey: ["get", "/v1/imports"] }) };
  const path = { params: { path: { import_id: run.id } } };
  const apply = useMutation({ mutationFn: () => told(amends.POST("/v1/imports/{import_id}/apply", path)), ...fresh });
  const forget = useMutation({ mutationFn: () => told(amends.DELETE("/v1/imports/{import_id}", path)), ...fresh });
  const report = run.report;
  return (
    <li className="files-run" data-state={run.state}>
      <Space wrap align="baseline">
        <strong className="files-name">{run.name}</strong>
        <span className="quiet">{say("import_kinds", run.kind)}</span>
        <Chip meaning={MEANING[run.state] ?? "others"}>{t(`run.states.${run.state}`)}</Chip>
        <Moment at={run.made_at} />
      </Space>
      {MOVING.has(run.state) && (
        <Progress
          percent={run.total ? Math.floor((100 * run.done) / run.total) : 0}
          status="active"
          format={() => (run.total ? `${run.done} / ${run.total}` : String(run.done))}
          aria-label={t("run.state")}
        />
      )}
      {report && (
        <p className="figures">
          {[
            t(run.state === "done" ? "run.imported" : "run.would", { count: report.imported }),
            report.same > 0 && t("run.same", { count: report.same }),
            report.refused > 0 && t("run.refused", { count: report.refused }),
          ]
            .filter(Boolean)
            .join(" · ")}
        </p>
      )}
      {report && report.problems.length > 0 && <Problems run={run} />}
      {[apply, forget].map((one, at) => one.isError && <ProblemNotice key={at === 0 ? "apply" : "forget"} error={one.error} />)}
      <Space>
        {run.state === "previewed" && report && report.imported > 0 && (
          <Button type="primary" loading={apply.isPending} onClick={() => apply.mutate()}>
            {t("run.apply", { count: report.imported })}
          </Button>
        )}
        {!MOVING.has(run.state) && (
          <Button type="text" loading={forget.isPending} onClick={() => forget.mutate()}>
            {t("run.forget")}
          </Button>
        )}
      </Space>
    </li>
  );
}

function Problems({ run }: { run: Run }) {
  const { t } = useTranslation("exchange");
  const words = useProblemWords();
  const problems = run.report?.problems ?? [];
  return (
    <div className="files-problems">
      <table>
        <caption>{t("run.problems")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("run.rows")}</th>
            <th scope="col">{t("run.column")}</th>
            <th scope="col">{t("run.problem")}</th>
            <th scope="col">{t("run.next")}</th>
          </tr>
        </thead>
        <tbody>
          {problems.slice(0, SHOWN).map((one) => (
            <tr key={`${one.row}-${one.column}-${one.code}`}>
              <td className="figures">{one.row || "–"}</td>
              <td>{one.column}</td>
              <td>
                {words(one.code).says}
                {one.taken && ` (${t("run.remark")})`} <code>{one.code}</code>
              </td>
              <td>{words(one.code).next}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {problems.length > SHOWN && <p className="quiet">{t("run.more", { count: problems.length - SHOWN })}</p>}
      <Button href={`/v1/imports/${run.id}/problems`} download>
        {t("run.download")}
      </Button>
    </div>
  );
}
