import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { amends, isProblem, onAnswer, rememberCsrf, type Schemas, told } from "@/api/client";
import { queries } from "@/api/queries";
import { forgetPerson, keepFor, keepSeat, keptSeat } from "@/offline/kept";
import { heardServerTime } from "@/shared/clock";
import { keptLanguage, speak } from "./i18n";
import { LISTED } from "./listed";

export type Seat = Schemas["Seat"];
export type SeatShop = Schemas["SeatShop"];

export interface Session {
  seat: Seat;
  /** The seller's shops. */
  shops: readonly SeatShop[];
  /** The shop whose cases are shown; null means all of them together. */
  shop: number | null;
  chooseShop: (shop: number | null) => void;
  /** Whether a permission is held: in the chosen shop, or anywhere. It hides what cannot be used; the server decides. */
  can: (permission: string) => boolean;
  /** The seat comes from the last time that there was a network. */
  offline: boolean;
  signOut: () => Promise<void>;
}

const Context = createContext<Session | null>(null);

/** Who is here, and for which shop. Only under the shell, where somebody always is. */
export function useSession(): Session {
  const session = useContext(Context);
  if (!session) throw new Error("there is no session here");
  return session;
}

async function fetchedSeat(): Promise<Seat & { kept?: boolean }> {
  try {
    const seat: Seat = await told(amends.GET("/v1/me"));
    rememberCsrf(seat.csrf);
    heardServerTime(seat.server_now);
    if (!keptLanguage() && (seat.language === "zh" || seat.language === "en")) speak(seat.language, false);
    void keepSeat(seat); // nobody waits for the device
    return seat;
  } catch (problem) {
    const kept = isProblem(problem) ? null : await keptSeat<Seat>();
    if (kept) return { ...kept, kept: true };
    throw problem;
  }
}

export const SEAT_KEY = ["seat"] as const;

/** The seat for screens outside the shell, such as the one for logging in. */
export function useSeat() {
  return useQuery({ queryKey: SEAT_KEY, queryFn: fetchedSeat, staleTime: 300_000, retry: false, refetchOnReconnect: "always" });
}

const chosenKey = (person: string) => `amends.shop.${person}`;

function keptShop(seat: Seat): number | null {
  const kept = Number(localStorage.getItem(chosenKey(seat.person)));
  if (seat.shops.some((shop) => shop.shop_id === kept)) return kept;
  return seat.shops.length === 1 ? (seat.shops[0]?.shop_id ?? null) : null;
}

/** End the session here; everything of this person is taken off the device. */
export async function signOut(person: string): Promise<void> {
  try {
    await amends.DELETE("/v1/sessions/current");
  } catch {
    // without a network the session ends by its own clock; what is kept here goes in any case
  } finally {
    await forgetPerson(person);
    sessionStorage.clear();
    localStorage.removeItem(LISTED);
    queries.clear();
    window.location.assign("/login");
  }
}

export function SessionProvider({ seat, children }: { seat: Seat & { kept?: boolean }; children: ReactNode }) {
  keepFor(seat.person); // before anything below it asks for what this device has kept
  const [shop, setShop] = useState(() => keptShop(seat));
  useEffect(
    () =>
      onAnswer((response) => {
        // The seat's own refusal is its answer: asked anew for that, it would be asked for ever.
        if (response.status !== 401 || response.url.endsWith("/v1/me")) return;
        void queries.invalidateQueries({ queryKey: SEAT_KEY }, { cancelRefetch: false });
      }),
    [],
  );
  useEffect(() => {
    if (!seat.kept) return;
    const again = () => void queries.invalidateQueries({ queryKey: SEAT_KEY });
    window.addEventListener("online", again); // only a seat that was fetched can write
    return () => window.removeEventListener("online", again);
  }, [seat.kept]);
  const lists = seat.kind === "seller";
  useEffect(() => {
    if (lists) localStorage.setItem(LISTED, String(shop ?? ""));
    else localStorage.removeItem(LISTED);
  }, [lists, shop]);
  const chooseShop = useCallback(
    (chosen: number | null) => {
      localStorage.setItem(chosenKey(seat.person), String(chosen ?? ""));
      setShop(chosen);
    },
    [seat.person],
  );
  const session = useMemo<Session>(() => {
    const { shops } = seat;
    const held = new Set(
      shop === null ? seat.permissions : (shops.find((one) => one.shop_id === shop)?.permissions ?? seat.permissions),
    );
    return {
      seat,
      shops,
      shop,
      chooseShop,
      can: (permission) => held.has("*") || held.has(permission),
      offline: seat.kept === true,
      signOut: () => signOut(seat.person),
    };
  }, [seat, shop, chooseShop]);
  return <Context value={session}>{children}</Context>;
}
