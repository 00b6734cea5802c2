// A proxy over a real node and log, hosts on loopback, and clients that speak raw bytes.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect, createServer as createTcp, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { once } from 'node:events';
import { isJsonObject, type JsonObject, systemClock, systemRandom, type Timers } from '@writ/core';
import { onTestFinished } from 'vitest';
import { createTokenText, type StoredToken, TokenFolder, tokenHash, tokenId } from '../../src/auth/index.ts';
import { parseConfig } from '../../src/config/index.ts';
import { openEgress, type Resolver, type RunningEgress } from '../../src/egress/index.ts';
import { authorityFiles, createAuthority, HostCertificates } from '../../src/egress/inspect/index.ts';

/** Everything may go everywhere; what is refused then is refused by no policy. */
export const PERMIT_ALL = '@id("all") permit (principal, action == Action::"network/egress", resource);\n';
/** Loopback is named, so that hosts of a test can be reached at all. */
export const LOOPBACK = 'allowNetworks: [127.0.0.0/8, "::1"]';

/** What a world is made of. */
export interface WorldOptions {
  readonly policy?: string;
  /** Lines under `egress:`, as a flow map's inside; default {@link LOOPBACK}. */
  readonly egress?: string;
  /** Lines of `writ.yaml` besides. */
  readonly yaml?: string;
  /** Names and the addresses they have, one list for each time they are asked; the last stays. */
  readonly names?: Readonly<Record<string, readonly (readonly string[])[]>>;
  readonly resolver?: Resolver;
  readonly timers?: Timers;
  /** Called with the folder before anything is opened. */
  readonly prepare?: (folder: string) => void;
}

/** A resolver that answers as a test says, and remembers what it was asked. */
export function namesResolver(
  names: NonNullable<WorldOptions['names']>,
): Resolver & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    resolve(host) {
      const answers = names[host];
      const times = asked.filter((one) => one === host).length;
      asked.push(host);
      const answer = answers?.[Math.min(times, answers.length - 1)];
      return answer === undefined
        ? Promise.reject(new Error('no such name is known'))
        : Promise.resolve([...answer].sort());
    },
  };
}

/** A proxy and what stands around it. */
export class EgressWorld {
  readonly folder: string;
  readonly egress: RunningEgress;
  readonly asked: string[];
  readonly reports: string[];

  private constructor(folder: string, egress: RunningEgress, asked: string[], reports: string[]) {
    this.folder = folder;
    this.egress = egress;
    this.asked = asked;
    this.reports = reports;
  }

