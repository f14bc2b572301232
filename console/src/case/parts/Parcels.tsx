import { useTranslation } from "react-i18next";
import type { Case } from "@/api/client";
import { useProblemWords, useSay } from "@/api/words";
import { Chip, Countdown, Moment, Money } from "@/shared";
import { type Choices, type Journey, useReturn } from "../data";
import { Facts, Part } from "./Part";

/** The goods on their way out and back: every scan, the label, what watches over them, and what became of an interception. */
export function Parcels({ found, choices }: { found: Case; choices: Choices }) {
  const { t } = useTranslation("case");
  const back = useReturn(found.id);
  const watch = found.deadlines.find((one) => one.kind === "return_scan" && one.state !== "done");
  return (
    <Part id="parcels" title={t("parcel.title")}>
      {choices.journeys.length === 0 && <p className="quiet">{t("parcel.none")}</p>}
      <div className="journeys">
        {choices.journeys.map((one) => (
          <JourneyView key={one.parcel_id} journey={one} />
        ))}
      </div>
      {watch && (
        <p>
          <Chip meaning="others">{t("parcel.watch")}</Chip> {t("parcel.watch_says")}{" "}
          <Countdown at={watch.due_at} paused={watch.state === "paused"} />
        </p>
      )}
      {(found.kind === "return_refund" || found.kind === "exchange") && back.data && (
        <WayBack caseId={found.id} data={back.data} />
      )}
      <Interceptions found={found} />
    </Part>
  );
}

function JourneyView({ journey }: { journey: Journey }) {
  const { t } = useTranslation("case");
  const say = useSay("parcel_statuses", "return_parcel_statuses", "carriers");
  const list = journey.direction === "return" ? "return_parcel_statuses" : "parcel_statuses";
  const scans = [...journey.scans].reverse();
  const stations = (
    [
      ["signed", journey.signed_at],
      ["delivered", journey.delivered_at],
      ["shipped", journey.shipped_at],
    ] as const
  ).filter(([, at]) => at !== null);
  return (
    <div className="journey">
      <h3>
        {t(`parcel.${journey.direction}`)}{" "}
        <Chip meaning={journey.status === "delivered" ? "closed" : "others"}>{say(list, journey.status)}</Chip>
      </h3>
      <p>
        {say("carriers", journey.carrier)}{" "}
        {journey.tracking_number ? (
          <code className="copyable">{journey.tracking_number}</code>
        ) : (
          <span className="quiet">{t("parcel.no_number")}</span>
        )}
        {journey.address_matches === false && (
          <>
            {" "}
            <Chip meaning="time">{t("parcel.other_address")}</Chip>
          </>
        )}
      </p>
      <ol className="scans">
        {scans.length > 0
          ? scans.map((scan) => (
              <li key={`${scan.status} ${scan.occurred_at} ${scan.received_at}`}>
                <span>{say(list, scan.status)}</span> <Moment at={scan.occurred_at} />
              </li>
            ))
          : stations.map(([word, at]) => (
              <li key={word}>
                <span>{t(`parcel.${word}`)}</span> <Moment at={at as string} />
              </li>
            ))}
        {scans.length === 0 && stations.length === 0 && <li className="quiet">{t("parcel.no_scan")}</li>}
      </ol>
    </div>
  );
}

function WayBack({ caseId, data }: { caseId: string; data: NonNullable<ReturnType<typeof useReturn>["data"]> }) {
  const { t } = useTranslation("case");
  const say = useSay("places", "labels", "carriers", "parties");
  const words = useProblemWords();
  const { address, label } = data;
  return (
    <>
      <h3>{t("return.title")}</h3>
      <Facts
        rows={[
          [t("return.to"), say("places", data.return_to)],
          data.way_back ? [t("return.paid_by"), say("parties", data.way_back.by)] : null,
          address
            ? [
                t("return.address"),
                [address.name, address.line, address.city, address.region, address.postcode, address.country]
                  .filter(Boolean)
                  .join(", "),
              ]
            : null,
          label
            ? [
                t("return.label"),
                <span key="label">
                  {label.state === "made" ? (
                    <a href={`/v1/cases/${caseId}/return/label`} target="_blank" rel="noreferrer">
                      {t("return.pdf")}
                    </a>
                  ) : label.problem ? (
                    `${words(label.problem).says} ${words(label.problem).next}`
                  ) : (
                    t("return.wished")
                  )}
                  {label.tracking_number && ` · ${say("carriers", label.carrier)} ${label.tracking_number}`}
                  {label.cost && (
                    <>
                      {" · "}
                      <Money value={label.cost} />
                    </>
                  )}
                </span>,
              ]
            : null,
        ]}
      />
    </>
  );
}

function Interceptions({ found }: { found: Case }) {
  const { t } = useTranslation("case");
  const text = useProblemWords();
  if (found.interceptions.length === 0) return null;
  return (
    <>
      <h3>{t("intercept.title")}</h3>
      <ul className="plain">
        {found.interceptions.map((one) => (
          <li key={one.id}>
            <Chip
              meaning={
                one.state === "succeeded" ? "closed" : one.state === "declined" || one.state === "failed" ? "time" : "others"
              }
            >
              {t(`intercept.${one.state}`, { defaultValue: one.state })}
            </Chip>{" "}
            <Moment at={one.ordered_at} />
            {one.cost && (
              <>
                {" · "}
                {t("intercept.costs")} <Money value={one.cost} />
              </>
            )}
            {one.reason && ` · ${text(one.reason).says}`}
            {one.complaint && (
              <p>
                {t("intercept.complaint")} {t(`intercept.complaint_${one.complaint}`, { defaultValue: one.complaint })}{" "}
                {one.complaint_reference && <code>{one.complaint_reference}</code>} {one.paid && <Money value={one.paid} />}
              </p>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
