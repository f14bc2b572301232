/** How somebody is called on a screen: by their name, and where none is known by their id without the side that it begins with. */
export function calledBy(id: string, name: string | null | undefined): string {
  return name?.trim() || id.slice(id.indexOf(":") + 1);
}
