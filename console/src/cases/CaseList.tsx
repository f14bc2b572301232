import { App } from "antd";
import { lazy, type RefObject, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useLive } from "@/app/live";
import { useSession } from "@/app/session";
import { useOutbox } from "@/offline/outbox";
import { Empty, Failed, Loading } from "@/shared";
import { whenIdle } from "@/shared/idle";
import { Answers } from "./Answers";
import { useActs } from "./acting";
import { BulkBar } from "./BulkBar";
import { useHeldRows } from "./batch";
import { Cards } from "./Cards";
import { useColumns } from "./columns";
import { FilterBar } from "./FilterBar";
import { type Filter, orderOf, useFilter } from "./filter";
import { useGathering } from "./gathering";
import { useKeys } from "./keys";
import { usePhone } from "./phone";
import { readAnew, refresh, useCounts, useRows } from "./rows";
import { useSelection } from "./selection";
import { Table } from "./Table";
import { countOf, Tabs } from "./Tabs";
import "./cases.css";

const CaseDrawer = lazy(() => import("@/case/CaseDrawer"));
const Dialogs = lazy(() => import("./Dialogs"));

/** The seller's first screen: what must be done next, the most urgent first. */
export default function CaseList() {
  const { t } = useTranslation("cases");
  const { shop } = useSession();
  const { message } = App.useApp();
  const { filter, change, query } = useFilter();
  const found = useRows(query);
  const { rows } = found;
  const counts = useCounts(shop, !found.isPending);
  const which = JSON.stringify(query);
  const selection = useSelection(rows, which);
  const { cursor, setCursor } = selection;
  const [params, setParams] = useSearchParams();
  const opened = params.get("open");
  const shower = useRef<((at: number) => void) | null>(null);
  const search = useRef<HTMLInputElement>(null);
  const bar = useBar(search);
  const acts = useActs(selection.clear);
  const columns = useColumns();
  const outbox = useOutbox();
  const queued = useMemo(
    () => new Map(outbox.filter((one) => one.state === "waiting").map((one) => [one.case_id, one])),
    [outbox],
  );
  const held = useHeldRows();
  const currency = useRef("USD");
  if (rows[0]) currency.current = rows[0].amount.currency;
  const [behind, caughtUp] = useNews(query);

  const open = useCallback(
    (id: string | null) =>
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          if (id) next.set("open", id);
          else next.delete("open");
          return next;
        },
        { replace: opened !== null },
      ),
    [setParams, opened],
  );
  const latest = useRef({ rows, open });
  latest.current = { rows, open };
  const openAt = useCallback(
    (at: number) => {
      setCursor(at);
      latest.current.open(latest.current.rows[at]?.id ?? null);
    },
    [setCursor],
  );
  const step = useCallback(
    (by: 1 | -1 = 1) => {
      const next = Math.min(Math.max(selection.cursor + by, 0), rows.length - 1);
      setCursor(next);
      shower.current?.(next);
      if (opened && rows[next]) open(rows[next].id);
    },
    [selection.cursor, rows, setCursor, opened, open],
  );
  useKeys({
    rows,
    cursor,
    step,
    open: openAt,
    close: () => open(null),
    opened: opened !== null,
    selection,
    act: acts.start,
    search: bar.search,
    say: (why) => void message.info({ key: "closed", content: why }),
  });
  const more = useCallback(() => {
    if (found.hasNextPage && !found.isFetchingNextPage) void found.fetchNextPage();
  }, [found.hasNextPage, found.isFetchingNextPage, found.fetchNextPage]);
  const phone = usePhone();
  const counted = narrowed(filter) ? undefined : countOf(filter.tab, counts.data);
  const total = found.hasNextPage ? counted : rows.length;
  const gathering = useGathering(found, total, which, selection.most);
  const chosen = useMemo(() => rows.filter((row) => selection.selected.has(row.id)), [rows, selection.selected]);
  const list = {
    rows,
    cursor,
    selected: selection.selected,
    held,
    queued,
    more: found.hasNextPage,
    onMore: more,
    onOpen: openAt,
    onSelect: selection.toggle,
    onAll: selection.all,
    onAct: acts.startOne,
    shower,
  };
  return (
    <div className="cases">
      <h1 className="unseen">{t("title")}</h1>
      <Tabs filter={filter} change={change} counts={counts.data} />
      {bar.drawn ? (
        <FilterBar
          filter={filter}
          change={change}
          columns={columns}
          search={search}
          searching={bar.searching}
          counts={counts.data}
          onScanned={open}
          currency={currency.current}
        />
      ) : (
        <div className="filters filters-coming" />
      )}
      {chosen.length > 0 && <BulkBar rows={chosen} gathering={gathering} onAct={acts.start} onClear={selection.clear} />}
      <Answers onOpen={open} />
      {behind && (
        <button
          type="button"
          className="behind"
          onClick={() => {
            readAnew();
            caughtUp();
          }}
        >
          {t("behind")}
        </button>
      )}
      {found.error && rows.length === 0 ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : found.isPending ? (
        <Loading rows={12} height={32} />
      ) : rows.length === 0 ? (
        <Nothing filter={filter} />
      ) : phone ? (
        <Cards {...list} />
      ) : (
        <Table {...list} columns={columns.shown} total={total} order={orderOf(filter)} onOrder={(order) => change({ order })} />
      )}
      {acts.asking && (
        <Suspense fallback={null}>
          <Dialogs acts={acts} asking={acts.asking} />
        </Suspense>
      )}
      {opened && (
        <Suspense fallback={null}>
          <CaseDrawer caseId={opened} onClose={() => open(null)} onStep={step} />
        </Suspense>
      )}
    </div>
  );
}

/** Only the order may be chosen besides, if the tab's count is to be that of the list. */
const narrowed = (filter: Filter) => Object.keys(filter).some((name) => name !== "tab" && name !== "order");

function Nothing({ filter }: { filter: Filter }) {
  const { t } = useTranslation("cases");
  if (narrowed(filter)) return <Empty title={t("empty.narrowed")}>{t("empty.narrowedText")}</Empty>;
  return filter.tab === "todo" ? <Empty title={t("empty.todo")}>{t("empty.todoText")}</Empty> : <Empty title={t("empty.tab")} />;
}

/** The first cases are drawn before the filters, which are the heavier part; whoever wants to search has them at once. */
function useBar(field: RefObject<HTMLInputElement | null>) {
  const [drawn, setDrawn] = useState(false);
  const [searching, setSearching] = useState(false);
  useEffect(() => whenIdle(() => setDrawn(true)), []);
  const search = () => {
    if (drawn) return field.current?.focus();
    setSearching(true);
    setDrawn(true);
  };
  return { drawn, searching, search };
}

const GATHER_MS = 700;

/** What happens meanwhile is brought into the list; true where it is so long that one has to ask for the rest. */
function useNews(query: Record<string, string | number>): [boolean, () => void] {
  const [behind, setBehind] = useState(false);
  const ids = useRef(new Set<string>());
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const latest = useRef(query);
  latest.current = query;
  useLive((told) => {
    ids.current.add(told.case_id);
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      const touched = [...ids.current];
      ids.current.clear();
      void refresh(latest.current, touched).then(setBehind, () => undefined);
    }, GATHER_MS);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list is not behind
  useEffect(() => setBehind(false), [query]);
  return [behind, () => setBehind(false)];
}
