// Evaluates settings with one of ConfigCat's JavaScript SDKs.
//
// node evaluate.mjs PACKAGES PACKAGE URL
//
// Each line on standard input is {"key": SDK key, "settings": [key], "users": [user]}; each line on standard output answers it with a list for each
// user of {"value", "variation"} or {"error"} for each setting. The SDK fetches the config from URL.
// A user is null or an object of attributes, each with its type: {"text": "a"}, {"number": "1e21"}, {"bool": true}, {"date": 1700000000500},
// {"list": ["a"]}.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { join } from "node:path";

const [packages, name, url] = process.argv.slice(2);
const sdk = createRequire(join(packages, "package.json"))(name);
const logger = sdk.createConsoleLogger(sdk.LogLevel.Off);

function attribute(typed) {
  const [[type, value]] = Object.entries(typed);
  switch (type) {
    case "number": return Number(value);
    case "date": return new Date(value);
    default: return value;
  }
}

function user(attributes) {
  if (attributes === null) return undefined;
  const { Identifier, Email, Country, ...custom } = attributes;
  const read = (typed) => (typed === undefined ? undefined : attribute(typed));
  // fromEntries makes own properties of names such as __proto__.
  const others = Object.fromEntries(Object.entries(custom).map(([key, typed]) => [key, attribute(typed)]));
  return new sdk.User(read(Identifier), read(Email), read(Country), others);
}

async function answer({ key, settings, users }) {
  const client = sdk.getClient(key, sdk.PollingMode.ManualPoll, { baseUrl: url, logger });
  const refreshed = await client.forceRefreshAsync();
  if (!refreshed.isSuccess) throw new Error(`cannot fetch ${key}: ${refreshed.errorMessage}`);
  const answers = [];
  for (const attributes of users) {
    const about = user(attributes);
    const ofUser = [];
    for (const setting of settings) {
      const details = await client.getValueDetailsAsync(setting, null, about);
      ofUser.push(details.isDefaultValue ? { error: String(details.errorMessage) } : { value: details.value, variation: details.variationId });
    }
    answers.push(ofUser);
  }
  client.dispose();
  return answers;
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
}
