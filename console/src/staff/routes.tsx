import { TeamOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { AreaRoute } from "@/app/areas";

const Staff = lazy(() => import("./Staff"));

const routes: AreaRoute[] = [
  {
    path: "/staff",
    element: <Staff />,
    label: "staff:nav",
    icon: <TeamOutlined />,
    who: ["platform"],
    permission: "members.manage",
    order: 62,
  },
];
export default routes;
