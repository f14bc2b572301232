import { FilterOutlined } from "@ant-design/icons";
import { Button, Popover } from "antd";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Loading } from "@/shared";
import { type Change, type Filter, MORE } from "./filter";
import { usePhone } from "./phone";

const MoreFields = lazy(() => import("./MoreFields"));

/** What is asked for more rarely: amounts, whose hands it is in, a tag. The button says how many of them are set. */
export function MoreFilters({
  filter,
  change,
  currency,
}: {
  filter: Filter;
  change: (change: Change) => void;
  currency: string;
}) {
  const { t } = useTranslation("cases");
  const phone = usePhone();
  const [open, setOpen] = useState(false);
  const count = MORE.filter((name) => filter[name]).length;
  return (
    <Popover
      trigger="click"
      placement={phone ? "bottom" : "bottomLeft"}
      open={open}
      onOpenChange={setOpen}
      destroyOnHidden
      content={
        <div className="more">
          <Suspense fallback={<Loading rows={6} />}>
            <MoreFields filter={filter} change={change} currency={currency} close={() => setOpen(false)} />
          </Suspense>
        </div>
      }
    >
      <Button icon={<FilterOutlined />} type={count > 0 ? "primary" : "default"} ghost={count > 0}>
        {count > 0 ? t("more.some", { count }) : t("more.label")}
      </Button>
    </Popover>
  );
}
