import { Button, Spin } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { amends, told } from "@/api/client";
import { useLanguage } from "@/api/words";
import { calledBy, Moment, ProblemNotice, Why } from "@/shared";
import { asksAgain, type Draft, type Edit, type Tried, type useTried } from "./data";
import { ProofPanel } from "./proof/ProofPanel";
import { type Proof, useProof } from "./proof/useProof";
import { ReplayReport } from "./ReplayReport";

interface Props {
  draft: Draft;
  edits: Edit[];
  mayEdit: boolean;
  trying: ReturnType<typeof useTried>;
}

/** What stands beside the rules: what the draft would change, what proves it, its patch, and who did what. */
export function Beside({ draft, edits, mayEdit, trying }: Props) {
  const { t } = useTranslation("lab");
  const { tried, error, busy } = trying;
  const proving = useProof(draft.market, draft.id, draft.version, edits);
  return (
    <aside className="lab-beside" aria-label={t("beside.title")}>
      <h2>
        {t("beside.title")}{" "}
        {busy && (
          <span role="status">
            <Spin size="small" />
            <span className="unseen">{t("beside.trying")}</span>
          </span>
        )}
      </h2>
      <Short tried={tried} proof={proving.proof} />
      <div role="status" aria-live="polite">
        {error !== undefined && <ProblemNotice error={error} />}
        {!tried && !busy && error === undefined && <p className="quiet">{t("beside.idle")}</p>}
        {busy && !tried && <p className="quiet">{t("beside.trying")}</p>}
        {tried && <Wrong tried={tried} />}
        {tried?.report && <ReplayReport report={tried.report} elsewhere={tried.elsewhere} />}
      </div>
      <ProofPanel proving={proving} />
      {draft.patch && (
        <details>
          <summary>{t("beside.patch")}</summary>
          {mayEdit && <Undo draft={draft} unsaved={edits.length > 0} />}
          <p>
            <a href={`/v1/lab/drafts/${draft.id}/patch`} download>
              {t("beside.download")}
            </a>
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
          <pre className="lab-patch" tabIndex={0}>
            {draft.patch}
          </pre>
        </details>
      )}
      <Acts draft={draft} />
    </aside>
  );
}

/** Files that the draft changes, each of which can go back to how it stands. */
function Undo({ draft, unsaved }: { draft: Draft; unsaved: boolean }) {
  const { t } = useTranslation("lab");
  const [error, setError] = useState<unknown>();
  const undo = async (file: string) => {
    const params = { path: { draft_id: draft.id }, header: { "If-Match": `"${draft.version}"` } };
    try {
      await told(amends.PATCH("/v1/lab/drafts/{draft_id}", { params, body: { undo: [file] } }));
      setError(undefined);
    } catch (problem) {
      setError(problem);
    }
    await asksAgain();
  };
  return (
    <ul className="lab-wrong">
      {draft.files.map((file) => (
        <li key={file}>
          <code>{file.replace(/^policies\//, "")}</code>{" "}
          <Why reason={unsaved ? t("beside.unsavedFirst") : null}>
            <Button size="small" disabled={unsaved} aria-label={`${t("beside.undo")} ${file}`} onClick={() => void undo(file)}>
              {t("beside.undo")}
            </Button>
          </Why>
        </li>
      ))}
      {error !== undefined && <ProblemNotice error={error} />}
    </ul>
  );
}

/** What both come to, in a line that stays in sight; each leads to the whole. */
function Short({ tried, proof }: { tried: Tried | undefined; proof: Proof | undefined }) {
  const { t } = useTranslation("lab");
  if (!tried?.report && !proof?.proof) return null;
  const to = (id: string) => () => document.getElementById(id)?.scrollIntoView({ block: "start" });
  return (
    <p className="lab-short">
      {tried?.report && (
        <button type="button" className="link" onClick={to("lab-replay")}>
          {t("beside.shortReplay", { changed: tried.report.changed, all: tried.report.cases + tried.report.refused })}
        </button>
      )}
      {proof?.proof && (
        <button type="button" className="link" onClick={to("lab-proof")}>
          {t("beside.shortProof", { findings: proof.proof.findings.length, changes: proof.proof.changes.length })}
        </button>
      )}
    </p>
  );
}

function Wrong({ tried }: { tried: Tried }) {
  const { t } = useTranslation("lab");
  const language = useLanguage();
  const lists = [
    { title: t("beside.errors"), rows: tried.errors },
    { title: t("beside.examples"), rows: tried.examples },
  ].filter((list) => list.rows.length > 0);
  return (
    <>
      {lists.map((list) => (
        <section key={list.title}>
          <h3>{list.title}</h3>
          <ul className="lab-wrong">
            {list.rows.map((row) => (
              <li key={`${row.file}:${row.line}:${row.code}:${row.en}`}>
                <code>
                  {String(row.file).replace(/^policies\//, "")}:{String(row.line)}
                </code>{" "}
                {String(row[language])}
              </li>
            ))}
          </ul>
        </section>
      ))}
      {tried.also_in.length > 0 && (
        <p className="quiet">{t("beside.also", { markets: tried.also_in.join(", ").toUpperCase() })}</p>
      )}
    </>
  );
}

function Acts({ draft }: { draft: Draft }) {
  const { t } = useTranslation("lab");
  return (
    <section>
      <h3>{t("beside.acts")}</h3>
      <ol className="lab-acts">
        {draft.acts.map((act) => (
          <li key={act.seq}>
            <Moment at={act.at} /> {calledBy(act.actor, act.actor_name)} {t(`act.${act.act}` as "act.made")}
          </li>
        ))}
      </ol>
    </section>
  );
}
