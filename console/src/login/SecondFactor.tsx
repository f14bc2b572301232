import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { amends, type Schemas, told } from "@/api/client";
import { SEAT_KEY, useSession } from "@/app/session";
import { ProblemNotice } from "@/shared";
import { useTwice } from "./twice";

/** A second factor beside the password: begun, put in force with a first code, ended. */
export function SecondFactor() {
  const { t } = useTranslation("login");
  const { seat } = useSession();
  const queries = useQueryClient();
  const twice = useTwice();
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const changed = () => void queries.invalidateQueries({ queryKey: SEAT_KEY });
  const begin = useMutation({ mutationFn: () => twice(() => told(amends.POST("/v1/me/second-factor"))) });
  const confirm = useMutation({
    mutationFn: (code: string) => twice(() => told(amends.POST("/v1/me/second-factor:confirm", { body: { code } }))),
    onSuccess: (made) => {
      setCodes(made.codes);
      begin.reset();
      changed();
    },
  });
  const renew = useMutation({
    mutationFn: () => twice(() => told(amends.POST("/v1/me/second-factor:recovery-codes"))),
    onSuccess: (made) => setCodes(made.codes),
  });
  const end = useMutation({ mutationFn: () => twice(() => told(amends.DELETE("/v1/me/second-factor"))), onSuccess: changed });
  const error = begin.error ?? confirm.error ?? renew.error ?? end.error;
  const on = seat.session?.second_factor;
  return (
    <section className="account-card" aria-labelledby="second-factor">
      <h2 id="second-factor">{t("factor.title")}</h2>
      <p>{t(on ? "factor.on" : "factor.off")}</p>
      {error && <ProblemNotice error={error} />}
      {codes && <Recovery codes={codes} done={() => setCodes(null)} />}
      {begin.data && !on && <Begun view={begin.data} busy={confirm.isPending} confirm={(code) => confirm.mutate(code)} />}
      {on ? (
        <>
          <Button loading={renew.isPending} onClick={() => renew.mutate()}>
            {t("factor.renew")}
          </Button>{" "}
          <Button danger loading={end.isPending} onClick={() => end.mutate()}>
            {t("factor.end")}
          </Button>
        </>
      ) : (
        !begin.data && (
          <Button loading={begin.isPending} onClick={() => begin.mutate()}>
            {t("factor.begin")}
          </Button>
        )
      )}
    </section>
  );
}

function Begun({ view, busy, confirm }: { view: Schemas["SecondFactorView"]; busy: boolean; confirm: (code: string) => void }) {
  const { t } = useTranslation("login");
  return (
    <div className="factor">
      <img src={view.picture} alt={t("factor.picture")} />
      <div>
        <p>{t("factor.scan")}</p>
        <p>
          {t("factor.secret")}: <span className="factor-secret">{view.secret}</span>
        </p>
        <Form<{ code: string }> layout="vertical" requiredMark={false} onFinish={({ code }) => confirm(code)}>
          <Form.Item name="code" label={t("factor.code")} rules={[{ required: true, message: "" }]}>
            <Input autoComplete="one-time-code" inputMode="numeric" maxLength={10} />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={busy}>
            {t("factor.confirm")}
          </Button>
        </Form>
      </div>
    </div>
  );
}

function Recovery({ codes, done }: { codes: readonly string[]; done: () => void }) {
  const { t } = useTranslation("login");
  return (
    <div role="status">
      <h3>{t("factor.codes")}</h3>
      <p>{t("factor.codesText")}</p>
      <ul className="recovery">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Button onClick={done} style={{ marginBottom: 16 }}>
        {t("factor.kept")}
      </Button>
    </div>
  );
}
