import { useTranslation } from "react-i18next";
import type { Case } from "@/api/client";
import { useOneOf, useSay, useVocabulary } from "@/api/words";
import { Chip, Countdown, Moment } from "@/shared";
import type { Choices } from "../data";
import { Part } from "./Part";
import { RuleSource } from "./Verdict";

/** Every promise that stands: whose turn, until when, what happens then, and the rule that says so. */
export function Deadlines({ found, choices, side }: { found: Case; choices: Choices; side: string }) {
  const { t } = useTranslation("case");
  const say = useSay("deadlines", "expiries", "events", "parties");
  const one = useOneOf();
  const owes = useVocabulary("deadlines");
  const live = found.deadlines.filter((each) => each.state !== "done");
  const rules = new Map(choices.rules.map((rule) => [rule.rule, rule]));
  return (
    <Part id="deadline" title={t("deadline.title")}>
      {live.length === 0 && <p className="quiet">{t(found.is_final ? "deadline.final" : "deadline.none")}</p>}
      <ul className="deadlines">
        {live.map((each) => {
          const owed = String(owes.get(each.kind)?.traits.owes ?? "");
          const rule = rules.get(each.rule);
          return (
            <li key={each.kind}>
              <p className="deadline-line">
                <strong>{say("deadlines", each.kind)}</strong>
                <Chip meaning={owed === side ? "you" : "others"}>{owed === side ? t("deadline.you") : say("parties", owed)}</Chip>
                <Countdown at={each.due_at} paused={each.state === "paused"} />
              </p>
              <p>
                {t("deadline.until")} <Moment at={each.due_at} length="long" />
                {t("deadline.stop")} {t("deadline.after", { what: say("expiries", each.on_expiry) })}
                {each.state === "paused" &&
                  each.resumes_on &&
                  ` ${t("deadline.resumes", { what: say("events", each.resumes_on) })}`}
                {each.provisional && ` ${t("deadline.provisional")}`}
              </p>
              {rule && (
                <p className="rule-says">
                  {one(rule.says as never)}{" "}
                  <RuleSource rule={rule.rule} source={rule.source} pack={rule.pack} assumed={rule.assumed} />
                </p>
              )}
            </li>
          );
        })}
      </ul>
    </Part>
  );
}
