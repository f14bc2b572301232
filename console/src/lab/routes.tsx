import { ExperimentOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { AreaRoute } from "@/app/areas";

const DraftList = lazy(() => import("./DraftList"));
const DraftPage = lazy(() => import("./DraftPage"));

const routes: AreaRoute[] = [
  {
    path: "/lab",
    element: <DraftList />,
    label: "lab:nav",
    icon: <ExperimentOutlined />,
    who: ["platform"],
    permission: "policies.read",
    order: 60,
  },
  { path: "/lab/:draftId", element: <DraftPage />, who: ["platform"], permission: "policies.read" },
];
export default routes;
