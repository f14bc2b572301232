import { CopyOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLog } from "@/api/records";
import { useOneOf, useSay } from "@/api/words";
import { Failed, Loading, Moment, subjectOf } from "@/shared";
import type { LogEntry } from "../data";
import { Part } from "./Part";

const SORTS = ["event", "message", "attempt", "delivery", "offline", "note", "notice"] as const;

/** What an entry is looked for by: its words, its codes, whoever did it, and what it says in detail. */
const matches = (entry: LogEntry, text: string) =>
  text === "" ||
  [entry.code, entry.error_code, entry.words.zh, entry.words.en, entry.actor, entry.by, JSON.stringify(entry.detail)]
    .filter(Boolean)
    .some((part) => part?.toLowerCase().includes(text));

/** Everything that happened or was tried, each with its code, and the code that other systems have for it (U-04). */
export function Log({ caseId }: { caseId: string }) {
  const { t } = useTranslation("case");
  const log = useLog(caseId);
  const one = useOneOf();
  const say = useSay("parties");
  const [sorts, setSorts] = useState<readonly string[]>([]);
  const [text, setText] = useState("");
  const [copied, setCopied] = useState(false);
  const all = log.data ?? [];
  const shown = all.filter(
    (entry) => (sorts.length === 0 || sorts.includes(entry.sort)) && matches(entry, text.trim().toLowerCase()),
  );
  async function copy(): Promise<void> {
    const rows = shown.map((entry) =>
      [
        entry.at,
        entry.sort,
        entry.code,
        entry.error_code ?? "",
        one(entry.words),
        entry.actor ?? entry.by,
        JSON.stringify(entry.detail ?? {}),
      ].join("\t"),
    );
    await navigator.clipboard.writeText(rows.join("\n"));
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  }
  return (
    <Part
      id="log"
      title={t("log.title")}
      aside={
        <span className="log-tools">
          <Select
            mode="multiple"
            size="small"
            className="log-sorts"
            aria-label={t("log.sort")}
            placeholder={t("log.all", { n: all.length })}
            value={[...sorts]}
            options={SORTS.map((sort) => ({ value: sort, label: t(`log.${sort}`) }))}
            onChange={(chosen: string[]) => setSorts(chosen)}
            popupMatchSelectWidth={false}
          />
          <input
            className="log-search"
            type="search"
            value={text}
            aria-label={t("log.search")}
            placeholder={t("log.search")}
            onChange={(event) => setText(event.target.value)}
          />
          <Button size="small" icon={<CopyOutlined />} onClick={() => void copy()} data-testid="copy-log">
            {t(copied ? "log.copied" : "log.copy")}
          </Button>
        </span>
      }
    >
      {log.isPending && <Loading rows={6} />}
      {log.isError && <Failed error={log.error} onRetry={() => void log.refetch()} />}
      {log.data && shown.length === 0 && <p className="quiet">{t("log.none")}</p>}
      <ol className="log">
        {[...shown].reverse().map((entry) => (
          <Entry
            key={`${entry.sort} ${entry.reference} ${entry.code}`}
            entry={entry}
            who={say("parties", entry.by)}
            words={one(entry.words)}
          />
        ))}
      </ol>
    </Part>
  );
}

function Entry({ entry, who, words }: { entry: LogEntry; who: string; words: string }) {
  const { t } = useTranslation("case");
  const detail = entry.detail as Record<string, unknown> | null;
  const said = detail && Object.keys(detail).length > 0;
  return (
    <li className={`log-entry log-${entry.sort}`} data-code={entry.code}>
      <Moment at={entry.at} />
      <span className="log-what">
        <span className="log-sort">{t(`log.${entry.sort}`, { defaultValue: entry.sort })}</span> {words}{" "}
        {entry.error_code && <code className="log-error">{entry.error_code}</code>} <code>{entry.code}</code>
        {said && (
          <details>
            <summary>{t("log.details")}</summary>
            <dl className="log-details">
              {Object.entries(detail).map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value)}</dd>
                </div>
              ))}
            </dl>
          </details>
        )}
      </span>
      <span className="quiet log-who">
        {who}
        {entry.actor && entry.actor !== entry.by && ` · ${subjectOf(entry.actor)}`}
      </span>
    </li>
  );
}
