import { Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ProblemNotice } from "@/shared";
import { useRested } from "@/shared/rested";

/** One of all the marketplace's shops, found by a part of its name or reference. */
export function ShopPicker({ shop, pick }: { shop: number | null; pick: (shop: number | null) => void }) {
  const { t } = useTranslation("operations");
  const [typed, type] = useState("");
  const [q, ask] = useState("");
  useRested(() => {
    ask(typed.trim());
    return undefined;
  }, [typed]);
  const found = api.useQuery(
    "get",
    "/v1/shops",
    { params: { query: { limit: 20, ...(q ? { q } : {}) } } },
    { placeholderData: (before) => before },
  );
  return (
    <Select
      className="shop-picker"
      value={shop}
      showSearch
      allowClear
      filterOption={false}
      loading={found.isFetching}
      aria-label={t("lanes.shop")}
      placeholder={t("lanes.shop")}
      notFoundContent={found.error ? <ProblemNotice error={found.error} /> : found.isFetching ? null : t("lanes.noShop")}
      popupMatchSelectWidth={false}
      options={(found.data?.shops ?? []).map((one) => ({ value: one.id, label: `${one.name} · ${one.reference}` }))}
      onSearch={type}
      onChange={(chosen: number | undefined) => pick(chosen ?? null)}
    />
  );
}
