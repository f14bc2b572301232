/** @jsxImportSource preact */
import type { Order } from "./api";
import { useWords } from "./say";

export type Units = Record<string, number>;

/** Which lines, and how many of each; nothing to choose where there is one piece. */
export function Lines({ order, units, count }: { order: Order; units: Units; count: (units: Units) => void }) {
  const t = useWords();
  const left = order.lines.filter((line) => line.quantity > line.claimed);
  if (left.length === 1 && left[0] && left[0].quantity - left[0].claimed === 1) return null;
  return (
    <fieldset>
      <legend>{t("ask.lines")}</legend>
      {left.map((line) => {
        const most = line.quantity - line.claimed;
        const n = units[line.id] ?? 0;
        const put = (value: number) => count({ ...units, [line.id]: value });
        return (
          <div class="option units" key={line.id}>
            <label>
              <input type="checkbox" checked={n > 0} onChange={(event) => put(event.currentTarget.checked ? most : 0)} />
              <span>{line.title}</span>
            </label>
            {most > 1 && n > 0 && (
              <span class="stepper" role="group" aria-label={t("ask.units", { title: line.title })}>
                <button type="button" class="plain" aria-label={t("ask.less")} disabled={n <= 1} onClick={() => put(n - 1)}>
                  −
                </button>
                <output>{n}</output>
                <button type="button" class="plain" aria-label={t("ask.more")} disabled={n >= most} onClick={() => put(n + 1)}>
                  ＋
                </button>
              </span>
            )}
          </div>
        );
      })}
    </fieldset>
  );
}
