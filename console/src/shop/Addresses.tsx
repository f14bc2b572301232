import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Checkbox, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { amends, type Schemas, told } from "@/api/client";
import { Chip, Empty, Failed, Loading, ProblemNotice } from "@/shared";
import { Act, Card, FormDialog, type Here, useNeeds, useSure } from "./parts";

type Address = Schemas["AddressBody"];

/** The book of addresses that goods go back to (U-15). */
export default function Addresses({ here }: { here: Here }) {
  const { t } = useTranslation("shop");
  const needs = useNeeds(here)("cases.handle");
  const sure = useSure();
  const queries = useQueryClient();
  const key = ["return addresses", here.id];
  const [adding, setAdding] = useState(false);
  const addresses = useQuery({
    queryKey: key,
    queryFn: () => told(amends.GET("/v1/return-addresses", { params: { query: { shop_id: here.id } } })),
  });
  const remove = useMutation({
    mutationFn: (id: string) =>
      told(amends.DELETE("/v1/return-addresses/{address_id}", { params: { path: { address_id: id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  const action = (
    <Act needs={needs} small={false} primary onClick={() => setAdding(true)}>
      {t("add")}
    </Act>
  );
  return (
    <Card title={t("addresses.title")} text={t("addresses.text")} action={action}>
      {remove.error && <ProblemNotice error={remove.error} />}
      {addresses.isPending && <Loading rows={2} height={40} />}
      {addresses.error && <Failed error={addresses.error} onRetry={() => void addresses.refetch()} />}
      {addresses.data?.addresses.length === 0 && <Empty title={t("addresses.none")}>{t("addresses.noneText")}</Empty>}
      <ul className="rows">
        {addresses.data?.addresses.map((one) => (
          <li key={one.id}>
            <address className="rows-main" style={{ fontStyle: "normal", margin: 0 }}>
              <div className="rows-name">
                {one.name} {one.preferred && <Chip meaning="you">{t("addresses.preferred")}</Chip>}
              </div>
              <div className="quiet">
                {[one.line, one.city, one.region, one.postcode, one.country, one.phone].filter(Boolean).join(", ")}
              </div>
            </address>
            <Act needs={needs} danger onClick={() => sure(t("sure"), () => remove.mutateAsync(one.id))}>
              {t("remove")}
            </Act>
          </li>
        ))}
      </ul>
      {adding && <Add here={here} close={() => setAdding(false)} />}
    </Card>
  );
}

function Add({ here, close }: { here: Here; close: () => void }) {
  const { t } = useTranslation("shop");
  const queries = useQueryClient();
  const [form] = Form.useForm<Address>();
  const put = useMutation({
    mutationFn: (body: Address) => told(amends.POST("/v1/return-addresses", { body: { ...body, shop_id: here.id } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["return addresses", here.id] });
      close();
    },
  });
  const field = (name: keyof Address, required: boolean, most: number, autoComplete: string) => (
    <Form.Item name={name} label={t(`addresses.${name}`)} rules={[{ required, message: "" }]}>
      <Input maxLength={most} autoComplete={autoComplete} />
    </Form.Item>
  );
  return (
    <FormDialog form={form} sending={put} close={close} title={t("addresses.title")}>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ country: here.shop.market.toUpperCase(), preferred: false }}
        onFinish={(typed) => put.mutate({ ...typed, country: typed.country.toUpperCase() })}
      >
        {field("name", true, 200, "name")}
        {field("line", true, 200, "street-address")}
        <div className="pairs">
          {field("city", true, 200, "address-level2")}
          {field("region", false, 100, "address-level1")}
          {field("postcode", false, 16, "postal-code")}
          {field("country", true, 2, "country")}
          {field("phone", false, 40, "tel")}
        </div>
        <Form.Item name="preferred" valuePropName="checked">
          <Checkbox>{t("addresses.preferred")}</Checkbox>
        </Form.Item>
      </Form>
    </FormDialog>
  );
}
