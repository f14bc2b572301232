import { UnorderedListOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { AreaRoute } from "@/app/areas";

const CaseList = lazy(() => import("./CaseList"));

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
