import { AuditOutlined, EyeOutlined, FileProtectOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { AreaRoute } from "@/app/areas";

const Lanes = lazy(() => import("./Lanes"));
const DisputePage = lazy(() => import("./DisputePage"));
const Rechecks = lazy(() => import("./Rechecks"));
const Requests = lazy(() => import("./Requests"));

const routes: AreaRoute[] = [
  {
    path: "/reviews",
    element: <Lanes />,
    label: "reviews:nav.lanes",
    icon: <AuditOutlined />,
    who: ["platform"],
    permission: "disputes.rule",
    order: 20,
  },
  { path: "/reviews/:caseId", element: <DisputePage />, who: ["platform"], permission: "disputes.rule" },
  {
    path: "/rechecks",
    element: <Rechecks />,
    label: "reviews:nav.rechecks",
    icon: <EyeOutlined />,
    who: ["platform"],
    permission: "cases.recheck",
    order: 21,
  },
  {
    path: "/appeals",
    element: <Requests />,
    label: "reviews:nav.requests",
    icon: <FileProtectOutlined />,
    who: ["platform"],
    permission: "scores.read",
    order: 23,
  },
];
export default routes;
