import { bearer, newKey, type Problem, Refused, Unheard, type Upload } from "./api";

export const IMAGES = "image/jpeg,image/png,image/webp";
export const VIDEOS = "video/mp4";
export const FILES = `${IMAGES},${VIDEOS},application/pdf`;
const LARGEST_PHOTO = 9 * 1024 * 1024;
const LONGEST_SIDE = 4000;

export interface Sent {
  id: string;
  file: File;
  kind: string;
  url: string;
  percent: number;
  upload: Upload | null;
  error: Error | null;
}

export function begin(file: File, kind: string): Sent {
  return { id: newKey(), file, kind, url: URL.createObjectURL(file), percent: 0, upload: null, error: null };
}

/** Send one file as proof. The same file twice is one piece of proof, so a cut connection is no harm. */
export async function send(order: string, sent: Sent, progress: (percent: number) => void): Promise<Upload> {
  const file = await small(sent.file);
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/v1/orders/${encodeURIComponent(order)}/evidence?kind=${encodeURIComponent(sent.kind)}`);
    for (const [name, value] of Object.entries({ ...bearer(), "content-type": file.type })) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => event.lengthComputable && progress(Math.floor((100 * event.loaded) / event.total));
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
    request.send(file);
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
