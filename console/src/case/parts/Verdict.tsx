import { useTranslation } from "react-i18next";
import type { Case } from "@/api/client";
import { useLanguage, useOneOf, useSay } from "@/api/words";
import { Chip, momentText } from "@/shared";
import type { Need, Reason, Verdict } from "../data";
import { Part } from "./Part";

/** Where a rule stands: its name, its programme or market, and the source that it was written from. */
export function RuleSource({ rule, source, pack, assumed }: { rule: string; source?: string; pack?: string; assumed?: boolean }) {
  const { t } = useTranslation("case");
  if (!rule) return null;
  return (
    <span className="rule-source">
      <code>{pack ? `${pack}/${rule}` : rule}</code>
      {source && ` — ${source}`}
      {assumed && <em> {t("verdict.assumed")}</em>}
    </span>
  );
}

const MEANING = { allowed: "closed", declined: "time", needs: "others", undecided: "others" } as const;

/** Why the request stands: every reason with its rule and source, what is missing, and what would change it. */
export function VerdictPart({ found }: { found: Case }) {
  const { t } = useTranslation("case");
  const verdict = found.verdict as Verdict | null;
  if (!verdict) return null;
  return (
    <Part
      id="verdict"
      title={t("verdict.title")}
      aside={<Chip meaning={MEANING[verdict.kind]}>{t(`verdict.${verdict.kind}`)}</Chip>}
    >
      <Reasons reasons={verdict.reasons ?? []} />
      <Needs needs={verdict.needs ?? []} />
      {(verdict.withheld ?? []).length > 0 && (
        <>
          <h3>{t("verdict.withheld")}</h3>
          <Reasons reasons={verdict.withheld ?? []} />
        </>
      )}
      <Ways verdict={verdict} />
      <p className="quiet releases">
        {t("verdict.releases")} <code title={found.eligibility_release}>{found.eligibility_release.slice(0, 12)}</code>{" "}
        <code title={found.handling_release}>{found.handling_release.slice(0, 12)}</code>
      </p>
    </Part>
  );
}

export function Reasons({ reasons }: { reasons: readonly Reason[] }) {
  const one = useOneOf();
  return (
    <ul className="reasons">
      {reasons.map((reason) => (
        <li key={`${reason.rule} ${reason.code}`}>
          {one(reason.says as never)}{" "}
          <RuleSource rule={reason.rule} source={reason.source} pack={reason.pack} assumed={reason.assumed} />
        </li>
      ))}
    </ul>
  );
}

/** What is missing, and of whom. */
export function Needs({ needs }: { needs: readonly Need[] }) {
  const { t } = useTranslation("case");
  const say = useSay("evidence_kinds", "sides", "facts", "evidence_moments");
  if (needs.length === 0) return null;
  return (
    <ul className="needs">
      {needs.map((need) => (
        <li key={`${need.rule} ${need.name}`}>
          {need.kind === "fact" ? (
            t("verdict.fact", { fact: say("facts", need.name) })
          ) : (
            <>
              {t("verdict.proof", { of: say("sides", need.of), at: say("evidence_moments", need.at) })}{" "}
              {[
                (need.all_of ?? []).map((kind) => say("evidence_kinds", kind)).join(t("proof.and")),
                (need.any_of ?? []).map((kind) => say("evidence_kinds", kind)).join(t("proof.or")),
              ]
                .filter(Boolean)
                .join(t("proof.and"))}
            </>
          )}{" "}
          <RuleSource rule={need.rule} />
        </li>
      ))}
    </ul>
  );
}

function Ways({ verdict }: { verdict: Verdict }) {
  const { t } = useTranslation("case");
  const one = useOneOf();
  const say = useSay("kinds");
  const language = useLanguage();
  const ways = verdict.ways ?? [];
  if (ways.length === 0) return null;
  return (
    <>
      <h3>{t("verdict.ways")}</h3>
      <ul className="reasons">
        {ways.map((way) => (
          <li key={JSON.stringify(way)}>
            <strong>{say("kinds", way.kind)}</strong> {one(way.says as never)}
            {way.before && ` ${t("verdict.before", { at: momentText(way.before, language, "long") })}`}
            <Needs needs={way.proof ?? []} />
          </li>
        ))}
      </ul>
    </>
  );
}
