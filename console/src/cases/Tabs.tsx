import { useTranslation } from "react-i18next";
import { useSay, useVocabulary } from "@/api/words";
import { type Change, type Filter, TABS, type Tab } from "./filter";
import type { Counts } from "./rows";

interface Props {
  filter: Filter;
  change: (change: Change, fresh?: boolean) => void;
  counts: Counts | undefined;
}

/** How many stand behind a tab. */
export function countOf(tab: Tab, counts: Counts | undefined): number | undefined {
  if (tab === "todo") return counts?.mine;
  if (tab === "auto") return counts?.granted_by_itself;
  return tab === "all" ? counts?.total : counts?.tabs[tab];
}

/** By state, each with its count; below it what I must do next, so that the pile is seen by its work. */
export function Tabs({ filter, change, counts }: Props) {
  const { t } = useTranslation("cases");
  return (
    <>
      <nav className="tabs" aria-label={t("tabs.label")}>
        {TABS.map((tab) => (
          <button
            key={tab}
            type="button"
            className="tab"
            aria-current={filter.tab === tab ? "true" : undefined}
            onClick={() => change({ tab, due: null, state: null })}
          >
            {t(`tabs.${tab}`)}
            <span className="tab-count figures">{countOf(tab, counts) ?? "·"}</span>
          </button>
        ))}
      </nav>
      <NextAction filter={filter} change={change} counts={counts} />
    </>
  );
}

/** Nothing waits for the seller there. */
const AT_REST: ReadonlySet<Tab> = new Set(["refunding", "ended", "auto"]);

/** The second filter: the kinds of deadline that bind the seller, with how many run. */
function NextAction({ filter, change, counts }: Props) {
  const { t } = useTranslation("cases");
  const deadlines = useVocabulary("deadlines");
  const say = useSay("deadlines");
  const mine = [...deadlines.values()].filter((term) => term.traits.owes === "seller" && (counts?.due[term.word] ?? 0) > 0);
  if (!counts && !filter.due && !AT_REST.has(filter.tab)) return <div className="nexts nexts-coming" />; // nothing jumps
  if ((mine.length === 0 || AT_REST.has(filter.tab)) && !filter.due) return null;
  return (
    <div className="nexts" role="group" aria-label={t("next.label")}>
      <span className="quiet">{t("next.label")}</span>
      {[null, ...mine.map((term) => term.word)].map((word) => (
        <button
          key={word ?? "any"}
          type="button"
          className="next"
          aria-pressed={(filter.due ?? null) === word}
          onClick={() => change({ due: word })}
        >
          {word ? say("deadlines", word) : t("next.any")}
          {word && <span className="tab-count figures">{counts?.due[word]}</span>}
        </button>
      ))}
    </div>
  );
}
