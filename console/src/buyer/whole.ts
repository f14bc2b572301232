import { type Case, type Event, get, type Order, type Proof } from "./api";

/** A case with what its page tells of it. */
export interface Whole {
  case: Case;
  events: Event[];
  order: Order;
  proof: Proof[];
}

/** Look again how it stands; whether a move of one's own was made. */
export type Changed = (moved: boolean) => void;

export async function readWhole(id: string): Promise<Whole> {
  const path = `/v1/cases/${encodeURIComponent(id)}`;
  const [found, events] = await Promise.all([get<Case>(path), get<{ events: Event[] }>(`${path}/events`)]);
  const [order, proof] = await Promise.all([
    get<Order>(`/v1/orders/${found.order_id}`),
    get<{ evidence: Proof[] }>(`/v1/evidence?order_id=${found.order_id}`),
  ]);
  return { case: found, events: events.events, order, proof: proof.evidence.filter((piece) => piece.case_id === id) };
}
