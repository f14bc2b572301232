import { call, type Preview, type Problem } from "./api";

/** What would become of a request, without making it. A refusal is an answer here; its verdict stands inside. */
export function judged(order: string, body: unknown): Promise<Partial<Preview> & Partial<Problem>> {
  return call("POST", `/v1/orders/${encodeURIComponent(order)}/cases:preview`, { body, reads: true });
}
