// Drives every operation of the management API that Burgee offers through ConfigCat's own client, which was generated from the API's description.
//
// node main.js URL USERNAME PASSWORD MEMBER LEAVER
//
// Each line on standard output is a request: {"operation", "method", "path", "status", "problems", "text"}.
import "@angular/compiler";
import { refusals } from "./refusals.js";
import { services } from "./services.js";
import { Shapes } from "./shapes.js";
import { around, build, clear, logs, people, settings, valuesOfFirst, valuesOfSecond } from "./visits.js";
import { Wire } from "./wire.js";

const [base = "", username = "", password = "", member = "", leaver = ""] = process.argv.slice(2);
const wire = new Wire(new Shapes());
const api = services(wire, base, username, password);
const stranger = services(wire, base, username, "not the password");

const world = await build(api);
const made = await settings(api, world);
await valuesOfFirst(api, world, made);
await valuesOfSecond(api, world, made);
const rest = { ...(await around(api, world, made)), ...(await people(api, world, { member, leaver })) };
await logs(api, world);
await refusals(api, stranger, world);
await clear(api, world, made, rest);
