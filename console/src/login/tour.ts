/** Asks the tour to be shown again; the tour itself listens. */
export const SHOW = "amends-tour";

export function showTour(): void {
  window.dispatchEvent(new Event(SHOW));
}

const key = (person: string) => `amends.tour.${person}`;

export function wasShown(person: string): boolean {
  return localStorage.getItem(key(person)) === "seen";
}

export function rememberShown(person: string): void {
  localStorage.setItem(key(person), "seen");
}
