/** @jsxImportSource preact */

import { type Case, type Guest, get } from "./api";
import { CarrierField, tidyNumber } from "./Carrier";
import { useMoment, useMoney } from "./format";
import { Heading } from "./Heading";
import { forget, useKept } from "./kept";
import { Loading, Trouble, useLoad } from "./loading";
import { useSaid, useWords, Why } from "./say";
import { SendButton, useSender } from "./sending";

/** Statutory withdrawal for who has no account: one order, one road, and a receipt (E-19). */
export function GuestPage({ token }: { token: string }) {
  const t = useWords();
  const money = useMoney();
  const path = `/v1/guests/${encodeURIComponent(token)}`;
  const { data, error, again } = useLoad(() => get<Guest>(path), [token]);
  const sender = useSender();
  if (error && !data) return <Trouble error={error} again={again} />;
  if (!data) return <Loading />;
  const withdraw = async () => {
    await sender.send<Case>(`${path}/withdrawal`, {});
    again();
  };
  return (
    <>
      <Heading>{data.receipt ? t("guest.done") : data.open ? t("may.withdraw") : t("guest.closed")}</Heading>
      {data.receipt ? (
        <Receipt guest={data} path={path} changed={again} />
      ) : data.open ? (
        <>
          <p>{t("guest.open", { reference: data.order_reference })}</p>
          <p class="quiet">{t("may.withdraw.more")}</p>
          <SendButton busy={sender.busy} press={() => void withdraw()}>
            {data.amount ? t("guest.withdraw", { amount: money(data.amount) }) : t("may.withdraw")}
          </SendButton>
        </>
      ) : (
        <Why codes={data.codes} next />
      )}
      {sender.error && <Trouble error={sender.error} />}
    </>
  );
}

function Receipt({ guest, path, changed }: { guest: Guest; path: string; changed: () => void }) {
  const t = useWords();
  const said = useSaid();
  const money = useMoney();
  const moment = useMoment();
  const { receipt } = guest;
  if (!receipt) return null;
  return (
    <section>
      <p class="amount figures">{money(receipt.amount)}</p>
      <p>{t("guest.declared", { when: moment(receipt.declared_at) })}</p>
      <p>{said(receipt.words)}</p>
      {receipt.send_back_by && <p>{t("guest.back", { when: moment(receipt.send_back_by) })}</p>}
      {receipt.refund_by && <p>{t("guest.refund", { when: moment(receipt.refund_by) })}</p>}
      {receipt.state === "awaiting_buyer_ship" && <Sent path={path} name={`guest.${guest.order_reference}.`} changed={changed} />}
      <p class="quiet">{t("guest.keep")}</p>
      <button type="button" class="button" onClick={() => window.print()}>
        {t("guest.print")}
      </button>
    </section>
  );
}

function Sent({ path, name, changed }: { path: string; name: string; changed: () => void }) {
  const t = useWords();
  const [carrier, choose] = useKept(`${name}carrier`, "");
  const [number, write] = useKept(`${name}number`, "");
  const sender = useSender();
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await sender.send<Case>(`${path}/return`, { carrier, tracking_number: tidyNumber(number) })) forget(name);
    changed();
  };
  return (
    <form onSubmit={submit}>
      <h2>{t("back")}</h2>
      <CarrierField value={carrier} choose={choose} />
      <label class="field">
        <span>{t("back.number")}</span>
        <input class="figures" value={number} required maxLength={64} onInput={(event) => write(event.currentTarget.value)} />
      </label>
      {sender.error && <Trouble error={sender.error} />}
      <SendButton busy={sender.busy}>{t("back.sent")}</SendButton>
    </form>
  );
}
