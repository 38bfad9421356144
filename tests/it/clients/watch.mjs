// Keeps a client of one of ConfigCat's JavaScript SDKs open and tells what a setting is, now and whenever the config changes.
//
// node watch.mjs PACKAGES PACKAGE URL SDK_KEY SETTING
//
// The SDK asks every second. Each line on standard output is {"value", "variation"}. It ends when standard input does.
import { createRequire } from "node:module";
import { join } from "node:path";

const [packages, name, baseUrl, key, setting] = process.argv.slice(2);
const sdk = createRequire(join(packages, "package.json"))(name);
const logger = sdk.createConsoleLogger(sdk.LogLevel.Off);
const client = sdk.getClient(key, sdk.PollingMode.AutoPoll, { baseUrl, pollIntervalSeconds: 1, logger });

async function tell() {
  const { value, variationId } = await client.getValueDetailsAsync(setting, null, new sdk.User("ada"));
  process.stdout.write(`${JSON.stringify({ value, variation: variationId })}\n`);
}

await client.waitForReady();
await tell();
client.on("configChanged", tell);
process.stdin.resume().on("end", () => {
  client.dispose();
  process.exit(0);
});
