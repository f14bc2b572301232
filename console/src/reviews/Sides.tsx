import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useOneOf, useProblemWords, useSay } from "@/api/words";
import { Chip } from "@/shared";
import { type Dispute, type Need, usePieces } from "./data";
import { Proof, useViewer } from "./Proof";

type Side = Dispute["burden"]["sides"][number];

/** Who must prove, and both sides' proof side by side; whose is weighed first stands first (V-11). */
export function Sides({ dispute }: { dispute: Dispute }) {
  const { t } = useTranslation("reviews");
  const one = useOneOf();
  const { burden } = dispute;
  const pieces = usePieces(dispute.proof.map((piece) => piece.id));
  // An appeal is decided on what is new: proof that came after the last ruling stands out (V-09).
  const ruled = dispute.rulings.findLast((ruling) => ruling.state === "stands")?.decided_at ?? null;
  const viewer = useViewer(dispute.proof.map((piece) => pieces.get(piece.id)));
  const sides = [...burden.sides].sort((a, b) => rank(a, burden.first) - rank(b, burden.first));
  return (
    <section aria-labelledby="burden">
      <div className="desk-head">
        <h2 id="burden" className="desk-title">
          {t("dispute.burden")}
        </h2>
        {viewer.many && (
          <Button size="small" onClick={viewer.beside}>
            {t("dispute.beside")}
          </Button>
        )}
      </div>
      <p className="burden">{t(`dispute.fallsOn.${burden.falls_on}`)}</p>
      {burden.first && (
        <p className="burden-first">
          <Chip meaning="others">{t("dispute.first", { side: t(`side.${burden.first}`) })}</Chip>
          {burden.why_first.map((reason) => (
            <span key={reason.rule}> {one({ zh: reason.says.zh, en: reason.says.en })}</span>
          ))}
        </p>
      )}
      <div className="sides">
        {sides.map((side) => (
          <section key={String(side.of)} className="side" aria-label={t(`side.${side.of}`)}>
            <h3 className="side-title">{t(`side.${side.of}`)}</h3>
            <Owed side={side} />
            <ul className="proof-cards">
              {dispute.proof
                .filter((piece) => piece.of === side.of)
                .map((piece) => (
                  <Proof
                    key={piece.id}
                    given={piece}
                    piece={pieces.get(piece.id)}
                    open={viewer.open(pieces.get(piece.id))}
                    fresh={ruled !== null && piece.given_at > ruled}
                  />
                ))}
            </ul>
            {!dispute.proof.some((piece) => piece.of === side.of) && <p className="quiet">{t("dispute.noneGiven")}</p>}
          </section>
        ))}
      </div>
      {viewer.view}
    </section>
  );
}

const rank = (side: Side, first: string | null) => (first ? (side.of === first ? 0 : 1) : side.of === "buyer" ? 0 : 1);

function Owed({ side }: { side: Side }) {
  const { t } = useTranslation("reviews");
  const words = useProblemWords();
  const say = useSay("evidence_kinds");
  return (
    <dl className="owed">
      <dt>{t("dispute.demanded")}</dt>
      <dd>
        {side.demanded.length === 0
          ? t("dispute.nothing")
          : side.demanded.map((need) => <NeedLine key={need.rule + need.name} need={need} />)}
      </dd>
      <dt>{t("dispute.missing")}</dt>
      <dd>
        {side.missing.length === 0 ? (
          <Chip meaning="closed">{t("dispute.complete")}</Chip>
        ) : (
          side.missing.map((need) => <NeedLine key={need.rule + need.name} need={need} missing />)
        )}
      </dd>
      {side.counted.length > 0 && (
        <>
          <dt>{t("dispute.counted")}</dt>
          <dd>{side.counted.map((kind) => say("evidence_kinds", kind)).join(t("dispute.or").trim() === "或" ? "、" : ", ")}</dd>
        </>
      )}
      {side.not_counted.length > 0 && (
        <>
          <dt>{t("dispute.notCounted")}</dt>
          <dd>{side.not_counted.map((code) => words(code).says).join(" ")}</dd>
        </>
      )}
    </dl>
  );
}

function NeedLine({ need, missing }: { need: Need; missing?: boolean }) {
  const { t } = useTranslation("reviews");
  const say = useSay("evidence_kinds");
  const every = (need.all_of ?? []).map((kind) => say("evidence_kinds", kind)).join(t("dispute.and"));
  const some = (need.any_of ?? []).map((kind) => say("evidence_kinds", kind)).join(t("dispute.or"));
  const text = [every, some].filter(Boolean).join(t("dispute.and")) || need.name;
  return <p className={missing ? "need need-missing" : "need"}>{text}</p>;
}
