// Writes a .br and a .gz beside every file that is text or WebAssembly, where that makes it smaller.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const TEXT = /\.(html|js|css|svg|json|webmanifest|wasm)$/;
const LEAST = 512;

for (const entry of readdirSync(process.argv[2], { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (!entry.isFile() || !TEXT.test(entry.name)) continue;
  const whole = readFileSync(path);
  if (whole.length < LEAST) continue;
  const quality = entry.name.endsWith(".wasm") ? 9 : 11; // the last two steps cost seconds for one per cent of a large binary
  writeFileSync(`${path}.br`, brotliCompressSync(whole, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }));
  writeFileSync(`${path}.gz`, gzipSync(whole, { level: 9 }));
}
