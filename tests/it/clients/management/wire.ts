// Between the client and the server: everything that passes is looked at and told on standard output, a line each.
import {
  HttpErrorResponse,
  HttpEvent,
  HttpHandler,
  HttpHeaders,
  HttpRequest,
  HttpResponse,
} from "@angular/common/http";
import { Observable, defer, from } from "rxjs";
import type { Shapes } from "./shapes.js";

const REFUSALS = [400, 401, 403, 404, 409];

/** Sends requests with `fetch` and judges the answers. */
export class Wire extends HttpHandler {
  /** The operation that is asked for. */
  operation = "";

  constructor(private shapes: Shapes) {
    super();
  }

  handle(request: HttpRequest<unknown>): Observable<HttpEvent<unknown>> {
    return from(this.#send(request, this.operation));
  }

  /** A service whose operations are known by name when they are sent. */
  watched<S extends object>(service: S): S {
    return new Proxy(service, {
      get: (target, member) => {
        const it = Reflect.get(target, member);
        if (typeof it !== "function") return it;
        return (...words: unknown[]) =>
          defer(() => {
            this.operation = `${target.constructor.name}.${String(member)}`;
            return it.apply(target, words);
          });
      },
    });
  }

  async #send(request: HttpRequest<unknown>, operation: string): Promise<HttpEvent<unknown>> {
    const headers = request.headers.keys().map((name): [string, string] => [name, request.headers.get(name)!]);
    const kind = request.detectContentTypeHeader();
    if (kind && !request.headers.has("content-type")) headers.push(["content-type", kind]);
    const body = request.serializeBody() as BodyInit | null;
    const response = await fetch(request.urlWithParams, { method: request.method, headers, body });
    const text = await response.text();
    const problems: string[] = [];
    const answer = parsed(text, problems);
    if (text && !response.headers.get("content-type")?.startsWith("application/json")) problems.push("it is not called JSON");
    for (const name of ["x-rate-limit-remaining", "x-rate-limit-reset"]) if (!response.headers.has(name)) problems.push(`no ${name}`);
    if (response.status === 204) problems.push(...(text ? ["204 has a body"] : []));
    else if (response.ok) problems.push(...this.shapes.problems(operation, answer));
    else problems.push(...refusal(response.status, answer));
    const path = new URL(request.urlWithParams).pathname;
    process.stdout.write(`${JSON.stringify({ operation, method: request.method, path, status: response.status, problems, text })}\n`);
    const told = { status: response.status, statusText: response.statusText, url: request.urlWithParams, headers: new HttpHeaders() };
    if (response.ok) return new HttpResponse({ ...told, body: answer });
    throw new HttpErrorResponse({ ...told, error: answer });
  }
}

function parsed(text: string, problems: string[]): unknown {
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    problems.push("it is no JSON");
    return null;
  }
}

/** What is wrong with a refusal: `{"Field": ["message"]}`. */
function refusal(status: number, answer: unknown): string[] {
  if (!REFUSALS.includes(status)) return [`${status} is no way to refuse`];
  const fields = Object.entries(answer && typeof answer === "object" && !Array.isArray(answer) ? answer : {});
  const told = (messages: unknown) => Array.isArray(messages) && messages.length > 0 && messages.every((one) => typeof one === "string" && one);
  return fields.length > 0 && fields.every(([, messages]) => told(messages)) ? [] : ["no messages by field"];
}
