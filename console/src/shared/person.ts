/** A person's id without the side that it begins with: what their host knows them by. */
export const subjectOf = (person: string): string => person.slice(person.indexOf(":") + 1);

/** How somebody is called on a screen: by their name, and where none is known by their id without its side. */
export function calledBy(person: string, name: string | null | undefined): string {
  return name?.trim() || subjectOf(person);
}
