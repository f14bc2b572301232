import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { DatePicker, Form, Input } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { amends, type Schemas, told } from "@/api/client";
import { useSession } from "@/app/session";
import { useTwice } from "@/login/twice";
import { Chip, Empty, Failed, Loading, Moment, ProblemNotice } from "@/shared";
import { Act, Card, FormDialog, type Here, Once, useNeeds, useSure } from "./parts";
import { Permissions, useHeld } from "./RoleForm";

/** Tokens for programs; the secret is shown once, and making one is asked twice. */
export function Tokens({ here }: { here: Here }) {
  const { t } = useTranslation("shop");
  const held = useHeld();
  const needs = useNeeds(here)("tokens.manage");
  const sure = useSure();
  const queries = useQueryClient();
  const [making, setMaking] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const tokens = useQuery({
    queryKey: ["tokens"],
    queryFn: () => told(amends.GET("/v1/tokens", { params: { query: { limit: 100 } } })),
  });
  const revoke = useMutation({
    mutationFn: (id: string) => told(amends.DELETE("/v1/tokens/{token_id}", { params: { path: { token_id: id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["tokens"] }),
  });
  const action = (
    <Act needs={needs} small={false} primary onClick={() => setMaking(true)}>
      {t("add")}
    </Act>
  );
  const shown = tokens.data?.tokens.filter((one) => one.shops.includes(here.id)) ?? [];
  return (
    <Card title={t("tokens.title")} text={t("tokens.text")} action={action}>
      {revoke.error && <ProblemNotice error={revoke.error} />}
      {tokens.isPending && <Loading rows={2} height={40} />}
      {tokens.error && <Failed error={tokens.error} onRetry={() => void tokens.refetch()} />}
      {tokens.data && shown.length === 0 && <Empty title={t("tokens.none")} />}
      <ul className="rows">
        {shown.map((one) => (
          <li key={one.id} className={one.revoked_at ? "rows-off" : undefined}>
            <div className="rows-main">
              <div className="rows-name">
                {one.label || one.subject} {one.revoked_at && <Chip meaning="closed">{t("tokens.revoked")}</Chip>}
              </div>
              <div className="quiet">
                {one.subject} · {held(one.permissions)}
              </div>
              <div className="quiet">
                {t("tokens.expires")} {one.expires_at ? <Moment at={one.expires_at} length="day" /> : t("tokens.never")} ·{" "}
                {t("tokens.used")} {one.last_used_at ? <Moment at={one.last_used_at} /> : t("tokens.unused")}
              </div>
            </div>
            {!one.revoked_at && (
              <Act needs={needs} danger onClick={() => sure(t("tokens.revokeSure"), () => revoke.mutateAsync(one.id))}>
                {t("tokens.revoke")}
              </Act>
            )}
          </li>
        ))}
      </ul>
      {making && <Make here={here} made={setSecret} close={() => setMaking(false)} />}
      {secret && <Once title={t("tokens.secret")} secret={secret} done={() => setSecret(null)} />}
    </Card>
  );
}

type Typed = { label: string; subject: string; permissions: string[]; expires?: Dayjs | null };

function Make({ here, made, close }: { here: Here; made: (secret: string) => void; close: () => void }) {
  const { t } = useTranslation("shop");
  const { seat } = useSession();
  const queries = useQueryClient();
  const twice = useTwice();
  const [form] = Form.useForm<Typed>();
  const put = useMutation({
    mutationFn: ({ expires, ...typed }: Typed) => {
      const body: Schemas["TokenBody"] = {
        ...typed,
        kind: "seller",
        shops: [here.id],
        expires_at: expires?.toISOString() ?? null,
      };
      return twice(() => told(amends.POST("/v1/tokens", { body })));
    },
    onSuccess: (token) => {
      void queries.invalidateQueries({ queryKey: ["tokens"] });
      close();
      made(token.token);
    },
  });
  return (
    <FormDialog form={form} sending={put} close={close} title={t("tokens.title")}>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ subject: seat.subject, permissions: ["orders.read", "cases.read"].filter((word) => here.may(word)) }}
        onFinish={(typed) => put.mutate(typed)}
      >
        <Form.Item name="label" label={t("tokens.label")} rules={[{ required: true, message: "" }]}>
          <Input autoFocus maxLength={200} />
        </Form.Item>
        <Form.Item name="subject" label={t("tokens.subject")} rules={[{ required: true, message: "" }]}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="permissions" label={t("tokens.permissions")} rules={[{ required: true, message: "" }]}>
          <Permissions here={here} />
        </Form.Item>
        <Form.Item name="expires" label={t("tokens.expires")}>
          <DatePicker placeholder={t("tokens.never")} style={{ width: "100%" }} />
        </Form.Item>
      </Form>
    </FormDialog>
  );
}
