import { BookOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { AreaRoute } from "@/app/areas";

const First = lazy(() => import("./First"));
const PolicyPage = lazy(() => import("./PolicyPage"));
const RulePage = lazy(() => import("./RulePage"));
const TryPage = lazy(() => import("./TryPage"));
const ReleasesPage = lazy(() => import("./ReleasesPage"));

const theirs = { who: ["seller", "platform"] as const, permission: "policies.read" };

const routes: AreaRoute[] = [
  { path: "/policies", element: <First />, label: "policies:nav.policies", icon: <BookOutlined />, order: 60, ...theirs },
  { path: "/policies/:market", element: <PolicyPage />, ...theirs },
  { path: "/policies/:market/try", element: <TryPage />, ...theirs },
  { path: "/policies/:market/releases", element: <ReleasesPage />, ...theirs },
  { path: "/policies/:market/rules/:rule", element: <RulePage />, ...theirs },
  { path: "/policies/:market/:topic", element: <PolicyPage />, ...theirs },
];
export default routes;
