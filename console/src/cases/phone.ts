import { useSyncExternalStore } from "react";
import { watch } from "@/shared/narrow";

const phone = watch("(width < 768px)");

/** Where the list is of cards. */
export const usePhone = () => useSyncExternalStore(phone.subscribe, phone.is);
