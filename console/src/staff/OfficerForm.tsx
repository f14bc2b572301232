import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Checkbox, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { amends, type Schemas, told } from "@/api/client";
import { useLanguage, useVocabulary } from "@/api/words";
import { useSession } from "@/app/session";
import { useTwice } from "@/login/twice";
import { useMarkets } from "@/policies/data";
import { subjectOf } from "@/shared";
import { FormDialog } from "@/shop/parts";
import { OFFERED, type Officer, STAFF, useMarketNames } from "./officers";

type Typed = Schemas["PlatformMemberBody"] & { subject: string };
const EVERYTHING = "*";

interface Props {
  officer: Officer | null;
  /** Invite instead of granting: what becomes of the code that was made. */
  made?: (code: string) => void;
  close: () => void;
}

/** Grant a role at the platform, change it, or offer it to somebody who has no login yet. What one does not hold oneself cannot be given. */
export function OfficerForm({ officer, made, close }: Props) {
  const { t } = useTranslation("staff");
  const queries = useQueryClient();
  const twice = useTwice();
  const [form] = Form.useForm<Typed>();
  const put = useMutation({
    mutationFn: async ({ subject, ...body }: Typed) => {
      const who = subject.trim();
      if (made)
        return (await twice(() => told(amends.POST("/v1/platform/invitations", { body: { ...body, subject: who } })))).code;
      await twice(() => told(amends.PUT("/v1/platform/members/{subject}", { params: { path: { subject: who } }, body })));
      return null;
    },
    onSuccess: async (code) => {
      await queries.invalidateQueries({ queryKey: code ? OFFERED : STAFF });
      close();
      if (code) made?.(code);
    },
  });
  const subject = officer ? subjectOf(officer.person) : "";
  return (
    <FormDialog
      form={form}
      sending={put}
      close={close}
      title={officer ? officer.name || subject : t(made ? "invite" : "add")}
      ok={made && t("invite")}
    >
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
          <Form.Item
            name="subject"
            label={t("subject")}
            extra={t(made ? "inviteHelp" : "subjectHelp")}
            rules={[{ required: true, message: "" }]}
          >
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
