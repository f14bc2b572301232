/** The words that nearly every screen speaks; they are there before the first one is drawn. */
export const SPOKEN = ["states", "kinds", "moves", "deadlines", "reasons", "clients"] as const;
