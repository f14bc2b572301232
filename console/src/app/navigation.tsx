import { MenuOutlined } from "@ant-design/icons";
import { Drawer } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";
import { useOnce } from "@/shared/once";
import { type AreaRoute, areaRoutes, type Side } from "./areas";
import { useSession } from "./session";

const ON_THE_BAR = 4;

/** The screens of whoever is here, in their order. */
export function useMenu(): readonly AreaRoute[] {
  const { seat, can } = useSession();
  return areaRoutes.filter(
    (route) =>
      route.label &&
      route.who !== "anybody" &&
      route.who.includes(seat.kind as Side) &&
      (!route.permission || can(route.permission)),
  );
}

function Entry({ route, onClick }: { route: AreaRoute; onClick?: () => void }) {
  const { t } = useTranslation();
  const label = t(route.label ?? "");
  return (
    <NavLink to={route.path} end={route.path === "/"} className="nav-entry" onClick={onClick} title={label}>
      <span className="nav-icon" aria-hidden="true">
        {route.icon ?? label.slice(0, 1)}
      </span>
      <span className="nav-label">{label}</span>
    </NavLink>
  );
}

const KEPT = "amends.nav";
const WIDE = 1200;

/** Along the side, narrow or wide as one left it. */
export function SideNavigation() {
  const { t } = useTranslation("app");
  const menu = useMenu();
  const [narrow, setNarrow] = useState(
    () => (localStorage.getItem(KEPT) ?? (window.innerWidth < WIDE ? "narrow" : "")) === "narrow",
  );
  return (
    <nav className={narrow ? "nav nav-narrow" : "nav"} aria-label={t("nav.label")}>
      <div className="nav-list">
        {menu.map((route) => (
          <Entry key={route.path} route={route} />
        ))}
      </div>
      <button
        type="button"
        className="nav-collapse"
        aria-expanded={!narrow}
        onClick={() => {
          localStorage.setItem(KEPT, narrow ? "wide" : "narrow");
          setNarrow(!narrow);
        }}
      >
        <span aria-hidden="true">{narrow ? "»" : "«"}</span>
        <span className="unseen">{t(narrow ? "nav.expand" : "nav.collapse")}</span>
      </button>
    </nav>
  );
}

/** Under the thumb on a phone: the first four, and the rest one tap further. */
export function BottomNavigation() {
  const { t } = useTranslation("app");
  const menu = useMenu();
  const [open, setOpen] = useState(false);
  const asked = useOnce(open);
  const first = menu.length <= ON_THE_BAR + 1 ? menu : menu.slice(0, ON_THE_BAR);
  const rest = menu.slice(first.length);
  return (
    <nav className="bottom" aria-label={t("nav.label")}>
      {first.map((route) => (
        <Entry key={route.path} route={route} />
      ))}
      {rest.length > 0 && (
        <button type="button" className="nav-entry" onClick={() => setOpen(true)}>
          <span className="nav-icon" aria-hidden="true">
            <MenuOutlined />
          </span>
          <span className="nav-label">{t("nav.more")}</span>
        </button>
      )}
      {asked && (
        <Drawer open={open} onClose={() => setOpen(false)} placement="bottom" size="default" title={t("nav.more")}>
          <div className="nav-list">
            {rest.map((route) => (
              <Entry key={route.path} route={route} onClick={() => setOpen(false)} />
            ))}
          </div>
        </Drawer>
      )}
    </nav>
  );
}
