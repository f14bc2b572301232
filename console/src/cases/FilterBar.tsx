import { CloseOutlined, SettingOutlined } from "@ant-design/icons";
import { Button, Checkbox, Input, type InputRef, Popover, Select, Tag } from "antd";
import { type RefObject, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { amends, told } from "@/api/client";
import { useSay, useVocabulary } from "@/api/words";
import { useSession } from "@/app/session";
import { ExportMenu } from "@/exchange/ExportMenu";
import { useRested } from "@/shared/rested";
import { ScanButton } from "@/shared/scan";
import { COLUMNS, type useColumns } from "./columns";
import { type Change, type Filter, type Name, ORDERS, queryOf } from "./filter";
import { MoreFilters } from "./MoreFilters";
import { usePhone } from "./phone";
import type { Counts } from "./rows";
import { Views } from "./Views";

interface Props {
  filter: Filter;
  change: (change: Change, fresh?: boolean) => void;
  columns: ReturnType<typeof useColumns>;
  search: RefObject<HTMLInputElement | null>;
  /** Somebody wanted to search before the field was there. */
  searching: boolean;
  counts: Counts | undefined;
  onScanned: (id: string) => void;
  /** Of the cases that are listed. */
  currency: string;
}

/** Search, filters, views and columns, in one line. All of it stands in the address bar, so that a link shows the same list. */
export function FilterBar({ filter, change, columns, search, searching, counts, onScanned, currency }: Props) {
  const { t } = useTranslation("cases");
  const phone = usePhone();
  const { shop } = useSession();
  return (
    <div className="filters" role="search">
      <Search filter={filter} change={change} input={search} at={searching} />
      <ScanButton onFound={(text) => void scanned(text, change, onScanned)} />
      <Choice list="states" name="state" filter={filter} change={change} counts={counts?.states} />
      <Choice list="kinds" name="kind" filter={filter} change={change} />
      {!phone && <Choice list="reasons" name="reason" filter={filter} change={change} />}
      <MoreFilters filter={filter} change={change} currency={currency} />
      <Select
        className="filter"
        aria-label={t("filters.order")}
        value={filter.order}
        allowClear
        placeholder={t("filters.order")}
        popupMatchSelectWidth={false}
        options={ORDERS.map((value) => ({ value, label: t(`order.${value}`) }))}
        onChange={(value) => change({ order: value ?? null })}
      />
      {filter.counted && <Counted counted={filter.counted} change={change} />}
      <Views filter={filter} change={change} />
      <ExportMenu table="cases" filter={queryOf(filter, shop)} />
      {!phone && <ColumnChooser columns={columns} />}
    </div>
  );
}

/** A label that was scanned leads straight to its case, where there is one and only one. */
async function scanned(text: string, change: Props["change"], onScanned: (id: string) => void): Promise<void> {
  change({ q: text, tab: "all", state: null, due: null });
  const found = await told(amends.GET("/v1/cases", { params: { query: { q: text, limit: 2 } as never } })).catch(() => null);
  if (found?.cases.length === 1 && found.cases[0]) onScanned(found.cases[0].id);
}

function Search({
  filter,
  change,
  input,
  at,
}: {
  filter: Filter;
  change: Props["change"];
  input: RefObject<HTMLInputElement | null>;
  at: boolean;
}) {
  const { t } = useTranslation("cases");
  const [text, setText] = useState(filter.q ?? "");
  const kit = useRef<InputRef>(null);
  useEffect(() => {
    input.current = kit.current?.input ?? null;
  });
  useEffect(() => setText(filter.q ?? ""), [filter.q]);
  useRested(() => {
    if (text.trim() !== (filter.q ?? "")) change(text.trim() ? { q: text.trim(), tab: "all" } : { q: null });
    return undefined;
  }, [text, filter.q]);
  return (
    <Input
      ref={kit}
      className="filter-search"
      type="search"
      autoFocus={at}
      value={text}
      allowClear
      aria-label={t("filters.search")}
      placeholder={t("filters.searchHint")}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === "Escape") event.currentTarget.blur();
        if (event.key === "Enter") document.querySelector<HTMLElement>(".grid, .cards")?.focus();
      }}
    />
  );
}

/** The figure whose cases these are, and the way back to all of them. */
function Counted({ counted, change }: { counted: string; change: Props["change"] }) {
  const { t } = useTranslation("cases");
  const say = useSay("figures");
  const figure = new URLSearchParams(counted).get("figure") ?? "";
  return (
    <Tag closable closeIcon={<CloseOutlined aria-label={t("filters.all")} />} onClose={() => change({ counted: null })}>
      {t("filters.counted", { figure: say("figures", figure) })}
    </Tag>
  );
}

interface ChoiceProps {
  list: string;
  name: Name;
  filter: Filter;
  change: Props["change"];
  counts?: Record<string, number>;
}

function Choice({ list, name, filter, change, counts }: ChoiceProps) {
  const { t } = useTranslation("cases");
  const words = useVocabulary(list);
  const say = useSay(list);
  return (
    <Select
      className="filter"
      aria-label={t(`filters.${name}`)}
      placeholder={t(`filters.${name}`)}
      value={filter[name]?.split(",")[0]}
      allowClear
      showSearch={{ optionFilterProp: "title" }}
      popupMatchSelectWidth={false}
      options={[...words.keys()].map((word) => ({
        value: word,
        title: say(list, word),
        label: counts?.[word] ? `${say(list, word)} (${counts[word]})` : say(list, word),
      }))}
      onChange={(value) => change(name === "state" ? { state: value ?? null, tab: "all" } : { [name]: value ?? null })}
    />
  );
}

function ColumnChooser({ columns }: { columns: Props["columns"] }) {
  const { t } = useTranslation("cases");
  const shown = new Set(columns.shown.map((column) => column.name));
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      content={
        <div className="chooser">
          {COLUMNS.map((column) => (
            <Checkbox
              key={column.name}
              checked={shown.has(column.name)}
              disabled={column.always}
              onChange={() => columns.toggle(column.name)}
            >
              {t(`columns.${column.name}`)}
            </Checkbox>
          ))}
        </div>
      }
    >
      <Button icon={<SettingOutlined />} aria-label={t("columns.choose")} title={t("columns.choose")} />
    </Popover>
  );
}
