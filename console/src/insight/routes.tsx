import { AuditOutlined, LineChartOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { AreaRoute } from "@/app/areas";

const Dashboard = lazy(() => import("./Dashboard"));
const Tracking = lazy(() => import("./Tracking"));

const routes: AreaRoute[] = [
  {
    path: "/insight",
    element: <Dashboard />,
    label: "insight:nav.dashboard",
    icon: <LineChartOutlined />,
    who: ["seller", "platform"],
    permission: "insight.read",
    order: 60,
  },
  {
    path: "/insight/rejections",
    element: <Tracking />,
    label: "insight:nav.tracking",
    icon: <AuditOutlined />,
    who: ["seller", "platform"],
    permission: "insight.read",
    order: 61,
  },
];
export default routes;
