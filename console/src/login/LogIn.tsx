import { useMutation } from "@tanstack/react-query";
import { Button, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import { amends, isProblem, type Schemas, told } from "@/api/client";
import { ProblemNotice } from "@/shared";
import { DemoPeople } from "./DemoPeople";
import { Entrance } from "./Entrance";
import { useEntering, wayBack } from "./entering";

type Proof = Schemas["LoginBody"];

/** The password, and where the account has one, the second factor after it. */
export default function LogIn() {
  const { t } = useTranslation("login");
  return (
    <Entrance title={t("login.title")} lead={t("login.lead")}>
      <div className="entrance-columns">
        <PasswordForm />
        <DemoPeople />
      </div>
    </Entrance>
  );
}

function PasswordForm() {
  const { t } = useTranslation("login");
  const { search } = useLocation();
  const enter = useEntering();
  const [proof, setProof] = useState<Proof | null>(null);
  const login = useMutation({
    mutationFn: (body: Proof) => told(amends.POST("/v1/sessions", { body })),
    onSuccess: (session) => enter(session, wayBack(search)),
    onError: (error, body) => {
      if (!isProblem(error)) return;
      if (error.code === "second_factor_needed") setProof({ login: body.login, password: body.password });
      else if (error.code === "login_failed") setProof(null);
    },
  });
  const asked = isProblem(login.error) && login.error.code === "second_factor_needed";
  return (
    <section className="entrance-card" aria-label={t("login.title")}>
      {login.error && !asked && <ProblemNotice error={login.error} />}
      {proof ? (
        <Form<{ code: string }> layout="vertical" requiredMark={false} onFinish={({ code }) => login.mutate({ ...proof, code })}>
          <Form.Item name="code" label={t("login.code")} extra={t("login.codeHelp")} rules={[{ required: true, message: "" }]}>
            <Input autoFocus autoComplete="one-time-code" inputMode="text" maxLength={40} size="large" />
          </Form.Item>
          <Button type="primary" htmlType="submit" block size="large" loading={login.isPending}>
            {t("login.check")}
          </Button>
          <Button
            type="link"
            block
            onClick={() => {
              login.reset();
              setProof(null);
            }}
          >
            {t("login.back")}
          </Button>
        </Form>
      ) : (
        <Form<Proof> layout="vertical" requiredMark={false} onFinish={(body) => login.mutate(body)}>
          <Form.Item name="login" label={t("login.name")} rules={[{ required: true, message: "" }]}>
            <Input autoFocus autoComplete="username" autoCapitalize="none" spellCheck={false} maxLength={200} size="large" />
          </Form.Item>
          <Form.Item name="password" label={t("login.password")} rules={[{ required: true, message: "" }]}>
            <Input.Password autoComplete="current-password" maxLength={200} size="large" />
          </Form.Item>
          <Button type="primary" htmlType="submit" block size="large" loading={login.isPending}>
            {t("login.go")}
          </Button>
        </Form>
      )}
    </section>
  );
}
