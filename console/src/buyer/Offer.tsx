/** @jsxImportSource preact */
import { useState } from "preact/hooks";
import type { Case, GivenProof, Proposal, Says } from "./api";
import { Countdown } from "./CaseParts";
import { useMoney } from "./format";
import { forget } from "./kept";
import { Trouble } from "./loading";
import { ProofGiver } from "./Proof";
import { type Key, useLanguage, useSaid, useWord, useWords } from "./say";
import { SendButton, useSender } from "./sending";
import type { Changed } from "./whole";
import { words } from "./words";

/** Something else was offered: what, by whom and why, until when; saying nothing costs nothing. */
export function Offer({ found, changed }: { found: Case; changed: Changed }) {
  const offer = found.proposals.find((one) => one.state === "open");
  return offer ? <Answering key={offer.id} found={found} offer={offer} changed={changed} /> : null;
}

function Answering({ found, offer, changed }: { found: Case; offer: Proposal; changed: Changed }) {
  const t = useWords();
  const [proof, give] = useState<{ given: GivenProof[]; busy: boolean }>({ given: [], busy: false });
  const [pressed, press] = useState("");
  const sender = useSender();
  const name = `offer.${found.id}.${offer.id}.`;
  const open = found.moves.find((move) => move.move === "answer_proposal")?.open ?? false;
  const answer = async (said: "accept" | "decline") => {
    const body = { answer: said, ...(said === "accept" && proof.given.length > 0 ? { proof: proof.given } : {}) };
    press(said);
    const sent = await sender.send(`/v1/cases/${found.id}/moves/answer_proposal`, body, found.version);
    if (sent) forget(name);
    changed(sent !== null);
  };
  return (
    <section class="notice strong" data-offer={offer.what}>
      <h2>{t("offer")}</h2>
      <p>{t(`offer.by.${offer.by}` as Key)}</p>
      <What found={found} offer={offer} />
      {offer.note && <blockquote dir="auto">{offer.note}</blockquote>}
      <Countdown until={offer.expires_at} />
      <p class="quiet">{t("offer.timeout")}</p>
      <Signals offer={offer} />
      {open && offer.what === "prove" && (
        <ProofGiver order={found.order_id} name={name} kinds={offer.proof} given={(given, busy) => give({ given, busy })} />
      )}
      {open && (
        <div class="buttons">
          <SendButton
            busy={sender.busy && pressed === "accept"}
            ready={!sender.busy && !proof.busy && (offer.what !== "prove" || proof.given.length > 0)}
            press={() => void answer("accept")}
          >
            {t("offer.accept")}
          </SendButton>
          <SendButton busy={sender.busy && pressed === "decline"} ready={!sender.busy} small press={() => void answer("decline")}>
            {t("offer.decline")}
          </SendButton>
        </div>
      )}
      {sender.error && <Trouble error={sender.error} />}
    </section>
  );
}

function What({ found, offer }: { found: Case; offer: Proposal }) {
  const t = useWords();
  const money = useMoney();
  const kind = useWord("kinds");
  const evidence = useWord("evidence_kinds");
  const { language } = useLanguage();
  const freight = `freight.${offer.freight}` as Key;
  if (offer.what === "withdraw") return <p>{t("offer.withdraw")}</p>;
  if (offer.what === "prove")
    return (
      <>
        <p>{t("offer.prove")}</p>
        <ul class="words">
          {offer.proof.map((one) => (
            <li key={one}>{evidence(one)}</li>
          ))}
        </ul>
      </>
    );
  return (
    <>
      <p class="amount">
        {t("offer.change", {
          kind: kind(offer.kind ?? found.kind),
          amount: money({ amount: offer.amount ?? found.amount.amount, currency: found.amount.currency }),
        })}
      </p>
      {freight in words[language] && <p>{t(freight)}</p>}
    </>
  );
}

/** What the platform's rules weighed. */
function Signals({ offer }: { offer: Proposal }) {
  const t = useWords();
  const said = useSaid();
  const why = Array.isArray(offer.why) ? (offer.why as (Says & { rule: string })[]) : [];
  if (why.length === 0) return null;
  return (
    <details>
      <summary>{t("offer.why")}</summary>
      {why.map((one) => (
        <p key={one.rule}>{said(one)}</p>
      ))}
    </details>
  );
}
