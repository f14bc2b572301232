import { embedded } from "./entry";

/** What the marketplace's page that shows ours in a frame is told: how high we are, and what became of a request. Never who the buyer is. */
export function tell(message: { kind: "height"; height: number } | { kind: "case"; case_id: string; state: string }): void {
  if (embedded) window.parent.postMessage({ from: "amends", ...message }, "*");
}

export function tellHeight(): void {
  if (!embedded) return;
  document.documentElement.classList.add("framed");
  const say = () => tell({ kind: "height", height: Math.ceil(document.body.getBoundingClientRect().height) });
  new ResizeObserver(say).observe(document.body);
  say();
}
