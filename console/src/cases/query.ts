/** So many cases are asked for at a time. */
export const PAGE = 50;

/** What the list can be narrowed by; the names are those of the address bar and of the API. */
export const NAMES = [
  "state",
  "kind",
  "reason",
  "due",
  "q",
  "assignee",
  "tag",
  "amount_at_least",
  "amount_at_most",
  "order",
  "counted",
] as const;
export type Name = (typeof NAMES)[number];
/** Those that stand behind a button. */
export const MORE = ["amount_at_least", "amount_at_most", "assignee", "tag"] as const satisfies readonly Name[];
export type Filter = { tab: Tab } & Partial<Record<Name, string>>;

/** `todo` is what waits for me, `auto` what nobody decided, `all` is everything; the others are the server's tabs by state. */
export const TABS = ["todo", "pending", "returning", "disputed", "refunding", "ended", "auto", "all"] as const;
export type Tab = (typeof TABS)[number];

/** Where deadlines run, the most urgent comes first; where they do not, the newest. */
export const ORDERS = ["urgent", "newest", "amount"] as const;
export type Order = (typeof ORDERS)[number];
const ORDER: Record<Tab, Order> = {
  todo: "urgent",
  pending: "urgent",
  returning: "urgent",
  disputed: "urgent",
  refunding: "newest",
  ended: "newest",
  auto: "newest",
  all: "newest",
};

export function orderOf(filter: Filter): Order {
  if (ORDERS.includes(filter.order as Order)) return filter.order as Order;
  return filter.q ? "newest" : ORDER[filter.tab];
}

/** A filter as the API's query. */
export function queryOf(filter: Filter, shop: number | null): Record<string, string | number> {
  const query: Record<string, string | number> = { order: orderOf(filter) };
  for (const name of NAMES) if (filter[name] && name !== "order") query[name] = filter[name];
  if (shop !== null) query.shop_id = shop;
  if (filter.tab === "todo") query.owes = "me";
  else if (filter.tab === "auto") query.granted_by = "itself";
  else if (filter.tab !== "all") query.tab = filter.tab;
  return query;
}

export function filterOf(params: URLSearchParams): Filter {
  const tab = params.get("tab") as Tab | null;
  // Whoever names a state, searches or comes from a figure means all cases, whatever tab they come from
  const named = params.has("q") || params.has("state") || params.has("counted");
  const filter: Filter = { tab: tab && TABS.includes(tab) ? tab : named ? "all" : "todo" };
  for (const name of NAMES) {
    const value = params.get(name);
    if (value) filter[name] = value;
  }
  return filter;
}

export type Change = { tab?: Tab } & { [name in Name]?: string | null };
