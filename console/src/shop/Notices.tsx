import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Form, Input, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { amends, type Schemas, told } from "@/api/client";
import { useLanguage } from "@/api/words";
import { NotYet, ProblemNotice } from "@/shared";
import { Act, Card, type Here, useNeeds } from "./parts";

type Body = Schemas["NoticeSettingBody"];

export default function Notices({ here }: { here: Here }) {
  const { t } = useTranslation("shop");
  const setting = useQuery({
    queryKey: ["notice setting", here.id],
    queryFn: () => told(amends.GET("/v1/shops/{shop_id}/notices", { params: { path: { shop_id: here.path } } })),
  });
  if (!setting.data) return <NotYet of={setting} rows={4} height={40} />;
  return (
    <Card title={t("notices.title")} text={t("notices.text")}>
      <Setting here={here} known={setting.data} />
    </Card>
  );
}

function Setting({ here, known }: { here: Here; known: Schemas["NoticeSettingView"] }) {
  const { t } = useTranslation("shop");
  const language = useLanguage();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const needs = useNeeds(here)("notices.manage");
  const [form] = Form.useForm<Body>();
  const put = useMutation({
    mutationFn: (body: Body) =>
      told(
        amends.PUT("/v1/shops/{shop_id}/notices", {
          params: { path: { shop_id: here.path } },
          body: { ...body, digest_hour: body.digest_hour ?? null },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["notice setting", here.id] });
      void message.success(t("saved"));
    },
  });
  const zones = Intl.supportedValuesOf("timeZone");
  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      style={{ maxWidth: 480 }}
      initialValues={{
        ...known,
        language: known.language ?? language,
        alarms: known.address ? known.alarms : true,
        zone: known.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
      }}
      onFinish={(body) => put.mutate(body)}
    >
      {put.error && <ProblemNotice error={put.error} />}
      <Form.Item name="address" label={t("notices.address")} rules={[{ required: true, type: "email", message: "" }]}>
        <Input type="email" autoComplete="email" maxLength={254} />
      </Form.Item>
      <Form.Item name="language" label={t("notices.language")}>
        <Select
          options={[
            { value: "zh", label: "中文" },
            { value: "en", label: "English" },
          ]}
        />
      </Form.Item>
      <Form.Item name="alarms" label={t("notices.alarms")} valuePropName="checked">
        <Switch />
      </Form.Item>
      <div className="pairs">
        <Form.Item name="digest_hour" label={t("notices.digest")}>
          <Select
            allowClear
            placeholder={t("notices.noDigest")}
            options={Array.from({ length: 24 }, (_, hour) => ({ value: hour, label: `${String(hour).padStart(2, "0")}:00` }))}
          />
        </Form.Item>
        <Form.Item name="zone" label={t("notices.zone")}>
          <Select showSearch={{ optionFilterProp: "label" }} options={zones.map((zone) => ({ value: zone, label: zone }))} />
        </Form.Item>
      </div>
      <Act needs={needs} small={false} primary loading={put.isPending} onClick={() => form.submit()}>
        {t("save")}
      </Act>
    </Form>
  );
}
