import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { amends, type Schemas, told } from "@/api/client";
import { useLanguage, useSay } from "@/api/words";
import { SEAT_KEY, type Seat } from "@/app/session";
import { Loading, Moment, ProblemNotice } from "@/shared";
import { Entrance } from "./Entrance";
import { useEntering } from "./entering";

type Invited = Schemas["InvitedView"];

/** The code stands behind the `#` of the link, where no server and no log sees it. */
function codeOfLink(): string {
  return new URLSearchParams(window.location.hash.slice(1)).get("code") ?? "";
}

/** Accept an invitation: by setting a password, or as who one is already. */
export default function Join() {
  const { t } = useTranslation("login");
  const [code, setCode] = useState(codeOfLink);
  const invited = useQuery({
    queryKey: ["invitation", code],
    queryFn: () => told(amends.POST("/v1/invitations:look", { body: { code } })),
    enabled: code !== "",
    retry: false,
  });
  const title = t(invited.data && !invited.data.shop ? "join.titlePlatform" : "join.title");
  return (
    <Entrance
      title={title}
      lead={invited.data && (invited.data.shop ? t("join.lead", { shop: invited.data.shop }) : t("join.leadPlatform"))}
    >
      <div className="entrance-columns">
        <section className="entrance-card" aria-label={title}>
          {invited.isFetching && <Loading rows={4} />}
          {invited.error && <ProblemNotice error={invited.error} />}
          {invited.data && <Offer invited={invited.data} code={code} />}
          {!invited.data && !invited.isFetching && (
            <Form<{ code: string }> layout="vertical" requiredMark={false} onFinish={(typed) => setCode(typed.code.trim())}>
              <Form.Item name="code" label={t("join.code")} rules={[{ required: true, message: "" }]}>
                <Input autoComplete="off" spellCheck={false} maxLength={120} size="large" />
              </Form.Item>
              <Button type="primary" htmlType="submit" block size="large">
                {t("join.look")}
              </Button>
            </Form>
          )}
        </section>
      </div>
    </Entrance>
  );
}

function Offer({ invited, code }: { invited: Invited; code: string }) {
  const { t } = useTranslation("login");
  const say = useSay("roles");
  const regions = new Intl.DisplayNames(useLanguage(), { type: "region" });
  return (
    <>
      <p>
        {t("join.role")}: <strong>{say("roles", invited.role)}</strong>
        <br />
        {invited.shop === null && (
          <>
            {t("join.markets")}:{" "}
            {invited.markets.length > 0
              ? invited.markets.map((one) => regions.of(one.toUpperCase())).join(", ")
              : t("join.allMarkets")}
            <br />
          </>
        )}
        <span className="quiet">
          {t("join.until")} <Moment at={invited.expires_at} />
        </span>
      </p>
      {invited.has_account ? <Known invited={invited} code={code} /> : <Fresh invited={invited} code={code} />}
    </>
  );
}

function Fresh({ invited, code }: { invited: Invited; code: string }) {
  const { t } = useTranslation("login");
  const language = useLanguage();
  const enter = useEntering();
  const join = useMutation({
    mutationFn: (body: Omit<Schemas["JoinBody"], "code">) =>
      told(amends.POST("/v1/invitations:join", { body: { ...body, code, language } })),
    onSuccess: (session) => enter(session, "/"),
  });
  return (
    <Form<Omit<Schemas["JoinBody"], "code">>
      layout="vertical"
      requiredMark={false}
      initialValues={{ login: invited.login, name: invited.name }}
      onFinish={(body) => join.mutate(body)}
    >
      {join.error && <ProblemNotice error={join.error} />}
      <Form.Item name="name" label={t("join.name")}>
        <Input autoComplete="name" maxLength={200} size="large" />
      </Form.Item>
      <Form.Item name="login" label={t("join.login")} rules={[{ required: true, message: "" }]}>
        <Input autoComplete="username" autoCapitalize="none" spellCheck={false} maxLength={200} size="large" />
      </Form.Item>
      <Form.Item
        name="password"
        label={t("join.password")}
        extra={t("join.passwordHelp")}
        rules={[{ required: true, message: "" }]}
      >
        <Input.Password autoComplete="new-password" maxLength={200} size="large" />
      </Form.Item>
      <Button type="primary" htmlType="submit" block size="large" loading={join.isPending}>
        {t("join.go")}
      </Button>
    </Form>
  );
}

/** Somebody with an account: whoever is logged in as them joins at once, others log in first and come back here. */
function Known({ invited, code }: { invited: Invited; code: string }) {
  const { t } = useTranslation("login");
  const navigate = useNavigate();
  const seat = useQuery({
    queryKey: [...SEAT_KEY, "joining"],
    queryFn: () => told<Seat>(amends.GET("/v1/me")),
    retry: false,
  });
  const accept = useMutation({
    mutationFn: () =>
      told(amends.POST("/v1/invitations:accept", { body: { code }, headers: { "x-csrf-token": seat.data?.csrf ?? "" } })),
    onSuccess: () => window.location.assign("/"),
  });
  if (seat.isPending) return <Loading rows={2} />;
  if (seat.data?.person === invited.person)
    return (
      <>
        {accept.error && <ProblemNotice error={accept.error} />}
        <Button type="primary" block size="large" loading={accept.isPending} onClick={() => accept.mutate()}>
          {t("join.accept", { name: seat.data.name || seat.data.subject })}
        </Button>
      </>
    );
  return (
    <>
      <p>{t("join.known")}</p>
      <Button
        type="primary"
        block
        size="large"
        onClick={() => navigate(`/login?back=${encodeURIComponent(`/join#code=${code}`)}`)}
      >
        {t("join.logIn")}
      </Button>
    </>
  );
}
