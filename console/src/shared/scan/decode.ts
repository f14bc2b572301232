import { prepareZXingModule, type ReaderOptions, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";

// The reader comes with the console: nothing is fetched from anywhere else.
prepareZXingModule({
  overrides: { locateFile: (name: string, prefix: string) => (name.endsWith(".wasm") ? wasm : prefix + name) },
});

/** The codes of labels, and no others: what is not on parcels is only a way to read something wrong. */
const OPTIONS: ReaderOptions = {
  formats: ["Code128", "Code39", "ITF", "QRCode", "DataMatrix", "Codabar", "PDF417"],
  tryHarder: true,
  tryRotate: true,
  tryInvert: true,
  maxNumberOfSymbols: 4,
};
const TURNS = [15, -15, 30, -30, 45, -45];
const LONGEST = 2400;

export interface Read {
  text: string;
  format: string;
}

async function once(image: ImageData): Promise<Read | null> {
  const found = await readBarcodes(image, OPTIONS);
  const sound = found.filter((one) => one.isValid && one.text.trim() !== "");
  const first = sound.find((one) => one.format === "Code128") ?? sound[0];
  return first ? { text: first.text.trim(), format: String(first.format) } : null;
}

function canvas(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(Math.max(1, Math.round(width)), Math.max(1, Math.round(height))).getContext("2d", {
    willReadFrequently: true,
  });
  if (!context) throw new Error("this browser draws no pictures");
  return context;
}

/** A picture turned by some degrees and scaled, on white. */
function drawn(source: ImageBitmap, degrees: number, scale: number): ImageData {
  const turn = (degrees * Math.PI) / 180;
  const [width, height] = [source.width * scale, source.height * scale];
  const [sine, cosine] = [Math.abs(Math.sin(turn)), Math.abs(Math.cos(turn))];
  const context = canvas(width * cosine + height * sine, width * sine + height * cosine);
  const { width: w, height: h } = context.canvas;
  context.fillStyle = "#fff";
  context.fillRect(0, 0, w, h);
  context.imageSmoothingQuality = "high";
  context.translate(w / 2, h / 2);
  context.rotate(turn);
  context.drawImage(source, -width / 2, -height / 2, width, height);
  return context.getImageData(0, 0, w, h);
}

/** The code in a frame of the camera, quickly: the next frame comes anyway. */
export function decodeFrame(frame: ImageBitmap): Promise<Read | null> {
  return once(drawn(frame, 0, Math.min(1, 1280 / Math.max(frame.width, frame.height))));
}

/** The code in a picture: as it is, then larger and smaller, then turned by 15, 30 and 45 degrees either way. Null asks for another picture. */
export async function decodePicture(picture: Blob): Promise<Read | null> {
  const source = await createImageBitmap(picture);
  try {
    const longest = Math.max(source.width, source.height);
    const plain = Math.min(1, LONGEST / longest);
    const scales = [...new Set([plain, longest < 1000 ? 2 : plain, longest > 1600 ? 1200 / longest : plain])];
    for (const scale of scales) {
      const found = await once(drawn(source, 0, scale));
      if (found) return found;
    }
    for (const degrees of TURNS) {
      for (const scale of scales) {
        const found = await once(drawn(source, degrees, scale));
        if (found) return found;
      }
    }
    return null;
  } finally {
    source.close();
  }
}
