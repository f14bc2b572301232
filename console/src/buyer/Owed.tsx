/** @jsxImportSource preact */
import type { Order } from "./api";
import { useSaid, useWords } from "./say";

/** What the rules lay on the seller of this order, by their source; nothing where they lay nothing. */
export function Owed({ order }: { order: Order }) {
  const t = useWords();
  const said = useSaid();
  if (!order.duties?.length) return null;
  return (
    <details data-part="owed">
      <summary>{t("order.owed")}</summary>
      <ul class="ways">
        {order.duties.map((duty) => (
          <li key={duty.rule}>{said(duty.says)}</li>
        ))}
      </ul>
      <p class="quiet">{t("order.owed.source", { source: [...new Set(order.duties.map((duty) => duty.source))].join("; ") })}</p>
    </details>
  );
}
