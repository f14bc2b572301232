/** @jsxImportSource preact */
import { useRef, useState } from "preact/hooks";
import { type Case, call, get, type Message, type Says } from "./api";
import { useMoment } from "./format";
import { useKept } from "./kept";
import { Trouble, useLoad } from "./loading";
import { type Key, useSaid, useWords } from "./say";
import { SendButton, useSender } from "./sending";

interface Hit {
  start: number;
  says: Says;
  instead: Says | null;
}

/** What this page has just said, until it is read back. */
interface Said {
  id: string;
  text: string;
}

/** What was said, as it is said; words that a second look would leave out are pointed at before they are sent. */
export function Talk({ found, seq }: { found: Case; seq: number }) {
  const t = useWords();
  const moment = useMoment();
  const { data, error, again } = useLoad(
    () => get<{ messages: Message[] }>(`/v1/cases/${found.id}/messages?limit=500`),
    [found.id, seq],
  );
  const [sent, show] = useState<Said | null>(null);
  const said = (one: Said) => {
    show(one);
    again();
  };
  const unread = sent && !data?.messages.some((one) => one.id === sent.id) ? sent : null;
  return (
    <section>
      <h2>{t("talk")}</h2>
      <ol class="talk" aria-live="polite">
        {data?.messages.length === 0 && !unread && <li class="quiet">{t("talk.none")}</li>}
        {data?.messages.map((one) => (
          <li key={one.id} class={one.side === "buyer" ? "mine" : ""}>
            <span class="quiet">
              {t((one.side === "buyer" ? "talk.you" : `talk.${one.side}`) as Key)} ·{" "}
              <time dateTime={one.at}>{moment(one.at)}</time>
            </span>
            <p dir="auto">{one.text ?? t("talk.erased")}</p>
          </li>
        ))}
        {unread && (
          <li class="mine">
            <span class="quiet">{t("talk.you")}</span>
            <p dir="auto">{unread.text}</p>
          </li>
        )}
      </ol>
      {error && !data && <Trouble error={error} again={again} />}
      {!found.historical && <Write found={found} said={said} />}
    </section>
  );
}

function Write({ found, said }: { found: Case; said: (one: Said) => void }) {
  const t = useWords();
  const words = useSaid();
  const path = `/v1/cases/${found.id}/messages`;
  const [text, write] = useKept(`talk.${found.id}`, "");
  const [checking, check] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const typed = useRef(text);
  typed.current = text;
  const [hits, warn] = useState<Hit[]>([]);
  const sender = useSender();
  const submit = async (event: Event) => {
    event.preventDefault();
    if (checking || sender.busy || !text.trim()) return;
    if (hits.length === 0) {
      check(true);
      const looked = await call<{ hits: Hit[] }>("POST", "/v1/messages:check", { body: { text } }).catch(() => ({ hits: [] }));
      check(false);
      if (looked.hits.length > 0) return warn(looked.hits);
    }
    const sent = await sender.send<{ message_id: string }>(path, { text: text.trim() });
    if (!sent) return;
    if (typed.current === text) write(""); // what was typed while it went out is the next message
    warn([]);
    said({ id: sent.message_id, text: text.trim() });
    field.current?.focus();
  };
  return (
    <form onSubmit={submit}>
      <label class="field">
        <span>{t("talk.write")}</span>
        <textarea
          ref={field}
          dir="auto"
          rows={2}
          maxLength={2000}
          value={text}
          onInput={(event) => {
            write(event.currentTarget.value);
            sender.other(path);
            warn([]);
          }}
        />
      </label>
      {hits.length > 0 && (
        <div class="careful" role="alert">
          <p>{t("talk.second")}</p>
          {hits.map((hit) => (
            <p key={hit.start}>
              {words(hit.says)} {words(hit.instead)}
            </p>
          ))}
        </div>
      )}
      {sender.error && <Trouble error={sender.error} />}
      <SendButton busy={checking || sender.busy} ready={text.trim() !== ""} small>
        {t(hits.length > 0 ? "talk.anyway" : "talk.send")}
      </SendButton>
    </form>
  );
}
