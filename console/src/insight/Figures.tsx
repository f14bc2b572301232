import { useTranslation } from "react-i18next";
import { useOneOf } from "@/api/words";
import type { FigureView } from "./asking";
import { About, pointsOf, useShown } from "./show";

export interface Drilled {
  figure: FigureView;
  part: "numerator" | "denominator";
}
interface Props {
  figures: readonly FigureView[];
  previous: readonly FigureView[];
  onDrill: (drilled: Drilled) => void;
}

const GROUPS: [string, (figure: FigureView) => boolean][] = [
  ["rates", (figure) => figure.by === "order" || figure.by === "line"],
  ["handling", (figure) => figure.by === "case" && figure.unit !== "minor"],
  ["rejections", (figure) => figure.by === "rejection" || figure.by === "dispute"],
  ["costs", (figure) => figure.unit === "minor"],
];
const countable = (figure: FigureView) => figure.unit === "percent";
/** How many cases a time or a cost was taken from. */
const casesOf = (figure: FigureView) => (/_(median|95)$/.test(figure.figure) ? figure.numerator : figure.denominator);

function Change({ now, then }: { now: FigureView; then: FigureView | undefined }) {
  const { t } = useTranslation("insight");
  const shown = useShown();
  if (!then || then.value === null || now.value === null) return null;
  const before = t("figure.before", { value: shown(then) });
  if (now.unit !== "percent") return <p className="insight-change">{before}</p>;
  if (now.value === then.value) return <p className="insight-change">{t("figure.same")}</p>;
  const points = pointsOf(now.value, then.value);
  return (
    <p className="insight-change">
      {t("figure.points", { points })} · {before}
    </p>
  );
}

function Card({ figure, then, onDrill }: { figure: FigureView; then: FigureView | undefined; onDrill: Props["onDrill"] }) {
  const { t } = useTranslation("insight");
  const one = useOneOf();
  const shown = useShown();
  const name = one(figure.words);
  return (
    <li className="insight-card" data-figure={figure.figure}>
      <h3>{name}</h3>
      <p className="insight-value figures" data-value={figure.value ?? ""}>
        {shown(figure)}
      </p>
      <Change now={figure} then={then} />
      {countable(figure) && (
        <p className="insight-counts figures">
          <button type="button" className="link" onClick={() => onDrill({ figure, part: "numerator" })}>
            {t("figure.counted", { n: figure.numerator })}
            <span className="unseen">{name}</span>
          </button>
          {" · "}
          <button type="button" className="link" onClick={() => onDrill({ figure, part: "denominator" })}>
            {t("figure.of", { n: figure.denominator })}
            <span className="unseen">{name}</span>
          </button>
        </p>
      )}
      {!countable(figure) && (
        <p className="insight-counts figures">
          <button type="button" className="link" onClick={() => onDrill({ figure, part: "numerator" })}>
            {t("figure.cases", { n: casesOf(figure) })}
            <span className="unseen">{name}</span>
          </button>
        </p>
      )}
      <details>
        <summary>{t("figure.what")}</summary>
        <p>{one(figure.definition)}</p>
        <About figure={figure} />
      </details>
    </li>
  );
}

/** Money of several currencies over all cases is no cost of any of them. */
function Mixed({ group }: { group: string }) {
  const { t } = useTranslation("insight");
  return (
    <section className="insight-group" aria-labelledby={`insight-${group}`}>
      <h2 id={`insight-${group}`}>{t(`groups.${group}`)}</h2>
      <p className="quiet">{t("figure.mixed")}</p>
    </section>
  );
}

/** Every figure of the period, in four groups; each number leads to what it counted. */
export function Figures({ figures, previous, onDrill }: Props) {
  const { t } = useTranslation("insight");
  const before = new Map(previous.map((figure) => [`${figure.figure} ${figure.currency}`, figure]));
  return GROUPS.map(([group, belongs]) => {
    const mine = figures.filter(belongs);
    if (mine.length === 0) return null;
    const currencies = new Set(mine.map((figure) => figure.currency));
    if (currencies.size > 1) return <Mixed key={group} group={group} />;
    return (
      <section key={group} className="insight-group" aria-labelledby={`insight-${group}`}>
        <h2 id={`insight-${group}`}>{t(`groups.${group}`)}</h2>
        <ul className="insight-cards">
          {mine.map((figure) => (
            <Card
              key={`${figure.figure} ${figure.currency}`}
              figure={figure}
              then={before.get(`${figure.figure} ${figure.currency}`)}
              onDrill={onDrill}
            />
          ))}
        </ul>
      </section>
    );
  });
}
