// The client's types from the snapshot of the description that the API's tests keep: no server is needed to build the console.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const here = new URL(".", import.meta.url);
const snapshot = readFileSync(new URL("../../tests/api/openapi.snapshot", here), "utf8");
const [first, ...lines] = snapshot.split("\n");
const whole = JSON.parse(first);
whole.paths = {};
whole.components.schemas = {};
for (const line of lines) {
  const operation = /^(GET|PUT|POST|DELETE|PATCH|HEAD) (\S+) (\{.*\})$/.exec(line);
  const schema = /^(\S+) (\{.*\})$/.exec(line);
  if (operation) {
    whole.paths[operation[2]] ??= {};
    whole.paths[operation[2]][operation[1].toLowerCase()] = JSON.parse(operation[3]);
  } else if (schema) {
    whole.components.schemas[schema[1]] = JSON.parse(schema[2]);
  } else if (line.trim()) {
    throw new Error(`openapi.snapshot: a line is neither an operation nor a schema: ${line.slice(0, 80)}`);
  }
}
const target = new URL("../src/api/schema.d.ts", here);
const written = `// Made by \`npm run types\`; not kept.\n${astToString(await openapiTS(whole, { defaultNonNullable: false, emptyObjectsUnknown: true }))}`;
if (!existsSync(target) || readFileSync(target, "utf8") !== written) {
  writeFileSync(target, written);
}