  static async open(options: WorldOptions = {}): Promise<EgressWorld> {
    const folder = mkdtempSync(join(tmpdir(), 'writ-egress-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, 'policies'));
    writeFileSync(join(folder, 'policies/a.cedar'), options.policy ?? PERMIT_ALL);
    options.prepare?.(folder);
    const { egress = LOOPBACK, yaml = '' } = options;
    const text = `policies: [policies]\nagent: {id: bot}\negress: {listen: "127.0.0.1:0", ${egress}}\n${yaml}`;
    const names = namesResolver(options.names ?? {});
    const reports: string[] = [];
    const opened = await openEgress({
      config: parseConfig(text, join(folder, 'writ.yaml')),
      report: (line) => reports.push(line),
      resolver: options.resolver ?? names,
      ...(options.timers === undefined ? {} : { timers: options.timers }),
    });
    onTestFinished(() => opened.close());
    return new EgressWorld(folder, opened, names.asked, reports);
  }

  get port(): number {
    const { address } = this.egress;
    if ('socket' in address) throw new Error('it listens on a socket');
    return address.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** A raw connection to the proxy. */
  client(): RawClient {
    const { address } = this.egress;
    return new RawClient('socket' in address ? connect(address.socket) : connect(address.port, '127.0.0.1'));
  }

  /** Sends `text` on a connection of its own and resolves with all that comes back until it ends. */
  async raw(text: string): Promise<string> {
    const client = this.client();
    client.socket.write(text, 'latin1');
    return client.ended();
  }

  /** A plain GET through the proxy. */
  async get(url: string, headers: string = ''): Promise<{ readonly status: number; readonly text: string }> {
    const { host } = new URL(url);
    const text = await this.raw(
      `GET ${url} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${headers}\r\n`,
    );
    return { status: Number(text.slice(9, 12)), text };
  }

  /** CONNECT, until the head of its answer has come. */
  async connect(
    authority: string,
    headers: string = '',
  ): Promise<{ readonly status: number; readonly client: RawClient }> {
    const client = this.client();
    client.socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${headers}\r\n`);
    await client.until(() => client.text.includes('\r\n\r\n'));
    return { status: Number(client.text.slice(9, 12)), client };
  }

  /** Decisions and outcomes in the log so far, in a few words each. */
  entries(): readonly string[] {
    return this.details().flatMap(({ kind, decision, outcome, code }) => {
      if (kind === 'decision' && isJsonObject(decision))
        return [words('decision', decision['verdict'], decision['code'])];
      return kind === 'outcome' ? [words('outcome', outcome, code)] : [];
    });
  }

  /** What was counted and not judged, once it was written: ends the proxy. */
  async counted(): Promise<JsonObject> {
    await this.egress.node.guard.close();
    const counts = this.details().flatMap(({ kind, refusals }) =>
      kind === 'refusals' && isJsonObject(refusals) && isJsonObject(refusals['counts'])
        ? [refusals['counts']]
        : [],
    );
    return Object.assign({}, ...counts) as JsonObject;
  }

  /** The sealed body of the entry of `receipt`. */
  body(receipt: string): JsonObject {
    const index = Number(receipt.slice(receipt.lastIndexOf('#') + 1));
    return JSON.parse(JSON.stringify(this.egress.node.reader.body(index))) as JsonObject;
  }

  details(): readonly JsonObject[] {
    const { reader } = this.egress.node;
    return Array.from(
      { length: reader.size() },
      (_one, index) => JSON.parse(JSON.stringify(reader.entry(index).entry)) as JsonObject,
    );
  }
}

/** An API token of the world's node for `agent`. */
export function makeToken(
  { folder }: EgressWorld,
  agent: string,
  more: { readonly expires?: number } = {},
): { readonly text: string; readonly stored: StoredToken; readonly tokens: TokenFolder } {
  const text = createTokenText(systemRandom);
  const hash = tokenHash(text);
  const now = systemClock.now();
  const stored = {
    id: tokenId(hash),
    hash: hash.toString('hex'),
    agent: { id: agent },
    scopes: [],
    created: now,
    expires: more.expires ?? now + 60_000,
  };
  const tokens = new TokenFolder(join(folder, '.writ'));
  tokens.add(stored);
  return { text, stored, tokens };
}

function words(...all: readonly unknown[]): string {
  return all.filter((one) => typeof one === 'string').join(' ');
}

/** A socket and what came over it. */
export class RawClient {
  readonly socket: Socket;
  bytes: Buffer = Buffer.alloc(0);
  readonly #watching = new Set<() => void>();
  #isEnded = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.bytes = Buffer.concat([this.bytes, chunk]);
      this.#changed();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#isEnded = true;
      this.#changed();
    });
    onTestFinished(() => void socket.destroy());
  }

  get text(): string {
    return this.bytes.toString('latin1');
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (isSo()) resolve();
        else if (this.#isEnded) reject(new Error(`the connection ended: ${this.text.slice(0, 500)}`));
        else return;
        this.#watching.delete(look);
      };
      this.#watching.add(look);
      look();
    });
  }

  /** Everything, once the other side has ended. */
  async ended(): Promise<string> {
    if (!this.#isEnded) await once(this.socket, 'close');
    return this.text;
  }

  #changed(): void {
    for (const look of Array.from(this.#watching)) look();
  }
}

/** What a host was asked. */
export interface Host {
  readonly port: number;
  /** First lines of requests, `GET /path`. */
  readonly requests: string[];
  readonly heads: IncomingMessage[];
  readonly bodies: string[];
  /** Connections that were made to it. */
  readonly connections: number;
}

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A web server on `address`, ended with the test. Answers `hello from ADDRESS`. */
export async function host(address: string = '127.0.0.1', answer?: Answer): Promise<Host> {
  return listenFor(createServer(), address, answer);
}

/** The same behind TLS, with a certificate for `name` by an authority whose certificate is answered too. */
export async function tlsHost(name: string, answer?: Answer): Promise<Host & { readonly ca: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'writ-egress-ca-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const files = authorityFiles(folder);
  const ports = { clock: systemClock, random: systemRandom };
  createAuthority(files, { name: 'test hosts', ...ports });
  const context = new HostCertificates(files, ports).contextFor(name);
  const server = createHttps({ SNICallback: (_name, done) => done(null, context) });
  const made = await listenFor(server, '127.0.0.1', answer);
  return Object.assign(made, { ca: readFileSync(files.certificate, 'utf8') });
}

/** A server of bytes that sends back what it gets. */
export async function echoHost(
  address: string = '127.0.0.1',
): Promise<{ readonly port: number; readonly sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server = createTcp((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  server.listen(0, address);
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, sockets };
}

async function listenFor(server: Server, address: string, answer?: Answer): Promise<Host> {
  const made = {
    port: 0,
    requests: [] as string[],
    heads: [] as IncomingMessage[],
    bodies: [] as string[],
    connections: 0,
  };
  server.on('connection', () => (made.connections += 1));
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    made.requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    made.heads.push(request);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('latin1');
      made.bodies.push(body);
      if (answer === undefined) response.end(`hello from ${address}`);
      else answer(request, response, body);
    });
  });
  server.listen(0, address);
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  made.port = (server.address() as AddressInfo).port;
  return made;
}
