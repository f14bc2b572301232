import { ShopOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { AreaRoute } from "@/app/areas";

const ShopPage = lazy(() => import("./ShopPage"));

const routes: AreaRoute[] = [
  { path: "/shop", element: <ShopPage />, label: "shop:nav", icon: <ShopOutlined />, who: ["seller"], order: 60 },
  { path: "/shop/:part", element: <ShopPage />, who: ["seller"] },
];
export default routes;
