import { Button, Input, Radio } from "antd";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Case } from "@/api/client";
import { useSay } from "@/api/words";
import { useShortcuts } from "@/app/shortcuts";
import { minorDigits, minorUnits, ProblemNotice, useMoney, useWhyClosed, Why } from "@/shared";
import { VoiceButton } from "@/shared/voice";
import type { BegunRuling } from "./begun";
import type { Dispute, JudgingMutation } from "./data";

const KEYS = ["reviews:keys.first", "reviews:keys.second", "reviews:keys.third"];

interface RulingFormProps {
  dispute: Dispute;
  found: Case;
  move: JudgingMutation;
  begun: BegunRuling;
  done: (said: string) => void;
}

/** Rule: what is found, who is liable, how much, and why. From the limit on it is a proposal, and the button says so. */
export function RulingForm({ dispute, found, move, begun, done }: RulingFormProps) {
  const { t } = useTranslation("reviews");
  const say = useSay("rulings", "liability");
  const { ruling, liability, part, rationale } = begun.begun;
  const text = useRef<HTMLTextAreaElement | null>(null);
  const money = useMoney();
  const why = useWhyClosed();
  const closed = why(found.moves.find((one) => one.move === "rule"));
  const { currency, amount: whole } = found.amount;
  const mayPart = dispute.choices.some((one) => one.ruling === ruling && one.part);
  const given = mayPart && part.trim() ? minorUnits(part, currency) : null;
  const badPart = mayPart && part.trim() !== "" && (given === null || given > whole || given === 0);
  const amount = given ?? whole;
  const eyes = dispute.four_eyes;
  const chosen = dispute.choices.find((one) => one.ruling === ruling);
  const moving = chosen?.moves_money === true;
  const two = moving && eyes?.limit != null && amount >= eyes.limit;
  const ready = !closed && chosen && liability && chosen.liable.includes(liability) && rationale.trim() && !badPart;
  useShortcuts(
    [
      ...dispute.choices.map((one, at) => ({
        key: String(at + 1),
        label: KEYS[at] ?? "",
        run: () => begun.change({ ruling: one.ruling }),
      })),
      { key: "w", label: "reviews:keys.write", run: () => text.current?.focus() },
    ],
    !closed,
  );
  const submit = () =>
    move.mutate(
      {
        move: "rule",
        version: found.version,
        body: { ruling, liability, rationale: rationale.trim(), ...(given ? { amount: given } : {}) },
      },
      {
        onSuccess: () => {
          begun.forget();
          done(t(two ? "rule.proposed" : "rule.done"));
        },
      },
    );
  const label = two
    ? t("rule.propose", { amount: money({ amount, currency }) })
    : ruling === "buyer" && moving
      ? t("rule.submitMoney", { amount: money({ amount, currency }) })
      : t(ruling === "return_first" ? "rule.submitReturn" : "rule.submit");
  return (
    <form
      className="ruling"
      aria-label={t("rule.title")}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) submit();
      }}
    >
      <fieldset disabled={Boolean(closed)}>
        <legend>{t("rule.ruling")}</legend>
        <Radio.Group
          value={ruling}
          onChange={(event) => begun.change({ ruling: event.target.value })}
          className="ruling-choices"
          disabled={Boolean(closed)}
        >
          {dispute.choices.map(({ ruling: word }, at) => (
            <Radio key={word} value={word}>
              {say("rulings", word)} <kbd>{at + 1}</kbd>
            </Radio>
          ))}
        </Radio.Group>
      </fieldset>
      <fieldset disabled={Boolean(closed)}>
        <legend>{t("rule.liability")}</legend>
        <Radio.Group
          value={liability}
          onChange={(event) => begun.change({ liability: event.target.value })}
          className="ruling-choices ruling-liable"
          disabled={Boolean(closed)}
        >
          {(chosen ?? dispute.choices[0])?.liable.map((word) => (
            <Radio key={word} value={word}>
              {say("liability", word)}
            </Radio>
          ))}
        </Radio.Group>
      </fieldset>
      {mayPart && (
        <label className="ruling-field" htmlFor="ruling-part">
          <span>{t("rule.part")}</span>
          <Input
            id="ruling-part"
            value={part}
            inputMode={minorDigits(currency) > 0 ? "decimal" : "numeric"}
            suffix={currency}
            status={badPart ? "error" : undefined}
            onChange={(event) => begun.change({ part: event.target.value })}
          />
          <span className={badPart ? "ruling-bad" : "quiet"}>
            {t(badPart ? "rule.badPart" : "rule.partHelp", { amount: money(found.amount) })}
          </span>
        </label>
      )}
      <label className="ruling-field" htmlFor="ruling-rationale">
        <span>{t("rule.rationale")}</span>
        <Input.TextArea
          id="ruling-rationale"
          ref={(field) => {
            text.current = field?.resizableTextArea?.textArea ?? null;
          }}
          value={rationale}
          maxLength={4000}
          autoSize={{ minRows: 4, maxRows: 12 }}
          disabled={Boolean(closed)}
          onChange={(event) => begun.change({ rationale: event.target.value })}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && ready) submit();
          }}
        />
        <span className="quiet">{t("rule.rationaleHelp")}</span>
      </label>
      <div className="ruling-voice">
        {!closed && (
          <VoiceButton
            onText={(heard) =>
              begun.change(({ rationale: old }) => ({ rationale: `${old}${old && !old.endsWith(" ") ? " " : ""}${heard}` }))
            }
          />
        )}
        <span className="quiet">{t("rule.keys")}</span>
      </div>
      {move.error && move.variables?.move === "rule" && <ProblemNotice error={move.error} />}
      <Why reason={closed}>
        <Button type="primary" htmlType="submit" block disabled={!ready} loading={move.isPending}>
          {label}
        </Button>
      </Why>
    </form>
  );
}
