import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { amends, type Case, told } from "@/api/client";
import { useLanguage, useOneOf, useSay, useVocabulary } from "@/api/words";
import { useSession } from "@/app/session";
import { PATIENT, useChoices } from "@/insight/asking";
import { Empty, Failed, Loading, Moment, Money, momentText, NotAllowed, StateChip } from "@/shared";
import "@/shop/shop.css";
import "./counted.css";

const CaseDrawer = lazy(() => import("@/case/CaseDrawer"));
const NAMES = ["state", "kind", "q", "order"] as const;
const PAGE = 50;

/** The cases behind a figure, for the platform: exactly those that it counted, narrowed as one likes, and read without deciding. */
export default function Counted() {
  const { t } = useTranslation("counted");
  const { can } = useSession();
  const say = useSay("figures");
  const [params] = useSearchParams();
  const counted = new URLSearchParams(params.get("counted") ?? "");
  const figure = counted.get("figure");
  const back = new URLSearchParams([...counted].filter(([name]) => !["figure", "part", "zone", "limit"].includes(name)));
  return (
    <div className="page">
      <p className="counted-back">
        <Link to={`/insight?${back}`}>{t("back")}</Link>
      </p>
      <h1 className="page-title">{figure ? t("title", { figure: say("figures", figure) }) : t("all")}</h1>
      <About counted={counted} />
      {can("cases.read") ? <List /> : <NotAllowed permission="cases.read" />}
    </div>
  );
}

function About({ counted }: { counted: URLSearchParams }) {
  const { t } = useTranslation("counted");
  const language = useLanguage();
  const at = (name: string) => momentText(counted.get(name) ?? "", language, "short");
  if (!counted.has("from") || !counted.has("to") || !counted.has("cut_off")) return null;
  return <p className="quiet">{t("text", { from: at("from"), to: at("to"), cut: at("cut_off") })}</p>;
}

function List() {
  const { t } = useTranslation("counted");
  const [params, setParams] = useSearchParams();
  const query: Record<string, string | number> = { limit: PAGE };
  for (const name of [...NAMES, "counted", "shop_id", "market"]) {
    const value = params.get(name);
    if (value) query[name] = value;
  }
  const found = useInfiniteQuery({
    queryKey: ["counted", query],
    queryFn: ({ pageParam, signal }) =>
      told(
        amends.GET("/v1/cases", {
          params: { query: { ...query, ...(pageParam ? { cursor: pageParam } : {}) } as never },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    ...PATIENT,
  });
  const rows = found.data?.pages.flatMap((page) => page.cases) ?? [];
  const change = (name: string, value: string | undefined) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  const open = params.get("open");
  const step = (by: 1 | -1) => {
    const next = rows[rows.findIndex((row) => row.id === open) + by];
    if (next) change("open", next.id);
  };
  return (
    <>
      <Narrow params={params} change={change} />
      {found.isPending && <Loading rows={8} height={48} />}
      {found.error && <Failed error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && rows.length === 0 && <Empty title={t("none")}>{t("noneText")}</Empty>}
      {rows.length > 0 && (
        <p className="quiet" role="status">
          {t(found.hasNextPage ? "atLeast" : "count", { count: rows.length })}
        </p>
      )}
      <ul className="rows counted" data-testid="counted">
        {rows.map((row) => (
          <Line key={row.id} row={row} open={() => change("open", row.id)} />
        ))}
      </ul>
      {found.hasNextPage && (
        <Button loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t("more")}
        </Button>
      )}
      {open && (
        <Suspense>
          <CaseDrawer caseId={open} onClose={() => change("open", undefined)} onStep={step} />
        </Suspense>
      )}
    </>
  );
}

function Narrow({ params, change }: { params: URLSearchParams; change: (name: string, value: string | undefined) => void }) {
  const { t } = useTranslation("counted");
  const language = useLanguage();
  const options = (words: ReturnType<typeof useVocabulary>) =>
    [...words.values()].map((one) => ({ value: one.word, label: one[language] }));
  const lists = { state: options(useVocabulary("states")), kind: options(useVocabulary("kinds")) };
  const orders = (["newest", "amount"] as const).map((value) => ({ value, label: t(value) }));
  return (
    <search className="counted-filters">
      <Input.Search
        key={params.get("q") ?? ""}
        defaultValue={params.get("q") ?? ""}
        aria-label={t("search")}
        placeholder={t("search")}
        maxLength={100}
        allowClear
        onSearch={(text) => change("q", text.trim() || undefined)}
      />
      {(["state", "kind"] as const).map((name) => (
        <Select
          key={name}
          aria-label={t(name)}
          placeholder={t(name)}
          allowClear
          showSearch={{ optionFilterProp: "label" }}
          value={params.get(name) ?? undefined}
          options={lists[name]}
          onChange={(value?: string) => change(name, value)}
          popupMatchSelectWidth={false}
        />
      ))}
      <Select
        aria-label={t("order")}
        value={params.get("order") ?? "newest"}
        options={orders}
        onChange={(value: string) => change("order", value)}
        popupMatchSelectWidth={false}
      />
    </search>
  );
}

function Line({ row, open }: { row: Case; open: () => void }) {
  const { t } = useTranslation("counted");
  const say = useSay("kinds", "reasons");
  const one = useOneOf();
  const choices = useChoices();
  const shop = choices.data?.choices.find((choice) => choice.dimension === "shop" && choice.word === String(row.shop_id));
  return (
    <li>
      <div className="rows-main">
        <div className="rows-name">
          <button type="button" className="link" onClick={open} data-case={row.id}>
            {row.order_reference}
          </button>
          <StateChip state={row.state} />
        </div>
        <div className="quiet">
          {say("kinds", row.kind)} · {say("reasons", row.reason)}
        </div>
        <div className="quiet">
          {(shop && one(shop.words)) || `${t("shop")} ${row.shop_id}`} · {t("opened")} <Moment at={row.opened_at} />
        </div>
      </div>
      <Money value={row.amount} strong />
    </li>
  );
}
