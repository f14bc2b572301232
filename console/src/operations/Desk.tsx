import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { useSession } from "@/app/session";
import { NotAllowed } from "@/shared";
import { Chargebacks } from "./Chargebacks";
import { Gauges } from "./Gauges";
import { Lanes } from "./Lanes";
import { Outages } from "./Outages";
import { Privacy } from "./Privacy";
import { Waiting } from "./Waiting";
import "./operations.css";

const TABS = [
  { key: "waiting", permission: "attention.read", children: <Waiting /> },
  { key: "outages", permission: "outages.manage", children: <Outages /> },
  { key: "chargebacks", permission: "cases.read", children: <Chargebacks /> },
  { key: "lanes", permission: "attention.read", children: <Lanes /> },
  { key: "privacy", permission: "privacy.manage", children: <Privacy /> },
];

/** Everything that the machine hands to people who run it, one tab for each sort of work; a tab that is not one's own is not there. */
export default function Desk() {
  const { t } = useTranslation("operations");
  const { can } = useSession();
  const { tab = "waiting" } = useParams();
  const go = useNavigate();
  const closed = TABS.find((one) => one.key === tab && !can(one.permission));
  const items = TABS.filter((one) => can(one.permission)).map(({ key, children }) => ({
    key,
    label: t(`tabs.${key}`),
    children,
  }));
  return (
    <div className="page">
      <h1 className="page-title">{t("title")}</h1>
      <Gauges />
      <Tabs
        activeKey={tab}
        items={items}
        destroyOnHidden
        onChange={(key) => void go(key === "waiting" ? "/operations" : `/operations/${key}`)}
      />
      {closed && <NotAllowed permission={closed.permission} />}
    </div>
  );
}
