import { lazy } from "react";
import type { AreaRoute } from "@/app/areas";

const LogIn = lazy(() => import("./LogIn"));
const Join = lazy(() => import("./Join"));
const Account = lazy(() => import("./Account"));

const routes: AreaRoute[] = [
  { path: "/login", element: <LogIn />, who: "anybody" },
  { path: "/join", element: <Join />, who: "anybody" },
  { path: "/account", element: <Account />, who: ["seller", "platform"] },
];
export default routes;
