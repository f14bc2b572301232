import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { amends, type Schemas, told } from "@/api/client";
import { useTwice } from "@/login/twice";
import { Empty, Failed, Loading, ProblemNotice } from "@/shared";
import { Act, Card, FormDialog, type Here, useNeeds, useSure } from "./parts";
import { Permissions, useHeld } from "./RoleForm";

/** Service providers work under a grant that the shop ends at once (P-06). */
export function Providers({ here }: { here: Here }) {
  const { t } = useTranslation("shop");
  const held = useHeld();
  const needs = useNeeds(here)("members.manage");
  const sure = useSure();
  const queries = useQueryClient();
  const key = ["providers", here.id];
  const [adding, setAdding] = useState(false);
  const providers = useQuery({
    queryKey: key,
    queryFn: () => told(amends.GET("/v1/shops/{shop_id}/providers", { params: { path: { shop_id: here.path } } })),
  });
  const end = useMutation({
    mutationFn: (provider: string) =>
      told(amends.DELETE("/v1/shops/{shop_id}/providers/{provider}", { params: { path: { shop_id: here.path, provider } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  const action = (
    <Act needs={needs} small={false} onClick={() => setAdding(true)}>
      {t("team.addProvider")}
    </Act>
  );
  return (
    <Card title={t("team.providers")} text={t("team.providerText")} action={action}>
      {end.error && <ProblemNotice error={end.error} />}
      {providers.isPending && <Loading rows={1} height={32} />}
      {providers.error && <Failed error={providers.error} onRetry={() => void providers.refetch()} />}
      {providers.data?.providers.length === 0 && <Empty title={t("team.noProviders")} />}
      <ul className="rows">
        {providers.data?.providers.map((one) => (
          <li key={one.provider}>
            <div className="rows-main">
              <div className="rows-name">
                {one.name} <span className="quiet">{one.provider}</span>
              </div>
              <div className="quiet">
                {t("team.people", { count: one.members })} · {held(one.permissions)}
              </div>
            </div>
            <Act needs={needs} danger onClick={() => sure(t("team.endSure"), () => end.mutateAsync(one.provider))}>
              {t("team.end")}
            </Act>
          </li>
        ))}
      </ul>
      {adding && <Add here={here} close={() => setAdding(false)} />}
    </Card>
  );
}

type Typed = Schemas["ProviderBody"] & { provider: string };

function Add({ here, close }: { here: Here; close: () => void }) {
  const { t } = useTranslation("shop");
  const queries = useQueryClient();
  const twice = useTwice();
  const [form] = Form.useForm<Typed>();
  const put = useMutation({
    mutationFn: ({ provider, ...body }: Typed) =>
      twice(() =>
        told(
          amends.PUT("/v1/shops/{shop_id}/providers/{provider}", { params: { path: { shop_id: here.path, provider } }, body }),
        ),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["providers", here.id] });
      close();
    },
  });
  const usual = ["orders.read", "cases.read", "cases.handle", "cases.work", "evidence.read", "evidence.write", "messages.write"];
  return (
    <FormDialog form={form} sending={put} close={close} title={t("team.addProvider")}>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ permissions: usual.filter((word) => here.may(word)) }}
        onFinish={(typed) => put.mutate(typed)}
      >
        <Form.Item
          name="provider"
          label={t("team.providerId")}
          extra={t("team.providerIdHelp")}
          rules={[{ required: true, pattern: /^[a-z][a-z0-9_]*$/, message: t("team.providerIdHelp") }]}
        >
          <Input autoFocus maxLength={64} />
        </Form.Item>
        <Form.Item name="name" label={t("team.providerName")} rules={[{ required: true, message: "" }]}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="permissions" label={t("team.permissions")}>
          <Permissions here={here} />
        </Form.Item>
      </Form>
    </FormDialog>
  );
}
