/** A gateway over HTTP in this process, opened from a configuration as `writ gateway` opens it, and requests to it. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { connect, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type Clock, isJsonObject, type JsonObject, parseStrictJson } from '@writ/core';
import { loadConfig } from '../../src/index.ts';
import { type GatewayOptions, openGateway, type RunningGateway } from '../../src/serve/index.ts';
import { ALLOW_ALL, type TestServer, Workspace } from '../workspace.ts';

const FIXTURE = fileURLToPath(new URL('../fixtures/upstream.ts', import.meta.url));

/** The fixture server, as a configuration has it. */
export const fixture = (...flags: string[]): TestServer => ({
  command: [process.execPath, FIXTURE, ...flags],
});

/** What to open. */
export interface OperatedOptions {
  /** `gateway:`; the listeners take free ports, and everybody may call. */
  readonly gateway?: JsonObject;
  readonly servers?: Readonly<Record<string, TestServer>>;
  readonly policies?: string;
  readonly clock?: Clock;
  readonly timers?: GatewayOptions['timers'];
  readonly environment?: Readonly<Record<string, string>>;
}

/** An answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

/** A gateway that ends with the test. */
export class Operated {
  readonly workspace: Workspace;
  readonly gateway: RunningGateway;
  readonly config: string;
  readonly #log: () => string;

  private constructor(parts: {
    workspace: Workspace;
    gateway: RunningGateway;
    config: string;
    log: () => string;
  }) {
    this.workspace = parts.workspace;
    this.gateway = parts.gateway;
    this.config = parts.config;
    this.#log = parts.log;
  }

  static async open(
    options: OperatedOptions = {},
    workspace: Workspace = new Workspace(),
  ): Promise<Operated> {
    const config = Operated.configure(workspace, options);
    let written = '';
    const stderr = new Writable({
      write(chunk: Buffer, _encoding, done) {
        written += chunk.toString();
        done();
      },
    });
    const load = () => loadConfig(config);
    const { clock, timers, environment = {} } = options;
    const gateway = await openGateway({
      config: load(),
      load,
      stderr,
      environment: { PATH: process.env['PATH'], ...environment },
      ...(clock === undefined ? {} : { clock }),
      ...(timers === undefined ? {} : { timers }),
    });
    onTestFinished(() => gateway.close());
    return new Operated({ workspace, gateway, config, log: () => written });
  }

  /** Writes the configuration and its policy, and returns the file. */
  static configure(workspace: Workspace, options: OperatedOptions): string {
    const { gateway = {}, servers = { files: fixture() }, policies = ALLOW_ALL } = options;
    const file = workspace.configure('writ', servers, policies);
    const config = parseStrictJson(readFileSync(file, 'utf8'));
    const listen = {
      listen: '127.0.0.1:0',
      admin: { listen: '127.0.0.1:0' },
      auth: 'none',
      log: { form: 'json', level: 'debug' },
    };
    return workspace.write(
      'writ.yaml',
      JSON.stringify({ ...(isJsonObject(config) ? config : {}), gateway: { ...listen, ...gateway } }),
    );
  }

  get url(): string {
    return this.gateway.started.url;
  }

  /** Everything on standard error so far. */
  get log(): string {
    return this.#log();
  }

  /** The events so far. */
  get events(): readonly JsonObject[] {
    return this.log
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => parseStrictJson(line))
      .filter(isJsonObject);
  }

  /** The first event of this kind; waits for it. */
  async event(kind: string): Promise<JsonObject> {
    for (;;) {
      const found = this.events.find(({ event }) => event === kind);
      if (found !== undefined) return found;
      await turn();
    }
  }

  /** A path of the probes' listener. */
  admin(path: string, options: RequestOptions = {}): Promise<Answer> {
    return send(`${this.gateway.started.adminUrl ?? ''}${path}`, options);
  }

  /** The checks of `/readyz`, failed ones with their reasons. */
  async ready(): Promise<{ readonly status: number; readonly failed: Readonly<Record<string, string>> }> {
    const { status, text } = await this.admin('/readyz?verbose');
    const { checks } = JSON.parse(text) as { checks: { name: string; ok: boolean; reason: string }[] };
    const failed = checks.filter(({ ok }) => !ok).map(({ name, reason }) => [name, reason]);
    return { status, failed: Object.fromEntries(failed) as Record<string, string> };
  }

  /** The value of a metric whose line begins so; `undefined` where there is none. */
  async metric(line: string): Promise<number | undefined> {
    const { text } = await this.admin('/metrics');
    const found = text.split('\n').find((one) => one.startsWith(`${line} `));
    return found === undefined ? undefined : Number(found.slice(line.length + 1));
  }

  /** Posts a message of the legacy era. */
  post(message: JsonObject, options: RequestOptions = {}): Promise<Answer> {
    return post(this.url, message, options);
  }

  /** A session of the legacy era. */
  async session(options: RequestOptions = {}): Promise<Session> {
    return openSession(this.url, options);
  }
}

/** A session of the legacy era. */
export interface Session {
  readonly id: string;
  call(name: string, args: JsonObject, options?: RequestOptions): Promise<Answer>;
  ask(method: string, params?: JsonObject): Promise<Answer>;
}

let nextId = 1;

/** Initialises a session at `url`. */
export async function openSession(url: string, options: RequestOptions = {}): Promise<Session> {
  const params = {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  };
  const answer = await post(url, { jsonrpc: '2.0', id: 0, method: 'initialize', params }, options);
  const id = String(answer.headers['mcp-session-id']);
  if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.text}`);
  const headers = { ...options.headers, 'mcp-session-id': id } as Record<string, string>;
  await post(url, { jsonrpc: '2.0', method: 'notifications/initialized' }, { ...options, headers });
  const ask = (method: string, asked?: JsonObject, more: RequestOptions = {}): Promise<Answer> => {
    const message = {
      jsonrpc: '2.0',
      id: nextId++,
      method,
      ...(asked === undefined ? {} : { params: asked }),
    };
    return post(url, message, { ...options, ...more, headers: { ...headers, ...(more.headers as object) } });
  };
  return { id, ask, call: (name, args, more) => ask('tools/call', { name, arguments: args }, more) };
}

/** Posts `message`. */
export function post(url: string, message: JsonObject, options: RequestOptions = {}): Promise<Answer> {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...(options.headers as Record<string, string> | undefined),
  };
  return send(url, { ...options, method: 'POST', headers }, JSON.stringify(message));
}

/** Sends a request on a connection of its own, and reads the answer to its end. */
export function send(url: string, options: RequestOptions = {}, body?: string): Promise<Answer> {
  const make = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = make(url, { agent: false, ...options }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** A connection on which a test writes what it likes. */
export class RawConnection {
  readonly socket: Socket;
  text = '';

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.socket = connect(Number(port), hostname.replace(/^\[|\]$/g, ''));
    this.socket.setEncoding('utf8').on('data', (chunk: string) => {
      this.text += chunk;
    });
    this.socket.on('error', () => {});
    onTestFinished(() => void this.socket.destroy());
  }

  write(text: string): this {
    this.socket.write(text);
    return this;
  }

  /** Everything that came until the other side ended. */
  async ended(): Promise<string> {
    if (!this.socket.closed) await once(this.socket, 'close');
    return this.text;
  }

  /** Resolves once `part` has come. */
  async until(part: string): Promise<string> {
    while (!this.text.includes(part)) await turn();
    return this.text;
  }
}

/** Lets everything that waits for the event loop happen. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Resolves once `isSo` holds. */
export async function eventually(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await turn();
}
