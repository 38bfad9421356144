// Keeps OpenFeature's provider for browsers open and tells what a flag is, now and whenever the provider says that it has changed.
//
// node ofrep_web.mjs PACKAGES URL SDK_KEY FLAG
//
// It does not ask by itself: it hears of changes through the stream of events. Each line on standard output is {"value", "reason", "variant"}. It
// ends when standard input does.
import { createRequire } from "node:module";
import { join } from "node:path";

const [packages, baseUrl, key, flag] = process.argv.slice(2);
const load = createRequire(join(packages, "package.json"));
globalThis.EventSource = load("eventsource").EventSource;
const { OpenFeature, ProviderEvents } = load("@openfeature/web-sdk");
const { OFREPWebProvider } = load("@openfeature/ofrep-web-provider");

const client = OpenFeature.getClient();
function tell() {
  const { value, reason, variant } = client.getStringDetails(flag, "default");
  process.stdout.write(`${JSON.stringify({ value, reason, variant })}\n`);
}

await OpenFeature.setContext({ targetingKey: "ada" });
await OpenFeature.setProviderAndWait(new OFREPWebProvider({ baseUrl, headers: [["Authorization", `Bearer ${key}`]], cacheMode: "disabled" }));
tell();
client.addHandler(ProviderEvents.ConfigurationChanged, ({ flagsChanged }) => flagsChanged?.includes(flag) && tell());
process.stdin.resume().on("end", () => process.exit(0));
