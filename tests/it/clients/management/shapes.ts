// Whether an answer is what the client's own types say of it: no member missing or made up, every word one of its list.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { GONE, GROWN } from "./newer.js";

const here = dirname(fileURLToPath(import.meta.url));

/** Members whose numbers need not be whole. */
const FRACTIONS = ["value", "doubleValue"];
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The types of all answers, by operation. */
export class Shapes {
  #checker: ts.TypeChecker;
  #answers = new Map<string, ts.Type>();
  #newer = new Map<string, ts.Symbol[]>();

  constructor() {
    const files = [join(here, "../../node_modules/ng-configcat-publicapi/types/ng-configcat-publicapi.d.ts"), join(here, "../newer.ts")];
    const options = { strict: true, skipLibCheck: true, module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022 };
    const program = ts.createProgram(files, options);
    this.#checker = program.getTypeChecker();
    for (const file of files) this.#read(program.getSourceFile(file)!);
    this.#readNewer(program.getSourceFile(join(here, "../newer.ts"))!);
  }

  /** Every method that returns an observable; the first of several signatures is that of the body. */
  #read(file: ts.SourceFile) {
    for (const service of file.statements.filter(ts.isClassDeclaration)) {
      for (const method of service.members.filter(ts.isMethodDeclaration)) {
        const name = `${service.name?.text}.${method.name.getText(file)}`;
        const returned = method.type && ts.isTypeReferenceNode(method.type) ? method.type.typeArguments?.[0] : undefined;
        if (returned && !this.#answers.has(name)) this.#answers.set(name, this.#checker.getTypeFromTypeNode(returned));
      }
    }
  }

  /** The members of each model in the interface `Newer`. */
  #readNewer(file: ts.SourceFile) {
    const newer = file.statements.filter(ts.isInterfaceDeclaration).find((one) => one.name.text === "Newer")!;
    for (const model of this.#checker.getPropertiesOfType(this.#checker.getTypeAtLocation(newer))) {
      this.#newer.set(model.name, this.#checker.getPropertiesOfType(this.#checker.getTypeOfSymbol(model)));
    }
  }

  /** What is wrong with the answer of an operation. */
  problems(operation: string, answer: unknown): string[] {
    const type = this.#answers.get(operation);
    if (!type) return [`there is no ${operation}`];
    if (type.flags & ts.TypeFlags.Any) return answer === null ? [] : ["it answers something, and should say nothing"];
    return this.#check(type, answer, "");
  }

  #check(type: ts.Type, value: unknown, place: string): string[] {
    if (type.isUnion()) return this.#oneOf(type, value, place);
    const wrong = (wanted: string) => [`${place}: ${JSON.stringify(value)} is not ${wanted}`];
    if (type.flags & ts.TypeFlags.Null) return value === null ? [] : wrong("null");
    if (type.isStringLiteral()) return value === type.value ? [] : wrong(`“${type.value}”`);
    if (type.flags & ts.TypeFlags.BooleanLike) return typeof value === "boolean" ? [] : wrong("a boolean");
    if (type.flags & ts.TypeFlags.Number) return typeof value === "number" && whole(value, place) ? [] : wrong("a whole number");
    if (type.flags & ts.TypeFlags.String) return typeof value === "string" && written(value, place) ? [] : wrong("a text of its kind");
    if (this.#checker.isArrayType(type)) {
      const [item] = this.#checker.getTypeArguments(type as ts.TypeReference);
      if (!Array.isArray(value) || !item) return wrong("a list");
      return value.flatMap((one, at) => this.#check(item, one, `${place}[${at}]`));
    }
    if (type.flags & ts.TypeFlags.Object) return this.#members(type, value, place);
    return [`${place}: ${this.#checker.typeToString(type)} is a type that is not checked here`];
  }

  #oneOf(type: ts.UnionType, value: unknown, place: string): string[] {
    if (typeof value === "string" && GROWN.includes(type.aliasSymbol?.name ?? "")) return [];
    const tried = type.types.filter((one) => !(one.flags & ts.TypeFlags.Undefined)).map((one) => this.#check(one, value, place));
    if (tried.some((problems) => problems.length === 0)) return [];
    const objects = type.types.filter((one) => one.flags & ts.TypeFlags.Object);
    const [only] = objects;
    if (only && objects.length === 1 && value !== null) return this.#check(only, value, place);
    return [`${place}: ${JSON.stringify(value)} is no ${this.#checker.typeToString(type)}`];
  }

  #members(type: ts.Type, value: unknown, place: string): string[] {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${place}: ${JSON.stringify(value)} is no object`];
    const model = type.symbol.name;
    const [index] = this.#checker.getIndexInfosOfType(type);
    if (index) return Object.entries(value).flatMap(([name, one]) => this.#check(index.type, one, `${place}.${name}`));
    const known = [...this.#checker.getPropertiesOfType(type), ...(this.#newer.get(model) ?? [])];
    const made = Object.keys(value).filter((name) => !known.some((member) => member.name === name));
    const problems = made.map((name) => `${place}.${name}: ${model} has no such member`);
    for (const member of known) {
      const at = `${place}.${member.name}`;
      if (member.name in value) {
        problems.push(...this.#check(this.#checker.getTypeOfSymbol(member), value[member.name as keyof typeof value], at));
      } else if (!(member.flags & ts.SymbolFlags.Optional) && !GONE[model]?.includes(member.name)) {
        problems.push(`${at} is missing`);
      }
    }
    return problems;
  }
}

const last = (place: string) => place.replace(/(\[\d+\])+$/, "").split(".").pop() ?? "";

function whole(value: number, place: string): boolean {
  return Number.isFinite(value) && (Number.isInteger(value) || FRACTIONS.includes(last(place)));
}

/** Moments and ids are told by the names of their members: the types call both of them texts. */
function written(value: string, place: string): boolean {
  const name = last(place);
  if (/(At|DateTime|^expires)$/.test(name)) return MOMENT.test(value);
  if (/Ids?$/.test(name)) return UUID.test(value);
  return true;
}
