import { lazy } from "react";
import type { AreaRoute } from "@/app/areas";

const Counted = lazy(() => import("./Counted"));

const routes: AreaRoute[] = [{ path: "/insight/cases", element: <Counted />, who: ["platform"], permission: "insight.read" }];
export default routes;
