/** @jsxImportSource preact */
import type { Order } from "./api";
import { useWords } from "./say";

export type Units = Record<string, number>;
/** So many are ticked one by one without thinking of it. */
const FEW = 3;

/** How many of each line can still be asked for, and are: all of them, unless somebody wanted fewer. */
export const left = (order: Order, wanted: Units): Units =>
  Object.fromEntries(
    order.lines.map((line) => {
      const most = line.quantity - line.claimed;
      return [line.id, Math.min(wanted[line.id] ?? most, most)];
    }),
  );

/** Which lines, and how many of each; nothing to choose where there is one piece. */
export function Lines({ order, units, count }: { order: Order; units: Units; count: (units: Units) => void }) {
  const t = useWords();
  const open = order.lines.filter((line) => line.quantity > line.claimed);
  if (open.length === 1 && open[0] && open[0].quantity - open[0].claimed === 1) return null;
  const each = (none: boolean) =>
    count(Object.fromEntries(open.map((line) => [line.id, none ? 0 : line.quantity - line.claimed])));
  return (
    <fieldset>
      <legend>{t("ask.lines")}</legend>
      {open.length > FEW && (
        <div class="buttons">
          <button type="button" class="plain" onClick={() => each(false)}>
            {t("ask.lines.all")}
          </button>
          <button type="button" class="plain" onClick={() => each(true)}>
            {t("ask.lines.none")}
          </button>
        </div>
      )}
      {open.map((line) => {
        const most = line.quantity - line.claimed;
        const n = units[line.id] ?? 0;
        const put = (value: number) => count({ ...units, [line.id]: value });
        return (
          <div class="option units" key={line.id}>
            <label>
              <input type="checkbox" checked={n > 0} onChange={(event) => put(event.currentTarget.checked ? most : 0)} />
              <span>
                <bdi>{line.title}</bdi>
              </span>
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
