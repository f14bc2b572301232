import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";

prepareZXingModule({
  overrides: { locateFile: (path: string, prefix: string) => (path.endsWith(".wasm") ? wasm : prefix + path) },
});

const TURNS = [0, 15, -15, 30, -30, 45, -45];
const LARGEST = 1600;

/** The number on a label: as the picture is, then turned and enlarged a little, until one is read. */
export async function read(file: Blob): Promise<string | null> {
  const picture = await createImageBitmap(file);
  for (const turn of TURNS) {
    const codes = await readBarcodes(drawn(picture, turn), { tryHarder: true, maxNumberOfSymbols: 4 });
    const number = codes.map((code) => code.text.trim()).find((text) => /^[A-Za-z0-9-]{6,40}$/.test(text));
    if (number) return number;
  }
  return null;
}

function drawn(picture: ImageBitmap, turn: number): ImageData {
  const scale = LARGEST / Math.max(picture.width, picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  const side = turn === 0 ? [width, height] : [Math.hypot(width, height), Math.hypot(width, height)];
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(side[0] ?? 0);
  canvas.height = Math.round(side[1] ?? 0);
  const pen = canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.translate(canvas.width / 2, canvas.height / 2);
  pen.rotate((turn * Math.PI) / 180);
  pen.drawImage(picture, -width / 2, -height / 2, width, height);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
