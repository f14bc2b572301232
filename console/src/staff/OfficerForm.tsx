import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Checkbox, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { amends, type Schemas, told } from "@/api/client";
import { useLanguage, useVocabulary } from "@/api/words";
import { useSession } from "@/app/session";
import { useTwice } from "@/login/twice";
import { useMarkets } from "@/policies/data";
import { FormDialog } from "@/shop/parts";
import { type Officer, STAFF, subjectOf, useMarketNames } from "./Staff";

type Typed = Schemas["PlatformMemberBody"] & { subject: string };
const EVERYTHING = "*";

/** Grant a role at the platform, or change it. What one does not hold oneself cannot be given. */
export function OfficerForm({ officer, close }: { officer: Officer | null; close: () => void }) {
  const { t } = useTranslation("staff");
  const queries = useQueryClient();
  const twice = useTwice();
  const [form] = Form.useForm<Typed>();
  const put = useMutation({
    mutationFn: ({ subject, ...body }: Typed) =>
      twice(() => told(amends.PUT("/v1/platform/members/{subject}", { params: { path: { subject: subject.trim() } }, body }))),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: STAFF });
      close();
    },
  });
  const subject = officer ? subjectOf(officer.person) : "";
  return (
    <FormDialog form={form} sending={put} close={close} title={officer ? officer.name || subject : t("add")}>
      <Form<Typed>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={
          officer
            ? { subject, name: officer.name, role: officer.role, permissions: officer.permissions, markets: officer.markets }
            : { markets: [] }
        }
        onFinish={(typed) => put.mutate(officer ? { ...typed, subject } : typed)}
      >
        {!officer && (
          <Form.Item name="subject" label={t("subject")} extra={t("subjectHelp")} rules={[{ required: true, message: "" }]}>
            <Input autoFocus autoCapitalize="none" spellCheck={false} maxLength={200} />
          </Form.Item>
        )}
        <Form.Item name="name" label={t("name")}>
          <Input maxLength={200} />
        </Form.Item>
        <Role />
        <Markets />
      </Form>
    </FormDialog>
  );
}

/** A role, and its permissions where they are chosen by hand. */
function Role() {
  const { t } = useTranslation("staff");
  const language = useLanguage();
  const { can } = useSession();
  const roles = useVocabulary("roles");
  const permissions = useVocabulary("permissions");
  const form = Form.useFormInstance<Typed>();
  const role = Form.useWatch("role", form);
  const held = (word: string) => (roles.get(word)?.traits.permissions as string[] | undefined) ?? [];
  const all = held(role ?? "").includes(EVERYTHING);
  return (
    <>
      <Form.Item name="role" label={t("role")} rules={[{ required: true, message: "" }]}>
        <Select
          options={[...roles.values()]
            .filter((one) => one.traits.of !== "seller")
            .map((one) => ({ value: one.word, label: one[language], disabled: !held(one.word).every((word) => can(word)) }))}
          onChange={(word: string) => form.setFieldValue("permissions", held(word))}
        />
      </Form.Item>
      <Form.Item name="permissions" label={t("permissions")} hidden={!role || all}>
        <Checkbox.Group
          className="ticks"
          options={[...permissions.values()].map((one) => ({
            value: one.word,
            label: one[language],
            disabled: !can(one.word),
          }))}
        />
      </Form.Item>
    </>
  );
}

function Markets() {
  const { t } = useTranslation("staff");
  const names = useMarketNames();
  const known = new Set(useMarkets().data?.markets.flatMap((one) => (one.supported ? [one.market] : [])));
  const options = [...names].filter(([value]) => known.has(value)).map(([value, label]) => ({ value, label }));
  return (
    <Form.Item name="markets" label={t("markets")} extra={t("marketsHelp")}>
      <Select mode="multiple" options={options} showSearch={{ optionFilterProp: "label" }} />
    </Form.Item>
  );
}
