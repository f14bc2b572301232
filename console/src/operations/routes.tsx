import { ToolOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { AreaRoute } from "@/app/areas";

const Desk = lazy(() => import("./Desk"));

const routes: AreaRoute[] = [
  {
    path: "/operations",
    element: <Desk />,
    label: "operations:nav.desk",
    icon: <ToolOutlined />,
    who: ["platform"],
    permission: "attention.read",
    order: 22,
  },
  { path: "/operations/:tab", element: <Desk />, who: ["platform"], permission: "attention.read" },
];
export default routes;
