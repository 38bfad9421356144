// Whether the judgement sees anything at all: an answer with something taken out, put in or turned into something else is no answer.
import type { Shapes } from "./shapes.js";

/** Members whose own members may be any: the parameters of an integration. */
const FREE = ["parameters"];

/** Every way to spoil a value at one place, and the place. */
function* spoiled(value: unknown, place: string): Generator<[unknown, string]> {
  if (Array.isArray(value)) {
    for (const [at, one] of value.entries()) {
      for (const [other, where] of spoiled(one, `${place}[${at}]`)) yield [value.with(at, other), where];
    }
  } else if (typeof value === "object" && value !== null) {
    yield [{ ...value, surplus: null }, `${place} with a surplus`];
    for (const [name, one] of Object.entries(value)) {
      const { [name]: _, ...rest } = value as Record<string, unknown>;
      yield [rest, `${place} without ${name}`];
      yield [{ ...value, [name]: { odd: true } }, `${place} with an odd ${name}`];
      if (FREE.includes(name)) continue;
      for (const [other, where] of spoiled(one, `${place}.${name}`)) yield [{ ...value, [name]: other }, where];
    }
  }
}

/** What is not seen of an answer that is right. */
export function unseen(shapes: Shapes, operation: string, answer: unknown): string[] {
  const unseen = [...spoiled(answer, "")].filter(([spoiled]) => shapes.problems(operation, spoiled).length === 0);
  return unseen.map(([, place]) => `nobody would see the answer${place}`);
}
