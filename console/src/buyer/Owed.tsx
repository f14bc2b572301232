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
      <ul>
        {order.duties.map((duty) => (
          <li key={duty.rule}>
            {said(duty.says)} <span class="quiet">{duty.source}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
