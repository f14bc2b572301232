import { SwapOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { AreaRoute } from "@/app/areas";

const Files = lazy(() => import("./Files"));

const routes: AreaRoute[] = [
  {
    path: "/files",
    element: <Files />,
    label: "exchange:nav",
    icon: <SwapOutlined />,
    who: ["seller", "platform"],
    permission: "orders.read",
    order: 60,
  },
];
export default routes;
