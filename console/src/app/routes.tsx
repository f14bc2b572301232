import { type ReactNode, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { createBrowserRouter, Link, Navigate, type RouteObject } from "react-router";
import { Empty, Loading, NotAllowed } from "@/shared";
import { type AreaRoute, areaRoutes, type Side } from "./areas";
import { BrokenRoute } from "./ErrorBoundary";
import { useMenu } from "./navigation";
import { Shell } from "./Shell";
import { useSession } from "./session";

/** Somebody else's screen is not drawn at all; the server would refuse each of its calls anyway. */
function Guarded({ route, children }: { route: AreaRoute; children: ReactNode }) {
  const { seat, can } = useSession();
  const theirs = route.who === "anybody" || route.who.includes(seat.kind as Side);
  if (!theirs || (route.permission && !can(route.permission))) return <NotAllowed permission={route.permission} />;
  return children;
}

/** The first screen is the first of one's menu: a seller's list, a reviewer's lanes. */
function First() {
  const [first] = useMenu();
  return first ? <Navigate to={first.path} replace /> : <NotAllowed />;
}

function Missing() {
  const { t } = useTranslation("app");
  return <Empty title={t("missing.title")} action={<Link to="/">{t("missing.home")}</Link>} />;
}

const open: RouteObject[] = areaRoutes
  .filter((route) => route.who === "anybody")
  .map((route) => ({
    path: route.path,
    element: <Suspense fallback={<Loading />}>{route.element}</Suspense>,
    errorElement: <BrokenRoute />,
  }));

const inside: RouteObject[] = areaRoutes
  .filter((route) => route.who !== "anybody")
  .map((route) => ({
    path: route.path,
    element: <Guarded route={route}>{route.element}</Guarded>,
    errorElement: <BrokenRoute />,
  }));

export const router = createBrowserRouter([
  ...open,
  {
    element: <Shell />,
    errorElement: <BrokenRoute />,
    children: [{ path: "/", element: <First /> }, ...inside, { path: "*", element: <Missing /> }],
  },
]);
