import { amends, type Case, isProblem, newKey, told } from "@/api/client";

export type Body = Record<string, unknown>;
type Path = "/v1/cases/{case_id}/moves/approve";

export interface Decision {
  caseId: string;
  move: string;
  version: number;
  body: Body;
  key: string;
}

/** Make a move. It is kept alive when the page closes, and its key makes sending it twice harmless. */
export function makeMove({ caseId, move, version, body, key }: Decision): Promise<Case> {
  const path = `/v1/cases/{case_id}/moves/${move}` as Path;
  const header = { "Idempotency-Key": key, "If-Match": `"${version}"` };
  return told(amends.POST(path, { params: { path: { case_id: caseId }, header }, body: body as never, keepalive: true }));
}

/** One key for one decision: the same move with the same content keeps its key over every retry, another content is another decision. */
export class Keys {
  private readonly known = new Map<string, string>();

  of(move: string, version: number, body: Body): string {
    const said = JSON.stringify([move, version, body]);
    const key = this.known.get(said) ?? newKey();
    this.known.set(said, key);
    return key;
  }
}

export const isStale = (problem: unknown): boolean => isProblem(problem) && problem.code === "stale_version";

/** One thing that is otherwise than when the form was opened. */
export interface Changed {
  what: "state" | "amount" | "deadline" | "lines" | "proposal" | "refund" | "reason" | "moves" | "version";
  before: string;
  after: string;
}

const open = (one: Case) => one.proposals.find((proposal) => proposal.state === "open")?.id ?? "";
const paid = (one: Case) => one.refunds.map((refund) => `${refund.id} ${refund.status}`).join();
const lines = (one: Case) => JSON.stringify(one.lines);
const opens = (one: Case) =>
  one.moves
    .filter((move) => move.open)
    .map((move) => move.move)
    .join(" ");

/** What changed of a case that a decision rests on. */
export function changes(before: Case, after: Case): Changed[] {
  const found: Changed[] = [];
  const look = (what: Changed["what"], was: string | null, is: string | null) => {
    if (was !== is) found.push({ what, before: was ?? "", after: is ?? "" });
  };
  look("state", before.state, after.state);
  look("reason", before.reason, after.reason);
  look("amount", String(before.amount.amount), String(after.amount.amount));
  look("deadline", before.deadline_at, after.deadline_at);
  look("lines", lines(before), lines(after));
  look("proposal", open(before), open(after));
  look("refund", paid(before), paid(after));
  look("moves", opens(before), opens(after));
  if (found.length === 0) look("version", String(before.version), String(after.version));
  return found;
}
