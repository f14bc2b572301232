import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { useOneOf } from "@/api/words";
import { useShortcuts } from "@/app/shortcuts";
import { Empty, Failed, Loading } from "@/shared";
import { stepInto } from "@/shared/steps";
import { type Item, rank, useWaiting } from "./data";
import { ItemCard } from "./ItemCard";

export function Waiting() {
  const { t } = useTranslation("operations");
  const [params, setParams] = useSearchParams();
  const kind = params.get("kind");
  const found = useWaiting();
  if (found.error && !found.data) return <Failed error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Loading rows={8} height={40} />;
  const rows = found.data
    .filter((item) => !kind || item.kind === kind)
    .sort((a, b) => rank(a.kind) - rank(b.kind) || due(a).localeCompare(due(b)));
  return (
    <>
      <Kinds all={found.data} kind={kind} choose={(word) => setParams(word ? { kind: word } : {})} />
      {rows.length === 0 ? <Empty title={t("waiting.none")}>{t("waiting.noneText")}</Empty> : <Items rows={rows} />}
    </>
  );
}

/** What has a date stands before what has none. */
const due = (item: Item) => `${item.due_at ?? "9"} ${item.since}`;

function Kinds({ all, kind, choose }: { all: readonly Item[]; kind: string | null; choose: (kind: string | null) => void }) {
  const { t } = useTranslation("operations");
  const one = useOneOf();
  const counts = new Map<string, { count: number; words: Item["words"] }>();
  for (const item of all) counts.set(item.kind, { count: (counts.get(item.kind)?.count ?? 0) + 1, words: item.words });
  const kinds = [...counts].sort(([a], [b]) => rank(a) - rank(b));
  if (kinds.length === 0) return null;
  return (
    <fieldset className="kinds">
      <legend className="unseen">{t("tabs.waiting")}</legend>
      <button type="button" className="kind" aria-pressed={kind === null} onClick={() => choose(null)}>
        {t("waiting.all")}
      </button>
      {kinds.map(([word, { count, words }]) => (
        <button type="button" key={word} className="kind" aria-pressed={kind === word} onClick={() => choose(word)}>
          {one(words)} <span className="figures">{count}</span>
        </button>
      ))}
    </fieldset>
  );
}

function Items({ rows }: { rows: readonly Item[] }) {
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const go = useNavigate();
  const chosen = rows[Math.min(at, rows.length - 1)];
  const step = (by: number) => setAt(stepInto(list, rows.length, at, by));
  useShortcuts([
    { key: "j", label: "operations:keys.next", run: () => step(1) },
    { key: "k", label: "operations:keys.previous", run: () => step(-1) },
    { key: "Enter", label: "operations:keys.open", run: () => chosen?.case_id && void go(`/cases/${chosen.case_id}`) },
    {
      key: "a",
      label: "operations:keys.act",
      run: () => list.current?.querySelector<HTMLButtonElement>(".item-at .item-acts button")?.click(),
    },
  ]);
  return (
    <ul className="items" ref={list}>
      {rows.map((item, index) => (
        <ItemCard key={`${item.kind} ${item.id}`} item={item} at={item === chosen} choose={() => setAt(index)} />
      ))}
    </ul>
  );
}
