import { CONSOLE_VERSION, csrfToken, PATIENCE_MS, type Schemas } from "@/api/client";

export type Uploaded = Schemas["UploadView"];
export const TAKEN = ["image/jpeg", "image/png", "image/webp", "video/mp4", "application/pdf"] as const;
export const ACCEPT = TAKEN.join(",");

/** A server that says nothing so long after the last byte is taken for cut; a line that takes nothing is after `PATIENCE_MS`. */
const CHECKING_MS = 120_000;

/** Send a file as proof of an order, with its progress from 0 to 1. A refusal is thrown as its Problem. `fetch` tells no progress; this does. */
export function upload(
  orderId: string,
  kind: string,
  channel: string | null,
  file: File,
  progress: (part: number) => void,
  signal: AbortSignal,
): Promise<Uploaded> {
  const query = new URLSearchParams(channel ? { kind, channel } : { kind });
  return new Promise((resolve, reject) => {
    signal.throwIfAborted(); // taken back before its turn came, or before it was tried again
    const request = new XMLHttpRequest();
    request.open("POST", `/v1/orders/${orderId}/evidence?${query}`);
    request.withCredentials = true;
    request.responseType = "json";
    request.setRequestHeader("content-type", file.type);
    request.setRequestHeader("x-amends-console", CONSOLE_VERSION);
    const token = csrfToken();
    if (token) request.setRequestHeader("x-csrf-token", token);
    let timer: ReturnType<typeof setTimeout>;
    const wait = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        reject(new DOMException("no answer in time", "TimeoutError"));
        request.abort();
      }, ms);
    };
    request.upload.onprogress = (event) => {
      wait(event.loaded < event.total ? PATIENCE_MS : CHECKING_MS);
      if (event.lengthComputable) progress(event.loaded / event.total);
    };
    request.onloadend = () => clearTimeout(timer);
    request.onload = () => {
      const said: unknown = request.response;
      if (request.status < 300 && said) resolve(said as Uploaded);
      else reject(said ?? new TypeError("unreachable")); // a gateway's failure has no words
    };
    request.onerror = () => reject(new TypeError("unreachable"));
    request.onabort = () => reject(new DOMException("aborted", "AbortError"));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
    wait(PATIENCE_MS);
  });
}

const MEDIA: Record<string, (type: string) => boolean> = {
  image: (type) => type.startsWith("image/"),
  video: (type) => type.startsWith("video/"),
};

/** Whether a kind of proof can be a file of this type; kinds that may be anything take every type. */
export function fits(media: unknown, type: string): boolean {
  return media === "text" ? false : (MEDIA[String(media)]?.(type) ?? true);
}
