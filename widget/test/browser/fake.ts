/**
 * A server that behaves as the agreed one (docs/widget.md), with answers recorded from the real one,
 * and with faults on command. It also serves the built pages under the same Content-Security-Policy.
 */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const PAGE = new URL("../../../wegwijzer/page/", import.meta.url);
const RECORDED = new URL("../recorded/", import.meta.url);

export const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
  "frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors";

export interface Recorded {
  readonly asked: string;
  readonly status: number;
  readonly body: readonly { readonly text: string; readonly custom: Record<string, unknown> }[];
}

export const recorded = (name: string): Recorded =>
  JSON.parse(readFileSync(new URL(`${name}.json`, RECORDED), "utf8")) as Recorded;

/** hidden: without the headers that let another origin read it, as a proxy in front answers;
 *  drop: the connection breaks before the turn; lose: after it; hang: no answer ever; wait: later. */
export type Fault =
  | { readonly kind: "status"; readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown; readonly hidden?: boolean }
  | { readonly kind: "drop" | "lose" | "hang" }
  | { readonly kind: "wait"; readonly ms: number };

export interface Turn {
  readonly sender: string;
  readonly message: string;
  readonly key: string;
}

const SETTINGS = "/webhooks/rest/instellingen";
/** As in wegwijzer/sentences.py. */
export const REFUSED =
  "Deze website mag Wegwijzer niet gebruiken. Vraag uw beheerder om het adres toe te voegen. Is er acuut gevaar, bel dan 112.";

const TYPES: Record<string, string> = { html: "text/html; charset=utf-8", js: "text/javascript", css: "text/css", svg: "image/svg+xml" };

const ROUTES: readonly (readonly [RegExp, string])[] = [
  [/mes |vermoord/, "spoed"],
  [/riec/i, "organisatie"],
  [/verschil/, "vergelijking"],
  [/welke organisaties/, "overzicht"],
  [/paspoort/, "buiten_bereik"],
  [/^er is onrust$/, "wedervraag"],
  [/klopt niet/i, "klopt_niet"],
  [/hallo/, "groet"],
];

export class FakeServer {
  /** Turns that were made, each key once; requests counts every attempt. */
  readonly turns: Turn[] = [];
  readonly feedback: Record<string, unknown>[] = [];
  requests = 0;
  /** Authorization header of each question and judgement. */
  readonly signed: (string | undefined)[] = [];
  faults: Fault[] = [];
  feedbackStatus = 204;
  /** Whether everything else goes as if a proxy in front of the server answered. */
  proxied = false;
  /** Origins other than its own that may ask. */
  allowed: string[] = [];
  /** Pages of a test's own: path → [HTML, Content-Security-Policy]. */
  readonly pages = new Map<string, readonly [string, string]>();
  private readonly answers = new Map<string, unknown>();
  private constructor(private readonly server: Server) {}

  static async start(port = 0): Promise<FakeServer> {
    const server = createServer();
    const fake = new FakeServer(server);
    server.on("request", (request, response) => void fake.handle(request, response));
    await new Promise<void>((ready) => server.listen(port, "127.0.0.1", ready));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  reset(): void {
    this.turns.length = 0;
    this.feedback.length = 0;
    this.signed.length = 0;
    this.requests = 0;
    this.faults = [];
    this.feedbackStatus = 204;
    this.proxied = false;
    this.allowed = [];
    this.pages.clear();
  }

  /** Its address under another name of this machine: another origin, and another site. */
  as(host: string): string {
    return this.url.replace("127.0.0.1", host);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? "/", this.url).pathname;
    const { origin } = request.headers;
    const stranger = origin !== undefined && origin !== `http://${request.headers.host}` && !this.allowed.includes(origin);
    if (path === SETTINGS) return this.settings(origin, stranger, response);
    if (stranger) return void response.writeHead(403).end();
    if (origin) response.setHeader("Access-Control-Allow-Origin", origin);
    if (request.method === "OPTIONS") {
      response.setHeader("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key");
      response.setHeader("Access-Control-Allow-Methods", "POST");
      response.writeHead(204).end();
      return;
    }
    if (request.method === "GET") return this.page(path, response);
    this.signed.push(request.headers.authorization);
    let raw = "";
    for await (const chunk of request) raw += String(chunk);
    const body = JSON.parse(raw) as Record<string, string>;
    if (path === "/webhooks/rest/feedback") {
      this.feedback.push(body);
      response.writeHead(this.feedbackStatus).end();
      return;
    }
    await this.ask(request, response, body);
  }

  private async ask(request: IncomingMessage, response: ServerResponse, body: Record<string, string>): Promise<void> {
    this.requests += 1;
    const fault = this.faults.shift();
    if (fault?.kind === "hang") return;
    if (fault?.kind === "drop") return void request.socket.destroy();
    if (fault?.kind === "status") {
      if (fault.hidden) response.removeHeader("Access-Control-Allow-Origin");
      response.writeHead(fault.status, { "Content-Type": "application/json", "Access-Control-Expose-Headers": "Retry-After", ...fault.headers });
      response.end(JSON.stringify(fault.body ?? { fout: "" }));
      return;
    }
    const key = String(request.headers["idempotency-key"] ?? "");
    const { sender = "", message = "" } = body;
    if (!this.answers.has(key)) {
      const name = ROUTES.find(([pattern]) => pattern.test(message))?.[1] ?? "advies";
      this.answers.set(key, recorded(name).body);
      this.turns.push({ sender, message, key });
    }
    if (fault?.kind === "lose") return void request.socket.destroy();
    if (fault?.kind === "wait") await new Promise((done) => setTimeout(done, fault.ms));
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(JSON.stringify(this.answers.get(key)));
  }

  private settings(origin: string | undefined, stranger: boolean, response: ServerResponse): void {
    if (this.proxied) return void response.writeHead(429).end();
    if (origin) response.setHeader("Access-Control-Allow-Origin", origin);
    response.writeHead(stranger ? 403 : 200, { "Content-Type": "application/json" });
    response.end(JSON.stringify(stranger ? [{ text: REFUSED }] : { retention_days: 30 }));
  }

  private page(path: string, response: ServerResponse): void {
    const own = this.pages.get(path);
    if (own) {
      response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": own[1] }).end(own[0]);
      return;
    }
    const name = path === "/" ? "index.html" : path === "/widget/" ? "demo.html" : (path.split("/").at(-1) ?? "");
    try {
      const file = readFileSync(new URL(name, PAGE));
      response.writeHead(200, {
        "Content-Type": TYPES[name.split(".").at(-1) ?? ""] ?? "text/plain",
        "Content-Security-Policy": [CSP, "'self'", ...(name === "iframe.html" ? this.allowed : [])].join(" "),
        "X-Content-Type-Options": "nosniff",
      });
      response.end(file);
    } catch {
      response.writeHead(404).end();
    }
  }
}

