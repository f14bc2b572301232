/** @jsxImportSource preact */
import { useEffect, useState } from "preact/hooks";
import type { Case, Return } from "./api";
import { CarrierField, tidyNumber } from "./Carrier";
import { forget, useKept } from "./kept";
import { Trouble } from "./loading";
import { type Key, useWords } from "./say";
import { SendButton, useSender } from "./sending";
import type { Changed } from "./whole";

/** Who carries the parcel and its number: scanned from a picture of the label, or typed (U-08). */
export function Shipping(props: { found: Case; move: "ship_return" | "correct_return_number"; plan: Return; changed: Changed }) {
  const t = useWords();
  const { label } = props.plan;
  const name = `ship.${props.found.id}.${props.move}.`;
  const [carrier, choose] = useKept(`${name}carrier`, label?.carrier ?? props.plan.carrier ?? "");
  const [number, write] = useKept(`${name}number`, "");
  // The label may be made while the page is open; what was typed meanwhile stays.
  useEffect(() => {
    if (props.move !== "ship_return" || !label?.tracking_number) return;
    choose((chosen) => chosen || label.carrier || "");
    write((written) => written || label.tracking_number || "");
  }, [props.move, label, choose, write]);
  const sender = useSender();
  const submit = async (event: Event) => {
    event.preventDefault();
    const body = { carrier, tracking_number: tidyNumber(number) };
    const sent = await sender.send(`/v1/cases/${props.found.id}/moves/${props.move}`, body, props.found.version);
    if (sent) forget(name);
    props.changed(sent !== null);
  };
  return (
    <form onSubmit={submit}>
      <h3>{t(`move.${props.move}` as Key)}</h3>
      <CarrierField value={carrier} choose={choose} />
      <label class="field">
        <span>{t("back.number")}</span>
        <input
          class="figures"
          value={number}
          required
          maxLength={64}
          autoComplete="off"
          autoCapitalize="characters"
          spellcheck={false}
          onInput={(event) => write(event.currentTarget.value)}
        />
      </label>
      <Scan found={write} />
      {sender.error && <Trouble error={sender.error} />}
      <SendButton busy={sender.busy} ready={Boolean(carrier && number.trim())}>
        {t("back.sent")}
      </SendButton>
    </form>
  );
}

/** Reads the bar code of a label from a picture. The reader is fetched when somebody scans, and runs on this phone. */
function Scan({ found }: { found: (number: string) => void }) {
  const t = useWords();
  const [result, tell] = useState("");
  const look = async (file: File | undefined) => {
    if (!file) return;
    tell(t("loading"));
    const number = await import("@/shared/scan/decode")
      .then(({ decodePicture }) => decodePicture(file))
      .then(
        (found) => found?.text ?? null,
        () => null,
      );
    if (number) found(number);
    tell(number ? t("back.scan.found", { number }) : t("back.scan.none"));
  };
  return (
    <div>
      <label class="button file">
        {t("back.scan")}
        <input
          type="file"
          accept="image/*"
          capture="environment"
          onChange={(event) => void look(event.currentTarget.files?.[0])}
        />
      </label>
      <p class="quiet" aria-live="polite">
        {result}
      </p>
    </div>
  );
}
