import Dexie, { type EntityTable } from "dexie";
import type { Case } from "@/api/client";

/** What a device keeps for working without a network. Every row says whose it is; signing out takes that person's away. */
export interface KeptCase {
  id: string;
  person: string;
  shop_id: number;
  state: string;
  deadline_at: string;
  kept_at: string;
  view: Case;
}
export interface KeptAnswer {
  key: string;
  person: string;
  kept_at: string;
  body: unknown;
}
export type OutboxState = "waiting" | "sending" | "applied" | "late" | "conflict" | "refused" | "seen";
export interface Queued {
  id: string;
  person: string;
  case_id: string;
  reference: string;
  move: string;
  version: number;
  body: Record<string, unknown>;
  device_at: string;
  state: OutboxState;
  answered_at?: string;
  answer?: unknown;
}

export const kept = new Dexie("amends") as Dexie & {
  cases: EntityTable<KeptCase, "id">;
  answers: EntityTable<KeptAnswer, "key">;
  outbox: EntityTable<Queued, "id">;
  seats: EntityTable<{ person: string; at: string; seat: unknown }, "person">;
};
kept.version(1).stores({
  cases: "id, person, [person+deadline_at], state",
  answers: "key, person",
  outbox: "id, person, case_id, [person+state], device_at",
  seats: "person, at",
});

/** Storage may be missing or full; the console then works with a network only. */
async function ifPossible<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch {
    return null;
  }
}

export async function keepSeat<T extends { person: string }>(seat: T): Promise<void> {
  await ifPossible(() => kept.seats.put({ person: seat.person, at: new Date().toISOString(), seat: { ...seat, csrf: null } }));
}

export async function keptSeat<T>(): Promise<T | null> {
  const last = await ifPossible(async () => kept.seats.orderBy("at").last());
  return (last?.seat as T | undefined) ?? null;
}

export async function forgetPerson(person: string): Promise<void> {
  await ifPossible(() =>
    kept.transaction("rw", kept.cases, kept.answers, kept.outbox, kept.seats, async () => {
      await kept.cases.where({ person }).delete();
      await kept.answers.where({ person }).delete();
      await kept.outbox.where({ person }).delete();
      await kept.seats.delete(person);
    }),
  );
}
