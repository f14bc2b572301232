import { Navigate } from "react-router";
import { useSession } from "@/app/session";
import { Empty, NotYet } from "@/shared";
import { useMarkets } from "./data";

const KEPT = "amends.policies.market";

export function keepMarket(market: string): void {
  localStorage.setItem(KEPT, market);
}

/** The market that one read last, else that of one's shop, else the first one that is switched on. */
export default function First() {
  const { shop, shops } = useSession();
  const found = useMarkets();
  if (!found.data) return <NotYet of={found} rows={6} />;
  const kept = localStorage.getItem(KEPT);
  const { markets } = found.data;
  const home = (shops.find((one) => one.shop_id === shop) ?? shops[0])?.market;
  const named = (word: string | null | undefined) => markets.find((one) => one.market === word);
  const market = named(kept) ?? named(home) ?? markets.find((one) => one.supported) ?? markets[0];
  return market ? <Navigate to={`/policies/${market.market}`} replace /> : <Empty />;
}
