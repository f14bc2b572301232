/**
 * `<amends-after-sales order="…" token="…">`: the buyer's page in a frame of a marketplace's own page, by one script tag.
 * The frame is as high as what it shows. What becomes of a request is told by the event `amends-case` ({case_id, state}).
 */
(() => {
  const script = document.currentScript as HTMLScriptElement | null;
  const home = new URL(script?.src ?? location.href).origin;

  /** What a page's own sheet must not undo, however it resets or hides its elements; the page still hides the element around it. */
  const FIRM = [
    ["display", "block"],
    ["visibility", "inherit"],
    ["width", "100%"],
    ["min-width", "0"],
    ["max-width", "none"],
    ["min-height", "0"],
    ["max-height", "none"],
    ["border", "0"],
    ["float", "none"],
    ["position", "static"],
    ["transform", "none"],
    ["opacity", "1"],
    ["pointer-events", "auto"],
  ] as const;

  class AfterSales extends HTMLElement {
    static observedAttributes = ["order", "token"];
    private frame: HTMLIFrameElement | null = null;
    private readonly hear = (event: MessageEvent) => {
      if (event.origin !== home || event.source !== this.frame?.contentWindow || event.data?.from !== "amends") return;
      const { kind, height, case_id, state } = event.data as Record<string, unknown>;
      if (kind === "height" && typeof height === "number" && this.frame)
        this.frame.style.setProperty("height", `${Math.min(Math.max(height, 120), 20_000)}px`, "important");
      if (kind === "case") this.dispatchEvent(new CustomEvent("amends-case", { bubbles: true, detail: { case_id, state } }));
    };

    connectedCallback(): void {
      window.addEventListener("message", this.hear);
      this.draw();
    }

    disconnectedCallback(): void {
      window.removeEventListener("message", this.hear);
      this.frame?.remove();
      this.frame = null;
    }

    attributeChangedCallback(): void {
      if (this.isConnected) this.draw();
    }

    private draw(): void {
      this.frame?.remove();
      const token = this.getAttribute("token");
      if (!token) return;
      const order = this.getAttribute("order");
      const frame = document.createElement("iframe");
      const said = new URLSearchParams({ ...(order ? { order } : {}), token });
      frame.src = `${home}/buyer?embed=1#${said}`;
      frame.title = this.getAttribute("label") ?? (document.documentElement.lang.startsWith("zh") ? "售后" : "After-sales");
      frame.allow = "camera; geolocation";
      frame.referrerPolicy = "no-referrer";
      frame.loading = "lazy";
      for (const [name, value] of FIRM) frame.style.setProperty(name, value, "important");
      frame.style.setProperty("height", "320px", "important");
      this.append(frame);
      this.frame = frame;
    }
  }

  if (!customElements.get("amends-after-sales")) customElements.define("amends-after-sales", AfterSales);
})();
