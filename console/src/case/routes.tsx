import { lazy } from "react";
import type { AreaRoute } from "@/app/areas";

const CasePage = lazy(() => import("./CasePage"));

const routes: AreaRoute[] = [
  { path: "/cases/:id", element: <CasePage />, who: ["seller", "platform"], permission: "cases.read" },
];
export default routes;
