import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { amends, type Schemas, told } from "@/api/client";
import { useLanguage, useSay } from "@/api/words";
import { Chip, Empty, Failed, Loading, NotYet, ProblemNotice } from "@/shared";
import { MacroForm } from "./MacroForm";
import { Act, Card, type Here, useNeeds, useSure } from "./parts";

type Both = Schemas["QuickReplyBody"];
type Macro = Schemas["MacroView"];
const MANAGE = "replies.manage";

export default function Replies({ here }: { here: Here }) {
  return (
    <>
      <QuickReplies here={here} />
      <Macros here={here} />
    </>
  );
}

/** As many replies as the platform allows (U-11), each in both languages. */
function QuickReplies({ here }: { here: Here }) {
  const { t } = useTranslation("shop");
  const replies = useQuery({
    queryKey: ["quick replies", here.id],
    queryFn: () => told(amends.GET("/v1/shops/{shop_id}/quick-replies", { params: { path: { shop_id: here.path } } })),
  });
  if (!replies.data) return <NotYet of={replies} rows={5} height={40} />;
  return (
    <Card title={t("replies.title", { most: replies.data.most })} text={t("replies.text")}>
      <ReplyForm here={here} known={replies.data} />
    </Card>
  );
}

function ReplyForm({ here, known }: { here: Here; known: Schemas["QuickReplies"] }) {
  const { t } = useTranslation("shop");
  const { message } = App.useApp();
  const queries = useQueryClient();
  const needs = useNeeds(here)(MANAGE);
  const [form] = Form.useForm<{ replies: Both[] }>();
  const slots = Array.from({ length: known.most }, (_, at) => {
    const set = known.replies.find((one) => one.slot === at + 1);
    return { zh: set?.zh ?? "", en: set?.en ?? "" };
  });
  const put = useMutation({
    mutationFn: (list: Both[]) =>
      told(
        amends.PUT("/v1/shops/{shop_id}/quick-replies", {
          params: { path: { shop_id: here.path } },
          body: { replies: list.filter((one) => one.zh.trim() && one.en.trim()) },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["quick replies", here.id] });
      void message.success(t("saved"));
    },
  });
  const presets = () =>
    form.setFieldsValue({
      replies: slots.map((slot, at) => (slot.zh ? slot : { zh: known.presets[at]?.zh ?? "", en: known.presets[at]?.en ?? "" })),
    });
  return (
    <Form
      form={form}
      layout="vertical"
      disabled={needs !== null}
      initialValues={{ replies: slots }}
      onFinish={(typed) => put.mutate(typed.replies)}
    >
      {put.error && <ProblemNotice error={put.error} />}
      {slots.map((_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a slot is its number
        <fieldset key={at} style={{ border: 0, margin: 0, padding: 0 }}>
          <legend className="quiet">{t("replies.slot", { slot: at + 1 })}</legend>
          <div className="pairs">
            {(["zh", "en"] as const).map((language) => (
              <Form.Item key={language} name={["replies", at, language]} label={t(`replies.${language}`)}>
                <Input.TextArea lang={language === "zh" ? "zh-CN" : "en"} autoSize={{ minRows: 1, maxRows: 4 }} maxLength={500} />
              </Form.Item>
            ))}
          </div>
        </fieldset>
      ))}
      <div className="rows-acts">
        <Act needs={needs} small={false} primary loading={put.isPending} onClick={() => form.submit()}>
          {t("save")}
        </Act>
        <Button type="link" disabled={needs !== null} onClick={presets}>
          {t("replies.preset")}
        </Button>
      </div>
    </Form>
  );
}

function Macros({ here }: { here: Here }) {
  const { t } = useTranslation("shop");
  const language = useLanguage();
  const say = useSay("moves");
  const needs = useNeeds(here)(MANAGE);
  const sure = useSure();
  const queries = useQueryClient();
  const key = ["macros", here.id];
  const [changing, setChanging] = useState<Macro | "new" | null>(null);
  const macros = useQuery({
    queryKey: key,
    queryFn: () => told(amends.GET("/v1/shops/{shop_id}/macros", { params: { path: { shop_id: here.path } } })),
  });
  const remove = useMutation({
    mutationFn: (id: string) =>
      told(amends.DELETE("/v1/shops/{shop_id}/macros/{macro_id}", { params: { path: { shop_id: here.path, macro_id: id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  const action = (
    <Act needs={needs} small={false} onClick={() => setChanging("new")}>
      {t("add")}
    </Act>
  );
  return (
    <Card title={t("replies.macros")} text={t("replies.macrosText")} action={action}>
      {remove.error && <ProblemNotice error={remove.error} />}
      {macros.isPending && <Loading rows={2} height={32} />}
      {macros.error && <Failed error={macros.error} onRetry={() => void macros.refetch()} />}
      {macros.data?.macros.length === 0 && <Empty title={t("replies.none")} />}
      <ul className="rows">
        {macros.data?.macros.map((one) => (
          <li key={one.id}>
            <div className="rows-main">
              <div className="rows-name">
                {one.name} <Chip meaning="you">{say("moves", one.move)}</Chip>
              </div>
              <div className="quiet">{one[language]}</div>
            </div>
            <div className="rows-acts">
              <Act needs={needs} onClick={() => setChanging(one)}>
                {t("change")}
              </Act>
              <Act needs={needs} danger onClick={() => sure(t("sure"), () => remove.mutateAsync(one.id))}>
                {t("remove")}
              </Act>
            </div>
          </li>
        ))}
      </ul>
      {changing && <MacroForm here={here} macro={changing === "new" ? null : changing} close={() => setChanging(null)} />}
    </Card>
  );
}
