import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { amends, rememberCsrf, type Schemas, told } from "@/api/client";
import { speak } from "@/app/i18n";
import { SEAT_KEY, useSession } from "@/app/session";
import { Chip, Failed, Loading, Moment, ProblemNotice } from "@/shared";
import { deviceOf } from "./device";
import { SecondFactor } from "./SecondFactor";
import { showTour } from "./tour";
import { AskedTwice } from "./twice";
import "./login.css";

/** What is mine alone: name and language, password, second factor, and where I am logged in. */
export default function Account() {
  const { t } = useTranslation("login");
  const { seat } = useSession();
  return (
    <AskedTwice>
      <div className="page">
        <h1 className="page-title">{t("account.title")}</h1>
        <div className="account">
          <AboutMe />
          {seat.session && <Password />}
          {seat.session && <SecondFactor />}
          <Devices />
        </div>
      </div>
    </AskedTwice>
  );
}

function AboutMe() {
  const { t } = useTranslation("login");
  const { seat } = useSession();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (body: Schemas["PersonBody"]) => told(amends.PUT("/v1/me", { body })),
    onSuccess: (now) => {
      if (now.language === "zh" || now.language === "en") speak(now.language);
      queries.setQueryData(SEAT_KEY, now);
      void message.success(t("account.saved"));
    },
  });
  return (
    <section className="account-card" aria-labelledby="about-me">
      <h2 id="about-me">{t("account.me")}</h2>
      {save.error && <ProblemNotice error={save.error} />}
      <Form<Schemas["PersonBody"]>
        layout="vertical"
        requiredMark={false}
        initialValues={{ name: seat.name, language: seat.language }}
        onFinish={(body) => save.mutate(body)}
      >
        <div className="account-row">
          <Form.Item name="name" label={t("account.name")}>
            <Input autoComplete="name" maxLength={200} />
          </Form.Item>
          <Form.Item name="language" label={t("account.language")}>
            <Select
              options={[
                { value: "zh", label: "中文" },
                { value: "en", label: "English" },
              ]}
            />
          </Form.Item>
        </div>
        <Button htmlType="submit" type="primary" loading={save.isPending}>
          {t("account.save")}
        </Button>
        <Button type="link" onClick={showTour}>
          {t("account.tour")}
        </Button>
      </Form>
    </section>
  );
}

function Password() {
  const { t } = useTranslation("login");
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<Schemas["PasswordBody"]>();
  const change = useMutation({
    mutationFn: (body: Schemas["PasswordBody"]) => told(amends.PUT("/v1/me/password", { body })),
    onSuccess: (session) => {
      rememberCsrf(session.csrf);
      form.resetFields();
      void queries.invalidateQueries({ queryKey: SEAT_KEY });
      void queries.invalidateQueries({ queryKey: ["my sessions"] });
      void message.success(t("account.changed"));
    },
  });
  return (
    <section className="account-card" aria-labelledby="my-password">
      <h2 id="my-password">{t("account.password")}</h2>
      {change.error && <ProblemNotice error={change.error} />}
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(body) => change.mutate(body)}>
        <div className="account-row">
          <Form.Item name="old" label={t("account.old")} rules={[{ required: true, message: "" }]}>
            <Input.Password autoComplete="current-password" maxLength={200} />
          </Form.Item>
          <Form.Item name="new" label={t("account.new")} extra={t("join.passwordHelp")} rules={[{ required: true, message: "" }]}>
            <Input.Password autoComplete="new-password" maxLength={200} />
          </Form.Item>
        </div>
        <Button htmlType="submit" loading={change.isPending}>
          {t("account.change")}
        </Button>
      </Form>
    </section>
  );
}

function Devices() {
  const { t } = useTranslation("login");
  const { seat, signOut } = useSession();
  const queries = useQueryClient();
  const sessions = useQuery({ queryKey: ["my sessions"], queryFn: () => told(amends.GET("/v1/sessions")) });
  const end = useMutation({
    mutationFn: (id: string) => told(amends.DELETE("/v1/sessions/{session_id}", { params: { path: { session_id: id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["my sessions"] }),
  });
  const endAll = useMutation({
    mutationFn: () => told(amends.POST("/v1/sessions:end-all")),
    onSuccess: () => signOut(),
  });
  return (
    <section className="account-card" aria-labelledby="my-devices">
      <h2 id="my-devices">{t("account.sessions")}</h2>
      {sessions.isPending && <Loading rows={2} />}
      {sessions.error && <Failed error={sessions.error} onRetry={() => void sessions.refetch()} />}
      {(end.error || endAll.error) && <ProblemNotice error={end.error ?? endAll.error} />}
      <ul className="devices">
        {sessions.data?.sessions.map((one) => (
          <li key={one.id}>
            <div>
              <div className="devices-name">
                <span title={one.agent}>{deviceOf(one.agent) || one.id}</span>{" "}
                {one.current && <Chip meaning="you">{t("account.here")}</Chip>}
              </div>
              <div className="quiet">
                {t("account.seen")} <Moment at={one.seen_at} /> · {t("account.begun")} <Moment at={one.begun_at} />
              </div>
            </div>
            {!one.current && (
              <Button size="small" loading={end.isPending && end.variables === one.id} onClick={() => end.mutate(one.id)}>
                {t("account.end")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {seat.session && (
        <Button danger loading={endAll.isPending} onClick={() => endAll.mutate()}>
          {t("account.endAll")}
        </Button>
      )}
    </section>
  );
}
