import Dexie, { type EntityTable } from "dexie";
import type { Case, Problem, Schemas } from "@/api/client";

/** What a device keeps for working without a network. Every row says whose it is; signing out takes that person's away. */
export interface KeptCase {
  id: string;
  person: string;
  /** The soonest deadline, or a far one where none runs: the list is in this order. */
  due: string;
  kept_at: string;
  view: Case;
}
export interface KeptAnswer {
  key: string;
  person: string;
  kept_at: string;
  body: unknown;
}
/** `waiting` has not been answered; `applied` counted; the others did not, and `seen` is one of those that somebody has read. */
export type OutboxState = "waiting" | "applied" | "rejected_late" | "rejected_conflict" | "refused" | "seen";
export interface Queued {
  id: string;
  person: string;
  case_id: string;
  reference: string;
  move: string;
  version: number;
  body: Record<string, unknown>;
  /** The key under which it went out and was not answered: it may count already. */
  sent?: string;
  device_at: string;
  state: OutboxState;
  answered_at?: string;
  stands?: Schemas["Stands"] | null;
  problem?: Problem | null;
}

export const kept = new Dexie("amends") as Dexie & {
  cases: EntityTable<KeptCase, "id">;
  answers: EntityTable<KeptAnswer, "key">;
  outbox: EntityTable<Queued, "id">;
  seats: EntityTable<{ person: string; at: string; seat: unknown }, "person">;
};
kept.version(1).stores({
  cases: "id, [person+due], person",
  answers: "key, [person+kept_at], person",
  outbox: "id, [person+state], [person+case_id], person",
  seats: "person, at",
});

/** Storage may be missing, forbidden or full; the console then works with a network only. */
export async function ifPossible<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}

/** Whose device this is just now. */
let person = "";
/** Whoever has signed out on this page: what still arrives for them is not kept any more. */
const gone = new Set<string>();
export const whose = (): string => person;
export function keepFor(somebody: string): void {
  person = gone.has(somebody) ? "" : somebody;
}

export async function keepSeat<T extends { person: string }>(seat: T): Promise<void> {
  if (gone.has(seat.person)) return;
  await ifPossible(() => kept.seats.put({ person: seat.person, at: new Date().toISOString(), seat: { ...seat, csrf: null } }));
}

export async function keptSeat<T>(): Promise<T | null> {
  const last = await ifPossible(async () => kept.seats.orderBy("at").last());
  return (last?.seat as T | undefined) ?? null;
}

/** How many decisions would be lost if this person's things were taken off the device. */
export async function unsent(somebody: string): Promise<number> {
  return (await ifPossible(() => kept.outbox.where({ person: somebody, state: "waiting" }).count())) ?? 0;
}

export async function forgetPerson(somebody: string): Promise<void> {
  gone.add(somebody);
  person = "";
  await ifPossible(() =>
    kept.transaction("rw", kept.cases, kept.answers, kept.outbox, kept.seats, async () => {
      await kept.cases.where({ person: somebody }).delete();
      await kept.answers.where({ person: somebody }).delete();
      await kept.outbox.where({ person: somebody }).delete();
      await kept.seats.delete(somebody);
    }),
  );
}
