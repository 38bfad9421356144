// Evaluates flags with OpenFeature's provider for servers.
//
// node ofrep.mjs PACKAGES URL SDK_KEY
//
// Each line on standard input is {"flag", "default", "context"}; each line on standard output answers it with {"value", "reason", "variant", "error"}.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { join } from "node:path";

const [packages, baseUrl, key] = process.argv.slice(2);
const load = createRequire(join(packages, "package.json"));
const { OpenFeature } = load("@openfeature/server-sdk");
const { OFREPProvider } = load("@openfeature/ofrep-provider");

await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl, headers: [["Authorization", `Bearer ${key}`]] }));
const client = OpenFeature.getClient();
const kinds = { boolean: "getBooleanDetails", string: "getStringDetails", number: "getNumberDetails", object: "getObjectDetails" };

for await (const line of createInterface({ input: process.stdin })) {
  const { flag, default: otherwise, context } = JSON.parse(line);
  const { value, reason, variant, errorCode } = await client[kinds[typeof otherwise]](flag, otherwise, context);
  process.stdout.write(`${JSON.stringify({ value, reason, variant, error: errorCode })}\n`);
}
