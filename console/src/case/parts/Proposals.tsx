import { useTranslation } from "react-i18next";
import type { Case } from "@/api/client";
import { useOneOf, useSay } from "@/api/words";
import { Chip, Countdown, Moment, Money } from "@/shared";
import type { Choices } from "../data";
import { Part } from "./Part";
import { RuleSource } from "./Verdict";

interface Sign {
  rule: string;
  signal: string;
  weight: number;
  zh: string;
  en: string;
}

/** What was offered instead, through which channel, until when it can be answered, and why; and the freeze while the platform's is open. */
export function Proposals({ found, choices }: { found: Case; choices: Choices }) {
  const { t } = useTranslation("case");
  const say = useSay("proposal_channels", "kinds", "parties", "evidence_kinds", "moves");
  const one = useOneOf();
  if (found.proposals.length === 0) return null;
  const rules = new Map(choices.rules.map((rule) => [rule.rule, rule]));
  const open = found.moves.filter((move) => move.open).map((move) => say("moves", move.move));
  return (
    <Part id="proposals" title={t("proposal.title")}>
      {choices.frozen && (
        <div className="notice frozen" data-testid="frozen">
          <p className="notice-says">{t("proposal.frozen")}</p>
          <p>{one(choices.frozen.says as never)}</p>
          {open.length > 0 && <p>{t("proposal.still_open", { moves: open.join(t("list")) })}</p>}
          <p>
            <RuleSource
              rule={choices.frozen.rule}
              source={choices.frozen.source}
              pack={choices.frozen.pack}
              assumed={choices.frozen.assumed}
            />
          </p>
        </div>
      )}
      <ul className="plain proposals">
        {[...found.proposals].reverse().map((each) => {
          const signs = (each.why ?? []) as Sign[];
          const rule = each.rule ? rules.get(each.rule) : undefined;
          return (
            <li key={each.id}>
              <p className="deadline-line">
                <strong>{say("proposal_channels", each.channel)}</strong>
                <Chip meaning={each.state === "open" ? "others" : "closed"}>
                  {t(`proposal.${each.state}`, { defaultValue: each.state })}
                </Chip>
                {each.state === "open" ? <Countdown at={each.expires_at} /> : each.decided_at && <Moment at={each.decided_at} />}
              </p>
              <p>
                {each.what === "withdraw" && t("propose.withdraw")}
                {each.what === "prove" &&
                  t("proposal.prove", { kinds: each.proof.map((kind) => say("evidence_kinds", kind)).join(t("list")) })}
                {each.what === "change" && (
                  <>
                    {say("kinds", each.kind)}{" "}
                    {each.amount !== null && <Money value={{ amount: each.amount, currency: found.amount.currency }} strong />}
                    {each.freight && ` · ${t("proposal.freight", { party: say("parties", each.freight) })}`}
                  </>
                )}
              </p>
              {each.note && <blockquote className="said">{each.note}</blockquote>}
              {rule && (
                <p className="rule-says">
                  {one(rule.says as never)}{" "}
                  <RuleSource rule={rule.rule} source={rule.source} pack={rule.pack} assumed={rule.assumed} />
                </p>
              )}
              {signs.length > 0 && (
                <details>
                  <summary>{t("proposal.why", { score: signs.reduce((sum, sign) => sum + sign.weight, 0) })}</summary>
                  <ul className="plain">
                    {signs.map((sign) => (
                      <li key={sign.rule}>
                        <span className="figures">+{sign.weight}</span> {one({ zh: sign.zh, en: sign.en })}{" "}
                        <RuleSource rule={sign.rule} />
                      </li>
                    ))}
                  </ul>
                </details>
              )}
            </li>
          );
        })}
      </ul>
    </Part>
  );
}
