/** @jsxImportSource preact */
import { useState } from "preact/hooks";
import { get, type OrderRow } from "./api";
import { useMoment, useMoney } from "./format";
import { Heading } from "./Heading";
import { Loading, Trouble, useLoad } from "./loading";
import { follow } from "./route";
import { useWord, useWords } from "./say";

interface Page {
  orders: OrderRow[];
  next_cursor: string | null;
}

export function Orders() {
  const t = useWords();
  const money = useMoney();
  const moment = useMoment();
  const status = useWord("order_statuses");
  const [cursors, more] = useState<string[]>([]);
  const { data, error, again } = useLoad(() => all(cursors), [cursors]);
  if (error && !data) return <Trouble error={error} again={again} />;
  if (!data) return <Loading />;
  return (
    <>
      <Heading>{t("hello")}</Heading>
      {data.orders.length === 0 && <p>{t("hello.none")}</p>}
      <ul class="rows">
        {data.orders.map((order) => (
          <li key={order.id}>
            <a href={`/buyer/orders/${order.id}`} onClick={(event) => follow(event, `/orders/${order.id}`)}>
              <strong>{t("order", { reference: order.reference })}</strong>
              <span>{money({ amount: order.paid, currency: order.currency })}</span>
              <span class="quiet">{status(order.status)}</span>
              <span class="quiet">{moment(order.placed_at, "day")}</span>
            </a>
          </li>
        ))}
      </ul>
      {data.next_cursor && (
        <button type="button" class="button" onClick={() => more([...cursors, data.next_cursor ?? ""])}>
          ＋
        </button>
      )}
    </>
  );
}

async function all(cursors: string[]): Promise<Page> {
  const pages = await Promise.all(
    ["", ...cursors].map((cursor) => get<Page>(`/v1/orders?limit=50${cursor ? `&cursor=${cursor}` : ""}`)),
  );
  return { orders: pages.flatMap((page) => page.orders), next_cursor: pages.at(-1)?.next_cursor ?? null };
}
