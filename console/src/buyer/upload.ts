import { bearer, get, newKey, PATIENCE_MS, type Problem, Refused, Unheard, type Upload } from "./api";

export const IMAGES = "image/jpeg,image/png,image/webp";
export const VIDEOS = "video/mp4";
export const FILES = `${IMAGES},${VIDEOS},application/pdf`;
const LARGEST_PHOTO = 9 * 1024 * 1024;
const LONGEST_SIDE = 4000;

/** A file on its way to the server, or there. It can be written down: the file itself is held by this page's memory alone. */
export interface Sent {
  id: string;
  kind: string;
  name: string;
  media: string;
  percent: number;
  upload: Pick<Upload, "id" | "finding"> | null;
  error: Error | null;
  /** Where it can be seen; of a file that was given before this page was read, the server's copy. */
  url: string | null;
  /** Whether the server still has it is being asked. */
  asked?: boolean;
}

const held = new Map<string, { file: File; url: string; stop?: () => void }>();
/** A server that says nothing so long after the last byte is taken for cut; a line that takes nothing is after `PATIENCE_MS`. */
const CHECKING_MS = 120_000;

export function begin(file: File, kind: string): Sent {
  const id = newKey();
  const url = URL.createObjectURL(file);
  held.set(id, { file, url });
  return { id, kind, name: file.name, media: file.type, percent: 0, upload: null, error: null, url };
}

/** It is not wanted any more: what is on its way is stopped. */
export function drop(sent: Sent): void {
  held.get(sent.id)?.stop?.();
  held.delete(sent.id);
}

/** Given before this page was read, so this page cannot send it again. */
export const lost = (sent: Sent) => !sent.upload && !held.has(sent.id);

/** What was written down, as this page finds it: nothing is on its way, and only what the memory holds can be seen at once. */
export const found = (sent: Sent): Sent => ({
  ...sent,
  percent: 0,
  error: null,
  asked: false,
  url: held.get(sent.id)?.url ?? null,
});

/** The server's copy of a file that was taken; `null` where the server has it no longer. */
export async function taken(upload: string): Promise<{ url: string | null } | null> {
  return get<{ url: string | null }>(`/v1/evidence/${encodeURIComponent(upload)}`).catch((problem: Error) => {
    if (problem instanceof Refused && problem.status === 404) return null;
    throw problem;
  });
}

/** Send one file as proof. The same file twice is one piece of proof, so a cut connection is no harm. */
export async function send(order: string, sent: Sent, progress: (percent: number) => void): Promise<Upload> {
  const whole = held.get(sent.id)?.file;
  if (!whole) throw new Unheard();
  const file = await small(whole);
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/v1/orders/${encodeURIComponent(order)}/evidence?kind=${encodeURIComponent(sent.kind)}`);
    for (const [name, value] of Object.entries({ ...bearer(), "content-type": file.type })) request.setRequestHeader(name, value);
    let timer: ReturnType<typeof setTimeout>;
    const wait = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), ms);
    };
    request.upload.onprogress = (event) => {
      wait(event.loaded < event.total ? PATIENCE_MS : CHECKING_MS);
      if (event.lengthComputable) progress(Math.floor((100 * event.loaded) / event.total));
    };
    request.onloadend = () => clearTimeout(timer);
    request.onabort = () => fail(new Unheard());
    request.onerror = () => fail(new Unheard());
    request.onload = () => {
      try {
        const said: unknown = JSON.parse(request.responseText);
        if (request.status < 300) done(said as Upload);
        else fail(new Refused(request.status, said as Problem));
      } catch {
        fail(new Unheard());
      }
    };
    const mine = held.get(sent.id);
    if (mine) mine.stop = () => request.abort();
    request.send(file);
    wait(PATIENCE_MS);
  });
}

/** A photo that is larger than is taken is drawn smaller here; everything else goes as it is. */
async function small(file: File): Promise<Blob> {
  if (!file.type.startsWith("image/") || file.size <= LARGEST_PHOTO) return file;
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return file; // not a picture after all: the server says so
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob((made) => done(made ?? file), "image/jpeg", 0.9));
}
