import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Form, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { amends, type Schemas, told } from "@/api/client";
import { useLanguage, useVocabulary } from "@/api/words";
import { Chip, Empty, Failed, Loading, NotAllowed, ProblemNotice } from "@/shared";
import { Deliveries } from "./Deliveries";
import { Events, typeOf } from "./Events";
import { Act, Card, FormDialog, type Here, Once, useNeeds, useSure } from "./parts";
import { Tokens } from "./Tokens";

type Endpoint = Schemas["EndpointView"];

export default function Connections({ here }: { here: Here }) {
  return (
    <>
      {here.may("webhooks.manage") ? <Webhooks here={here} /> : <NotAllowed permission="webhooks.manage" />}
      {here.may("tokens.manage") ? <Tokens here={here} /> : <NotAllowed permission="tokens.manage" />}
    </>
  );
}

function Webhooks({ here }: { here: Here }) {
  const { t } = useTranslation("shop");
  const { message } = App.useApp();
  const needs = useNeeds(here)("webhooks.manage");
  const sure = useSure();
  const queries = useQueryClient();
  const key = ["webhooks", here.id];
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const [log, setLog] = useState<Endpoint | null>(null);
  const hooks = useQuery({
    queryKey: key,
    queryFn: () => told(amends.GET("/v1/webhooks", { params: { query: { shop_id: here.id } } })),
  });
  const remove = useMutation({
    mutationFn: (id: string) => told(amends.DELETE("/v1/webhooks/{webhook_id}", { params: { path: { webhook_id: id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  const enable = useMutation({
    mutationFn: (id: string) => told(amends.POST("/v1/webhooks/{webhook_id}/enable", { params: { path: { webhook_id: id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  const rotate = useMutation({
    mutationFn: (id: string) => told(amends.POST("/v1/webhooks/{webhook_id}/secret", { params: { path: { webhook_id: id } } })),
    onSuccess: (made) => setSecret(made.secret),
  });
  const test = useMutation({
    mutationFn: (id: string) => told(amends.POST("/v1/webhooks/{webhook_id}/test", { params: { path: { webhook_id: id } } })),
    onSuccess: () => void message.success(t("hooks.tested")),
  });
  const action = (
    <Act needs={needs} small={false} primary onClick={() => setAdding(true)}>
      {t("add")}
    </Act>
  );
  const error = remove.error ?? test.error ?? enable.error ?? rotate.error;
  return (
    <Card title={t("hooks.title")} text={t("hooks.text")} action={action}>
      {error && <ProblemNotice error={error} />}
      {hooks.isPending && <Loading rows={2} height={40} />}
      {hooks.error && <Failed error={hooks.error} onRetry={() => void hooks.refetch()} />}
      {hooks.data?.webhooks.length === 0 && <Empty title={t("hooks.none")} />}
      <ul className="rows">
        {hooks.data?.webhooks.map((one) => (
          <li key={one.id}>
            <div className="rows-main">
              <div className="rows-name">
                {one.url} {one.disabled_at && <Chip meaning="time">{t("hooks.disabled")}</Chip>}
              </div>
              <div className="quiet">{one.topics.length ? <Events names={one.topics} /> : t("hooks.topicsAll")}</div>
            </div>
            <div className="rows-acts">
              <Act needs={needs} onClick={() => setLog(one)}>
                {t("hooks.log")}
              </Act>
              <Act needs={needs} loading={test.isPending && test.variables === one.id} onClick={() => test.mutate(one.id)}>
                {t("hooks.test")}
              </Act>
              {one.disabled_at && one.disabled_why !== "removed" && (
                <Act
                  needs={needs}
                  loading={enable.isPending && enable.variables === one.id}
                  onClick={() => enable.mutate(one.id)}
                >
                  {t("hooks.enable")}
                </Act>
              )}
              {one.disabled_why !== "removed" && (
                <>
                  <Act needs={needs} onClick={() => sure(t("hooks.rotateSure"), () => rotate.mutateAsync(one.id))}>
                    {t("hooks.rotate")}
                  </Act>
                  <Act needs={needs} danger onClick={() => sure(t("sure"), () => remove.mutateAsync(one.id))}>
                    {t("remove")}
                  </Act>
                </>
              )}
            </div>
          </li>
        ))}
      </ul>
      {adding && <Add here={here} made={setSecret} close={() => setAdding(false)} />}
      {secret && <Once title={t("hooks.secret")} secret={secret} done={() => setSecret(null)} />}
      {log && <Deliveries endpoint={log} close={() => setLog(null)} />}
    </Card>
  );
}

function Add({ here, made, close }: { here: Here; made: (secret: string) => void; close: () => void }) {
  const { t } = useTranslation("shop");
  const language = useLanguage();
  const events = useVocabulary("events");
  const queries = useQueryClient();
  const [form] = Form.useForm<Schemas["WebhookBody"]>();
  const put = useMutation({
    mutationFn: (body: Schemas["WebhookBody"]) => told(amends.POST("/v1/webhooks", { body: { ...body, shop_id: here.id } })),
    onSuccess: (endpoint) => {
      void queries.invalidateQueries({ queryKey: ["webhooks", here.id] });
      close();
      made(endpoint.secret);
    },
  });
  return (
    <FormDialog form={form} sending={put} close={close} title={t("hooks.title")}>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(body) => put.mutate(body)}>
        <Form.Item name="url" label={t("hooks.url")} rules={[{ required: true, message: "" }]}>
          <Input autoFocus type="url" placeholder="https://" maxLength={2000} />
        </Form.Item>
        <Form.Item name="topics" label={t("hooks.topics")}>
          <Select
            mode="multiple"
            allowClear
            placeholder={t("hooks.topicsAll")}
            optionFilterProp="label"
            options={[...events.values()].map((one) => ({ value: one.word, label: `${one[language]} (${typeOf(one.word)})` }))}
          />
        </Form.Item>
      </Form>
    </FormDialog>
  );
}
