import { useTranslation } from "react-i18next";
import type { Order } from "../data";
import { Part } from "./Part";
import { Reasons } from "./Verdict";

/** What the rules lay on the seller of this order: to state, to keep, to pack (V-13 to V-15). Nothing where they lay nothing. */
export function Duties({ order }: { order: Order | undefined }) {
  const { t } = useTranslation("case");
  if (!order?.duties?.length) return null;
  return (
    <Part id="duties" title={t("duties.title")}>
      <p className="quiet">{t("duties.text")}</p>
      <Reasons reasons={order.duties} />
    </Part>
  );
}
