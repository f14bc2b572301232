import { Spin } from "antd";
import { type ComponentType, lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useLanguage } from "@/api/words";
import { Moment, ProblemNotice } from "@/shared";
import type { Draft, Edit, Tried, useTried } from "./data";
import { ReplayReport } from "./ReplayReport";

export interface PanelProps {
  market: string;
  draftId: string;
  edits: Edit[];
}
const panels = Object.entries(import.meta.glob<{ default: ComponentType<PanelProps> }>("./panels/*.tsx")).map(([path, load]) => ({
  path,
  Panel: lazy(load),
}));

interface Props {
  draft: Draft;
  edits: Edit[];
  trying: ReturnType<typeof useTried>;
}

/** What stands beside the rules: what the draft would change, what proves it, its patch, and who did what. */
export function Beside({ draft, edits, trying }: Props) {
  const { t } = useTranslation("lab");
  const { tried, error, busy, report } = trying;
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
      <div role="status" aria-live="polite">
        {error !== undefined && <ProblemNotice error={error} />}
        {!tried && !busy && error === undefined && <p className="quiet">{t("beside.idle")}</p>}
        {busy && !tried && <p className="quiet">{t("beside.trying")}</p>}
        {tried && <Wrong tried={tried} />}
        {report && <ReplayReport report={report} />}
      </div>
      <Suspense fallback={null}>
        {panels.map(({ path, Panel }) => (
          <Panel key={path} market={draft.market} draftId={draft.id} edits={edits} />
        ))}
      </Suspense>
      {draft.patch && (
        <details>
          <summary>{t("beside.patch")}</summary>
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
            <Moment at={act.at} /> {act.actor.replace(/^platform:/, "")} {t(`act.${act.act}` as "act.made")}
          </li>
        ))}
      </ol>
      {draft.rolls_back_to && (
        <p className="quiet">
          <Link to="/lab">{draft.rolls_back_to.slice(0, 12)}</Link>
        </p>
      )}
    </section>
  );
}
