import { Select } from "antd";
import { type ComponentType, lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { NavLink, useParams } from "react-router";
import { useSession } from "@/app/session";
import { AskedTwice } from "@/login/twice";
import { Empty, Loading, NotAllowed } from "@/shared";
import { type Here, useHere } from "./parts";
import "./shop.css";

type Part = ComponentType<{ here: Here }>;
/** Each part with what one must hold to see it: any of them, where the part says for each piece of it which one is missing. */
const PARTS: Record<string, { part: Part; needs: readonly string[] }> = {
  team: { part: lazy(() => import("./Team")), needs: ["members.manage"] },
  replies: { part: lazy(() => import("./Replies")), needs: ["cases.read"] },
  addresses: { part: lazy(() => import("./Addresses")), needs: ["orders.read"] },
  rules: { part: lazy(() => import("./Rules")), needs: ["cases.read"] },
  connections: { part: lazy(() => import("./Connections")), needs: ["webhooks.manage", "tokens.manage"] },
  notices: { part: lazy(() => import("./Notices")), needs: ["notices.manage"] },
  standing: { part: lazy(() => import("./Standing")), needs: ["cases.read", "scores.read"] },
};

/** Everything that a shop sets for itself. */
export default function ShopPage() {
  const { t } = useTranslation("shop");
  const { part: named } = useParams();
  const { shops, shop } = useSession();
  const [chosen, setChosen] = useState<number | null>(null);
  const here = useHere(chosen);
  if (!here) return <NotAllowed />;
  const theirs = Object.entries(PARTS).find(([, { needs }]) => needs.some(here.may));
  const part = named ?? theirs?.[0] ?? "team";
  const found = PARTS[part];
  return (
    <AskedTwice>
      <div className="page">
        <div className="shop-head">
          <h1 className="page-title">{here.shop.name || t("nav")}</h1>
          {shop === null && shops.length > 1 && (
            <Select
              aria-label={t("choose")}
              value={here.id}
              onChange={setChosen}
              popupMatchSelectWidth={false}
              options={shops.map((one) => ({ value: one.shop_id, label: one.name || one.reference }))}
            />
          )}
        </div>
        <nav aria-label={t("nav")}>
          <ul className="shop-parts">
            {Object.keys(PARTS).map((name) => (
              <li key={name}>
                <NavLink to={`/shop/${name}`} aria-current={name === part ? "page" : undefined}>
                  {t(`parts.${name}`)}
                </NavLink>
              </li>
            ))}
          </ul>
        </nav>
        {!found && <Empty />}
        {found && !found.needs.some(here.may) && <NotAllowed permission={found.needs[0]} />}
        {found?.needs.some(here.may) && (
          <Suspense fallback={<Loading />}>
            <found.part key={here.id} here={here} />
          </Suspense>
        )}
      </div>
    </AskedTwice>
  );
}
