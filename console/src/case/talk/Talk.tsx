import { PushpinOutlined, SendOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { Button, Dropdown } from "antd";
import { useCallback, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { amends, type Case, newKey, type Schemas, told } from "@/api/client";
import { useLanguage, useSay } from "@/api/words";
import { useConnected } from "@/app/live";
import { useSession } from "@/app/session";
import { Chip, Failed, keepInTab, Loading, Moment, ofTab, ProblemNotice, subjectOf } from "@/shared";
import { insist } from "@/shared/insist";
import { useRested } from "@/shared/rested";
import { useSteady } from "@/shared/steady";
import { useTyped } from "@/shared/typed";
import { VoiceButton } from "@/shared/voice";
import { type Message, refresh, useMacros, useMessages, usePutCase, useQuickReplies } from "../data";
import { Part } from "../parts/Part";
import { Hits, Marked } from "./Marked";
import { useMacro } from "./macro";
import "./talk.css";

type Hit = Schemas["Hit"];
const LONGEST = 2000;

/** The conversation with the buyer: what was said, as it is said; quick replies and macros; a look at the words before they go out. */
export function Talk({ found }: { found: Case }) {
  const { t } = useTranslation("case");
  const connected = useConnected();
  const messages = useMessages(found.id, connected ? undefined : 10_000);
  const list = useRef<HTMLOListElement>(null);
  const count = messages.data?.length ?? 0;
  useEffect(() => {
    if (count > 0 && list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [count]);
  return (
    <Part id="talk" title={t("talk.title")} aside={connected ? <Chip meaning="closed">{t("talk.live")}</Chip> : undefined}>
      {messages.isPending && <Loading rows={3} />}
      {messages.isError && <Failed error={messages.error} onRetry={() => void messages.refetch()} />}
      {messages.data && count === 0 && <p className="quiet">{t("talk.none")}</p>}
      <ol className="said-list" ref={list} aria-live="polite" data-testid="messages">
        {(messages.data ?? []).map((message) => (
          <Said key={message.id} message={message} found={found} />
        ))}
      </ol>
      {found.historical ? <p className="quiet">{t("talk.historical")}</p> : <Say found={found} />}
    </Part>
  );
}

function Said({ message, found }: { message: Message; found: Case }) {
  const { t } = useTranslation("case");
  const { seat } = useSession();
  const say = useSay("parties");
  const put = usePutCase();
  const key = useRef(newKey());
  const pin = useMutation({
    mutationFn: () =>
      told(
        amends.POST("/v1/cases/{case_id}/messages/{message_id}/pin", {
          params: {
            path: { case_id: found.id, message_id: message.id },
            header: { "Idempotency-Key": key.current, "If-Match": `"${found.version}"` },
          },
          body: {},
        }),
      ),
    onSuccess: put,
  });
  const own = message.side === seat.kind;
  return (
    <li className={own ? "said-row said-own" : "said-row"} data-side={message.side}>
      <p className="said-who">
        {own && message.author ? subjectOf(message.author) : say("parties", message.side)}
        {message.sort !== "said" && (
          <span className="quiet"> · {t(`talk.sort_${message.sort}`, { defaultValue: message.sort })}</span>
        )}{" "}
        <Moment at={message.at} />
      </p>
      <div className="said-text">{message.text ?? <em>{t("talk.erased")}</em>}</div>
      {message.text !== null && (
        <Button
          size="small"
          type="text"
          icon={<PushpinOutlined />}
          aria-label={t("talk.pin")}
          title={t("talk.pin_help")}
          loading={pin.isPending}
          disabled={pin.isSuccess}
          onClick={() => pin.mutate()}
        >
          {pin.isSuccess ? t("talk.pinned") : t("talk.pin")}
        </Button>
      )}
      {pin.isError && <ProblemNotice error={pin.error} />}
    </li>
  );
}

function Say({ found }: { found: Case }) {
  const { t } = useTranslation("case");
  const { can, seat } = useSession();
  const language = useLanguage();
  const id = useId();
  const replies = useQuickReplies(found.shop_id);
  const macros = useMacros(found.shop_id);
  const say = useSay("moves");
  const here = `${seat.person}.${found.id}`;
  const [text, setText] = useTyped(`amends.say.${here}`);
  const sent = `amends.said.${here}`;
  const type: typeof setText = (next) => {
    keepInTab(sent, null); // what is typed anew is another message, also if it says the same
    setText(next);
  };
  const checked = useChecked(text);
  const send = useSteady(
    useMutation({
      mutationFn: async (said: string) => {
        const look = await insist(() => told(amends.POST("/v1/messages:check", { body: { text: said } })));
        if (!look.may_be_sent) return null;
        const before = ofTab<{ said: string; key: string }>(sent);
        const key = before?.said === said ? before.key : newKey();
        keepInTab(sent, { said, key });
        const params = { path: { case_id: found.id }, header: { "Idempotency-Key": key } };
        return insist(() => told(amends.POST("/v1/cases/{case_id}/messages", { params, body: { text: said } })));
      },
      onSuccess: (heard, said) => {
        if (!heard) return checked.look(said);
        keepInTab(sent, null);
        setText((now) => (now.trim() === said ? "" : now)); // what was typed while it went out is the next message
        refresh(found.id);
      },
    }),
  );
  const macro = useMacro(found);
  if (!can("messages.write")) return <p className="quiet">{t("talk.not_allowed")}</p>;
  const nameOf = (one: { name: string; move: string }) => `${one.name} → ${say("moves", one.move)}`;
  const library = replies.data?.replies ?? [];
  const offered = library.length > 0 ? library : (replies.data?.presets ?? []);
  const stopped = checked.result !== null && !checked.result.may_be_sent;
  return (
    <form
      className="say"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() && !stopped) send.mutate(text.trim());
      }}
    >
      <div className="quick" role="group" aria-label={t("talk.quick")}>
        {offered.map((reply) => {
          const words = (reply as { zh: string; en: string })[language];
          return (
            <button
              key={words}
              type="button"
              className="quick-reply"
              title={words}
              onClick={() => type(words)}
              data-testid="quick-reply"
            >
              {words}
            </button>
          );
        })}
        {seat.kind === "seller" && (macros.data?.macros ?? []).length > 0 && (
          <Dropdown
            trigger={["click"]}
            menu={{
              items: (macros.data?.macros ?? []).map((one) => ({
                key: one.id,
                label: nameOf(one),
              })),
              onClick: ({ key }) => {
                const chosen = macros.data?.macros.find((one) => one.id === key);
                if (chosen) macro.start(key, nameOf(chosen));
              },
            }}
          >
            <Button size="small" loading={macro.busy} data-testid="macros">
              {t("talk.macros")}
            </Button>
          </Dropdown>
        )}
      </div>
      <label className="unseen" htmlFor={id}>
        {t("talk.write")}
      </label>
      <Marked
        id={id}
        value={text}
        hits={checked.result?.hits ?? []}
        onChange={type}
        max={LONGEST}
        placeholder={t("talk.write")}
        onSend={() => text.trim() && !stopped && send.mutate(text.trim())}
      />
      <Hits hits={checked.result?.hits ?? []} text={text} onReplace={type} />
      <div className="say-foot">
        <VoiceButton small onText={(said) => type((before) => `${before}${before ? " " : ""}${said}`.slice(0, LONGEST))} />
        <span className="figures quiet">
          {text.length} / {LONGEST}
        </span>
        <Button
          type="primary"
          htmlType="submit"
          icon={<SendOutlined />}
          loading={send.isPending}
          disabled={text.trim() === "" || stopped}
          data-testid="send"
        >
          {t("talk.send")}
        </Button>
      </div>
      {send.isError && <ProblemNotice error={send.error} />}
      {macro.problems.map((problem) => (
        <ProblemNotice key={JSON.stringify(problem)} error={problem} />
      ))}
    </form>
  );
}

interface CheckResult {
  may_be_sent: boolean;
  hits: Hit[];
}

/** Sensitive words while one writes: looked at a moment after the last key, by the list that is in force (U-12). */
function useChecked(text: string): { result: CheckResult | null; look: (text: string) => void } {
  const [result, setResult] = useState<(CheckResult & { of: string }) | null>(null);
  const look = useCallback((said: string) => {
    void told(amends.POST("/v1/messages:check", { body: { text: said } })).then(
      (found) => setResult({ ...found, of: said }),
      () => undefined,
    );
  }, []);
  useRested(() => {
    if (text.trim() !== "") look(text);
    return undefined;
  }, [text]);
  return { result: result && result.of.trim() === text.trim() ? result : null, look };
}
