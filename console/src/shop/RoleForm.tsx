import { Checkbox, Form, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useLanguage, useVocabulary } from "@/api/words";
import type { Here } from "./parts";

/** The permissions of sellers; the platform's own cannot be granted in a shop. */
const SELLERS = [
  "orders.read", "orders.write", "cases.read", "cases.open", "cases.handle", "cases.work", "evidence.read", "evidence.write",
  "messages.write", "replies.manage", "automation.manage", "members.manage", "notices.manage", "scores.read", "scores.appeal",
  "webhooks.manage", "tokens.manage", "events.read", "policies.read", "parcels.write", "captions.write",
] as const; // biome-ignore format: a list of words

/** One of many words to choose, in the reader's language; what one does not hold oneself cannot be given. */
export function Permissions({ here, value, onChange }: { here: Here; value?: string[]; onChange?: (chosen: string[]) => void }) {
  const words = useVocabulary("permissions");
  const language = useLanguage();
  return (
    <Checkbox.Group
      value={value}
      onChange={(chosen) => onChange?.(chosen as string[])}
      className="ticks"
      options={SELLERS.map((word) => ({ value: word, label: words.get(word)?.[language] ?? word, disabled: !here.may(word) }))}
    />
  );
}

/** A role, and its permissions where they are chosen by hand. */
export function RoleFields({ here, role }: { here: Here; role: string | undefined }) {
  const { t } = useTranslation("shop");
  const language = useLanguage();
  const roles = useVocabulary("roles");
  const form = Form.useFormInstance();
  const held = (word: string) => (roles.get(word)?.traits.permissions as string[] | undefined) ?? [];
  const options = [...roles.values()]
    .filter((one) => one.traits.of !== "platform")
    .map((one) => ({ value: one.word, label: one[language], disabled: !held(one.word).every((word) => here.may(word)) }));
  return (
    <>
      <Form.Item name="role" label={t("team.role")} rules={[{ required: true, message: "" }]}>
        <Select options={options} onChange={(word: string) => form.setFieldValue("permissions", held(word))} />
      </Form.Item>
      {role && role !== "main_account" && (
        <Form.Item name="permissions" label={t("team.custom")}>
          <Permissions here={here} />
        </Form.Item>
      )}
    </>
  );
}

/** Permissions as one line of words. */
export function useHeld(): (permissions: readonly string[]) => string {
  const { t } = useTranslation("shop");
  const language = useLanguage();
  const words = useVocabulary("permissions");
  return (permissions) =>
    permissions.includes("*")
      ? t("team.everything")
      : permissions.map((word) => words.get(word)?.[language] ?? word).join(language === "zh" ? "、" : ", ") || "—";
}
