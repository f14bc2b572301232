/** Kept while a seller is signed in here: the shop whose cases the list shows, or nothing for all of them. */
export const LISTED = "amends.listed";
