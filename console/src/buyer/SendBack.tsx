/** @jsxImportSource preact */
import { useEffect, useState } from "preact/hooks";
import { type Case, get, type Return } from "./api";
import { hand } from "./fetched";
import { useMoment } from "./format";
import { Trouble, useLoad } from "./loading";
import { Shipping } from "./Shipping";
import { type Key, useLanguage, useWords } from "./say";
import type { Changed } from "./whole";

const ON_THE_WAY = new Set(["awaiting_buyer_ship", "return_in_transit"]);

/** Where the goods go, the prepaid label, where to hand them in, and the number that proves it. */
export function SendBack({ found, changed }: { found: Case; changed: Changed }) {
  const t = useWords();
  const needed = ON_THE_WAY.has(found.state);
  const [here, place] = useState("");
  const path = `/v1/cases/${found.id}/return${here}`;
  const { data, error, again } = useLoad<Return | null>(
    () => (needed ? get<Return>(path) : Promise.resolve(null)),
    [found.id, found.state, found.seq, here],
  );
  const waiting = data?.label?.state === "wished";
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(again, 3000);
    return () => clearInterval(timer);
  }, [waiting, again]);
  if (!needed) return null;
  if (error && !data) return <Trouble error={error} again={again} />;
  if (!data) return null;
  const move = found.moves.find((one) => one.open && (one.move === "ship_return" || one.move === "correct_return_number"));
  return (
    <section>
      <h2>{t("back")}</h2>
      {data.way_back && <p>{t(`freight.${data.way_back.by}` as Key)}</p>}
      {found.state === "awaiting_buyer_ship" && <Where data={data} found={found} near={here === "" ? place : null} />}
      {data.tracking_number && (
        <p>
          {t("back.number")}: <strong class="figures">{data.tracking_number}</strong>
        </p>
      )}
      {move && (move.move === "ship_return" || data.carrier) && (
        <Shipping
          key={move.move}
          found={found}
          move={move.move as "ship_return" | "correct_return_number"}
          plan={data}
          changed={changed}
        />
      )}
      <p class="quiet">{t("back.receipt")}</p>
    </section>
  );
}

interface WhereProps {
  data: Return;
  found: Case;
  /** Tells where the buyer is; nothing once it is known. */
  near: ((query: string) => void) | null;
}

function Where({ data, found, near }: WhereProps) {
  const t = useWords();
  const moment = useMoment();
  const { language } = useLanguage();
  const { address, label } = data;
  const far = (metres: number) =>
    new Intl.NumberFormat(language === "zh" ? "zh-CN" : "en-US", {
      style: "unit",
      unit: "kilometer",
      maximumFractionDigits: 1,
    }).format(metres / 1000);
  return (
    <>
      {data.drop_offs.length > 0 ? (
        <>
          <h3>{t("back.points")}</h3>
          {near && "geolocation" in navigator && <Nearest near={near} />}
          <ul class="points">
            {data.drop_offs.map((point) => (
              <li key={point.reference}>
                <strong>{point.name}</strong>
                <span>
                  {point.line}, {point.city}
                </span>
                <span class="quiet">
                  {t("back.point.next", { when: moment(point.next_pickup) })}
                  {point.distance_m !== null && ` · ${t("back.point.away", { distance: far(point.distance_m) })}`}
                </span>
              </li>
            ))}
          </ul>
        </>
      ) : (
        address && (
          <>
            <h3>{t("back.to")}</h3>
            <address>
              {[
                address.name,
                address.line,
                `${address.postcode} ${address.city}`.trim(),
                address.region,
                address.country,
                address.phone,
              ]
                .filter(Boolean)
                .map((line) => (
                  <span key={line}>{line}</span>
                ))}
            </address>
          </>
        )
      )}
      {label && (
        <>
          <h3>{t("back.label")}</h3>
          {label.state === "made" ? (
            <Label found={found} />
          ) : (
            <p>{t(label.state === "wished" ? "back.label.wished" : "back.label.refused")}</p>
          )}
        </>
      )}
    </>
  );
}

const MILLIONTHS = 1_000_000;

/** Where one is, asked of the device only when somebody wants it, to about a hundred metres; it goes into this one question and is kept nowhere. */
function Nearest({ near }: { near: (query: string) => void }) {
  const t = useWords();
  const [asking, ask] = useState(false);
  const [refused, refuse] = useState(false);
  const look = () => {
    ask(true);
    refuse(false);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const about = (degrees: number) => Math.round(degrees * 1000) * (MILLIONTHS / 1000);
        near(`?latitude=${about(coords.latitude)}&longitude=${about(coords.longitude)}`);
      },
      () => {
        ask(false);
        refuse(true);
      },
      { timeout: 10_000, maximumAge: 600_000 },
    );
  };
  return (
    <>
      <button type="button" class="button" disabled={asking} onClick={look}>
        {t("back.nearest")}
      </button>
      {refused && <p role="alert">{t("back.nearest.none")}</p>}
    </>
  );
}

function Label({ found }: { found: Case }) {
  const t = useWords();
  const [error, fail] = useState<Error | null>(null);
  const [busy, work] = useState(false);
  const show = async () => {
    work(true);
    fail(await hand(`/v1/cases/${found.id}/return/label`, `return-${found.order_reference}.pdf`));
    work(false);
  };
  return (
    <>
      <p>{t("back.label.made")}</p>
      <button type="button" class="button" disabled={busy} onClick={() => void show()}>
        {t("back.label.get")}
      </button>
      {error && <Trouble error={error} />}
    </>
  );
}
