/** @jsxImportSource preact */

import { get, type Kind, type Order, type Requests } from "./api";
import { useMoment, useMoney } from "./format";
import { Heading } from "./Heading";
import { begun } from "./kept";
import { useNews } from "./live";
import { Loading, Trouble, useLoad } from "./loading";
import { Owed } from "./Owed";
import { follow, go } from "./route";
import { type Key, useLanguage, useSaid, useWord, useWords, Why } from "./say";
import { words } from "./words";

const WITHDRAWAL = "withdrawal";

export function OrderPage({ id, alone }: { id: string; alone: boolean }) {
  const t = useWords();
  const path = `/v1/orders/${encodeURIComponent(id)}`;
  const { data, error, again } = useLoad(async () => {
    const [order, requests] = await Promise.all([get<Order>(path), get<Requests>(`${path}/requests`)]);
    return { order, requests };
  }, [id]);
  useNews(again);
  if (error && !data) return <Trouble error={error} again={again} />;
  if (!data) return <Loading />;
  return (
    <>
      {!alone && (
        <a class="back" href="/buyer" onClick={(event) => follow(event, "")}>
          ‹ {t("order.all")}
        </a>
      )}
      <Heading>{t("order", { reference: data.order.reference })}</Heading>
      <Bought order={data.order} />
      <Notices requests={data.requests} />
      <Owed order={data.order} />
      <Asked order={data.order} />
      <MayAsk order={data.order} requests={data.requests} />
    </>
  );
}

function Bought({ order }: { order: Order }) {
  const t = useWords();
  const money = useMoney();
  const moment = useMoment();
  const paid = order.lines.reduce((sum, line) => sum + line.paid, 0);
  const when: [Key, string | null][] = [
    ["order.delivered", order.delivered_at],
    ["order.sent", order.shipped_at],
    ["order.placed", order.placed_at],
  ];
  const latest = when.find(([, at]) => at);
  return (
    <section>
      <p class="quiet">
        {t("order.from", { shop: order.shop_name })} · {latest?.[1] && t(latest[0], { when: moment(latest[1], "day") })}
      </p>
      <ul class="lines">
        {order.lines.map((line) => (
          <li key={line.id}>
            <span>
              <bdi>{line.title}</bdi>
              {line.quantity > 1 && <span class="quiet"> · {t("order.quantity", { n: line.quantity })}</span>}
            </span>
            <span class="figures">{money({ amount: line.paid, currency: order.currency })}</span>
          </li>
        ))}
      </ul>
      <p class="figures">{t("order.paid", { amount: money({ amount: paid, currency: order.currency }) })}</p>
    </section>
  );
}

/** What the rules want shown with this order: final sale, auction protection, the right to withdraw (U-14). */
function Notices({ requests }: { requests: Requests }) {
  const said = useSaid();
  const { language } = useLanguage();
  const shown = requests.notices.filter((notice) => `notice.${notice.notice}` in words[language]);
  const more = words[language] as Record<string, string>;
  return (
    <>
      {shown.map((notice) => (
        <section class="notice" key={notice.notice} data-notice={notice.notice}>
          <strong>{said(notice.words)}</strong>
          <p>{more[`notice.${notice.notice}`]}</p>
        </section>
      ))}
    </>
  );
}

function Asked({ order }: { order: Order }) {
  const t = useWords();
  const kind = useWord("kinds");
  const reason = useWord("reasons");
  const { language } = useLanguage();
  if (order.cases.length === 0) return null;
  const states = words[language] as Record<string, string>;
  return (
    <section>
      <h2>{t("order.requests")}</h2>
      <ul class="rows">
        {order.cases.map((one) => (
          <li key={one.id}>
            <a href={`/buyer/cases/${one.id}`} onClick={(event) => follow(event, `/cases/${one.id}`)}>
              <strong>{states[`state.${one.state}`]}</strong>
              <span class="quiet">
                {kind(one.kind)} · {reason(one.reason)}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function MayAsk({ order, requests }: { order: Order; requests: Requests }) {
  const t = useWords();
  const open = requests.requests.filter((kind) =>
    kind.reasons.some((one) => one.reason !== WITHDRAWAL && one.verdict !== "declined"),
  );
  const closed = requests.requests.filter((kind) => !open.includes(kind));
  const withdrawal = requests.requests.find((kind) =>
    kind.reasons.some((one) => one.reason === WITHDRAWAL && one.verdict === "allowed"),
  );
  const ask = (kind: Kind, reason?: string) => () =>
    go(`/orders/${order.id}/ask`, { kind: kind.kind, ...(reason ? { reason } : {}) });
  return (
    <section>
      <h2>{t("may")}</h2>
      {open.length === 0 && !withdrawal && <p>{t("may.nothing")}</p>}
      <div class="choices">
        {withdrawal && (
          <button type="button" class="choice" onClick={ask(withdrawal, WITHDRAWAL)}>
            <strong>{t("may.withdraw")}</strong>
            <span class="quiet">{t("may.withdraw.more")}</span>
          </button>
        )}
        {open.map((kind) => (
          <button type="button" class="choice" key={kind.kind} onClick={ask(kind)}>
            <strong>{t(`kind.${kind.kind}` as Key)}</strong>
            {begun(`ask.${order.id}.${kind.kind}.`) && <span class="quiet">{t("may.begun")}</span>}
          </button>
        ))}
      </div>
      {closed.length > 0 && <Closed kinds={closed} open={open.length === 0 && !withdrawal} />}
    </section>
  );
}

/** Why the rest cannot be asked for (U-06). */
function Closed({ kinds, open }: { kinds: Kind[]; open: boolean }) {
  const t = useWords();
  return (
    <details open={open}>
      <summary>{t("may.not")}</summary>
      <dl>
        {kinds.map((kind) => (
          <div key={kind.kind}>
            <dt>{t(`kind.${kind.kind}` as Key)}</dt>
            <dd>
              <Why codes={kind.codes.filter((code) => code !== "withdrawal_not_offered")} />
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
