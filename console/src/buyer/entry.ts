/** Who came in, and to what. The token stands behind the address's `#`, which browsers send to nobody, and is taken out at once. */
export interface Entry {
  token: string | null;
  order: string | null;
  guest: string | null;
}

const KEPT = "amends.buyer";
const NOBODY: Entry = { token: null, order: null, guest: null };
let held: Entry = NOBODY;

export const embedded = window.parent !== window && new URLSearchParams(location.search).has("embed");

/** What the address says, else what this tab was told before. */
export function enter(): Entry {
  const said = new URLSearchParams(location.hash.slice(1));
  if (said.has("token") || said.has("guest")) {
    held = { token: said.get("token"), order: said.get("order"), guest: said.get("guest") };
    keep();
    const path = held.guest ? "/buyer" : held.order ? `/buyer/orders/${encodeURIComponent(held.order)}` : "/buyer";
    history.replaceState(null, "", path + location.search);
  } else if (held === NOBODY) {
    held = kept() ?? NOBODY;
  }
  return held;
}

export function entry(): Entry {
  return held;
}

/** A browser that keeps nothing for a framed page still has the page's own memory. */
function keep(): void {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(held));
  } catch {
    /* held is enough until the page is left */
  }
}

function kept(): Entry | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as Entry | null;
  } catch {
    return null;
  }
}
