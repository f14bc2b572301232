import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { DatePicker, Form, Input, InputNumber, Radio, Select, Switch } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useTranslation } from "react-i18next";
import { amends, type Schemas, told } from "@/api/client";
import { useLanguage, useVocabulary } from "@/api/words";
import { minorDigits, minorUnits } from "@/shared/Money";
import { FormDialog, type Here } from "./parts";
import type { Rule } from "./rule";

type Body = Schemas["ShopRuleBody"];
type Typed = Omit<Body, "amount_at_least" | "amount_at_most" | "begins" | "ends"> & {
  least?: string;
  most?: string;
  begins?: Dayjs | null;
  ends?: Dayjs | null;
};

function decimal(amount: number | null | undefined, currency: string | undefined): string {
  if (!currency) return "";
  const digits = minorDigits(currency);
  return amount == null ? "" : (amount / 10 ** digits).toFixed(digits);
}

/** The form that sellers know: a name, accepted reasons, categories, a range of amounts, dates, a cap for each customer, on or off. */
export function RuleForm({ here, rule, close }: { here: Here; rule: Rule | null; close: () => void }) {
  const { t } = useTranslation("shop");
  const queries = useQueryClient();
  const [form] = Form.useForm<Typed>();
  const seen = Form.useWatch([], form) as Typed | undefined;
  const policy = useQuery({
    queryKey: ["currency", here.shop.market],
    queryFn: () => told(amends.GET("/v1/policies/{market}", { params: { path: { market: here.shop.market } } })),
    enabled: here.may("policies.read"),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const currency = rule?.rule.currency ?? policy.data?.currency;
  const path = { shop_id: here.path };
  const put = useMutation({
    mutationFn: (typed: Typed) => {
      const body = bodyOf(typed, currency);
      return rule
        ? told(
            amends.PUT("/v1/shops/{shop_id}/rules/{rule_id}", {
              params: { path: { ...path, rule_id: rule.id }, header: { "If-Match": `"${rule.version}"` } },
              body,
            }),
          )
        : told(amends.POST("/v1/shops/{shop_id}/rules", { params: { path }, body }));
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["shop rules", here.id] });
      close();
    },
  });
  const wide = seen && seen.does !== "propose" && !seen.most && !seen.per_buyer && !(seen.reasons ?? []).length;
  const known = rule?.rule;
  return (
    <FormDialog form={form} sending={put} close={close} title={rule?.name ?? t("rules.title")} width={640}>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{
          does: "approve",
          per_buyer_days: 30,
          ...known,
          name: rule?.name,
          active: rule?.active ?? true,
          least: decimal(known?.amount_at_least, currency),
          most: decimal(known?.amount_at_most, currency),
          begins: known?.begins ? dayjs(known.begins) : null,
          ends: known?.ends ? dayjs(known.ends) : null,
        }}
        onFinish={(typed) => put.mutate(typed)}
      >
        <Fields currency={currency} does={seen?.does ?? known?.does ?? "approve"} />
      </Form>
      {wide && (
        <p className="warn" role="status">
          {t("rules.wide")}
        </p>
      )}
    </FormDialog>
  );
}

/** Amounts are asked for once the shop's currency is known: a guess would be a limit in another one. */
function Fields({ currency, does }: { currency: string | undefined; does: string }) {
  const { t } = useTranslation("shop");
  const language = useLanguage();
  const words = { kinds: useVocabulary("kinds"), reasons: useVocabulary("reasons"), categories: useVocabulary("categories") };
  const options = (list: keyof typeof words) =>
    [...words[list].values()].map((one) => ({ value: one.word, label: one[language] }));
  const of = (label: string) => (currency ? `${label} (${currency})` : label);
  const amount = {
    validator: (_: unknown, text?: string) =>
      !text || (currency && minorUnits(text, currency) !== null) ? Promise.resolve() : Promise.reject(new Error(currency)),
  };
  return (
    <>
      <Form.Item name="name" label={t("rules.name")} rules={[{ required: true, message: "" }]}>
        <Input autoFocus maxLength={200} />
      </Form.Item>
      <Form.Item name="does" label={t("rules.does")}>
        <Radio.Group
          options={(["approve", "let_keep", "propose"] as const).map((word) => ({ value: word, label: t(`rules.${word}`) }))}
        />
      </Form.Item>
      {does === "propose" && (
        <Form.Item name="offer_kind" label={t("rules.offer")} rules={[{ required: true, message: "" }]}>
          <Select options={options("kinds")} />
        </Form.Item>
      )}
      {(["kinds", "reasons", "categories"] as const).map((list) => (
        <Form.Item key={list} name={list} label={t(`rules.${list}`)}>
          <Select mode="multiple" placeholder={t("rules.all")} options={options(list)} optionFilterProp="label" allowClear />
        </Form.Item>
      ))}
      <div className="pairs">
        <Form.Item name="least" label={of(t("rules.from"))} rules={[amount]}>
          <Input inputMode="decimal" disabled={!currency} />
        </Form.Item>
        <Form.Item name="most" label={of(t("rules.to"))} rules={[amount]}>
          <Input inputMode="decimal" disabled={!currency} />
        </Form.Item>
        <Form.Item name="per_buyer" label={t("rules.perBuyer")}>
          <InputNumber min={1} max={1000} style={{ width: "100%" }} />
        </Form.Item>
        <Form.Item name="per_buyer_days" label={t("rules.perBuyerDays")}>
          <InputNumber min={1} max={3660} style={{ width: "100%" }} />
        </Form.Item>
        <Form.Item name="begins" label={t("rules.begins")}>
          <DatePicker showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" style={{ width: "100%" }} />
        </Form.Item>
        <Form.Item name="ends" label={t("rules.ends")}>
          <DatePicker showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" style={{ width: "100%" }} />
        </Form.Item>
      </div>
      <Form.Item name="active" label={t("rules.active")} valuePropName="checked">
        <Switch />
      </Form.Item>
    </>
  );
}

function bodyOf({ least, most, begins, ends, ...typed }: Typed, currency: string | undefined): Body {
  const from = least && currency ? minorUnits(least, currency) : null;
  const to = most && currency ? minorUnits(most, currency) : null;
  return {
    ...typed,
    amount_at_least: from,
    amount_at_most: to,
    currency: from !== null || to !== null ? (currency ?? null) : null,
    begins: begins?.toISOString() ?? null,
    ends: ends?.toISOString() ?? null,
    offer_kind: typed.does === "propose" ? typed.offer_kind : null,
  };
}
