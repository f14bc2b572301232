import { UnorderedListOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { AreaRoute } from "@/app/areas";

const load = () => import("./CaseList");
if (["/", "/cases"].includes(window.location.pathname)) void load(); // it is what will be drawn first
const CaseList = lazy(load);

const routes: AreaRoute[] = [
  {
    path: "/cases",
    element: <CaseList />,
    label: "cases:nav.list",
    icon: <UnorderedListOutlined />,
    who: ["seller"],
    permission: "cases.read",
    order: 10,
  },
];
export default routes;
