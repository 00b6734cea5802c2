/** A whole gateway over HTTP, with a node, policies and tokens, in front of recorded servers. */
import { Writable } from 'node:stream';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Entry, type JsonObject, systemRandom } from '@writ/core';
import {
  createTokenText,
  loadConfig,
  openNode,
  TokenFolder,
  tokenHash,
  tokenId,
  type WritNode,
} from '../../src/index.ts';
import { openGateway, type RunningGateway } from '../../src/serve/index.ts';
import { modernRequest, type Answer, readAnswer } from '../http-harness.ts';
import { ALLOW_ALL, Workspace } from '../workspace.ts';
import { type RecordedServer, recordedServer } from './recorded-server.ts';

/** What to open. */
export interface GovernedOptions {
  readonly policies?: string;
  readonly servers?: Readonly<Record<string, RecordedServer>>;
  readonly trusted?: boolean;
  /** Servers that nobody trusts, by name. */
  readonly untrusted?: readonly string[];
  /** Written beside the configuration, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Joined to the configuration. */
  readonly config?: JsonObject;
  readonly gateway?: JsonObject;
}

const BASE = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

/** A gateway that ends with the test. */
export class Governed {
  readonly gateway: RunningGateway;
  readonly workspace: Workspace;
  readonly config: string;
  readonly server: RecordedServer;
  readonly #written: () => string;

  private constructor(
    parts: Pick<Governed, 'gateway' | 'workspace' | 'config' | 'server'>,
    written: () => string,
  ) {
    this.gateway = parts.gateway;
    this.workspace = parts.workspace;
    this.config = parts.config;
    this.server = parts.server;
    this.#written = written;
  }

  static async open(options: GovernedOptions = {}): Promise<Governed> {
    const workspace = new Workspace();
    const servers = options.servers ?? { far: await recordedServer() };
    workspace.write('policy.cedar', options.policies ?? ALLOW_ALL);
    for (const [path, text] of Object.entries(options.files ?? {})) workspace.write(path, text);
    const { trusted = true, untrusted = [] } = options;
    const listed = Object.entries(servers).map(([name, { url }]) => [
      name,
      { url, trusted: trusted && !untrusted.includes(name) },
    ]);
    const gateway = {
      listen: '127.0.0.1:0',
      admin: { listen: '127.0.0.1:0' },
      auth: 'none',
      log: { form: 'json', level: 'debug' },
    };
    const config = workspace.write(
      'writ.yaml',
      JSON.stringify({
        policies: ['./policy.cedar'],
        agent: { id: 'test-agent' },
        data: './data',
        servers: Object.fromEntries(listed) as JsonObject,
        ...options.config,
        gateway: { ...gateway, ...options.gateway },
      }),
    );
    let written = '';
    const stderr = new Writable({
      write(chunk: Buffer, _encoding, done) {
        written += chunk.toString();
        done();
      },
    });
    const load = () => loadConfig(config);
    const running = await openGateway({
      config: load(),
      load,
      stderr,
      environment: { PATH: process.env['PATH'] },
    });
    onTestFinished(() => running.close());
    const [server] = Object.values(servers);
    if (server === undefined) throw new TypeError('a gateway without servers');
    return new Governed({ gateway: running, workspace, config, server }, () => written);
  }

  get url(): string {
    return this.gateway.started.url;
  }

  /** Everything on standard error so far. */
  get log(): string {
    return this.#written();
  }

  /** A new API token of `agent`, as a header. */
  token(agent: string, person?: string): { readonly authorization: string } {
    const folder = new TokenFolder(join(this.workspace.folder, 'data'));
    const text = createTokenText(systemRandom);
    const hash = tokenHash(text);
    const created = Date.now();
    const token = {
      id: tokenId(hash),
      hash: hash.toString('hex'),
      agent: { id: agent },
      ...(person === undefined ? {} : { person: { id: person, roles: [] } }),
      scopes: [],
      created,
      expires: created + 600_000,
    };
    folder.add(token);
    return { authorization: `Bearer ${text}` };
  }

  async post(message: unknown, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Answer> {
    return readAnswer(await this.open(message, headers, signal));
  }

  open(message: unknown, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
    const body = typeof message === 'string' ? message : JSON.stringify(message);
    const rest = signal === undefined ? {} : { signal };
    return fetch(this.url, { method: 'POST', headers: { ...BASE, ...headers }, body, ...rest });
  }

  modern(method: string, params: JsonObject = {}, headers: Record<string, string> = {}): Promise<Answer> {
    return this.post(...modernRequest(method, params, headers));
  }

  /** A legacy session; its headers. */
  async session(
    headers: Record<string, string> = {},
    version = '2025-06-18',
  ): Promise<Record<string, string>> {
    const params = { protocolVersion: version, capabilities: {}, clientInfo: { name: 'test', version: '1' } };
    const answer = await this.post({ jsonrpc: '2.0', id: 0, method: 'initialize', params }, headers);
    const own = {
      ...headers,
      'mcp-session-id': answer.headers.get('mcp-session-id') ?? '',
      'mcp-protocol-version': version,
    };
    await this.post({ jsonrpc: '2.0', method: 'notifications/initialized' }, own);
    return own;
  }

  /** Another process on the same data, as `writ kill` is one. */
  async operator<T>(act: (node: WritNode) => Promise<T> | T): Promise<T> {
    const node = await openNode({ config: loadConfig(this.config), report: () => {} });
    try {
      return await act(node);
    } finally {
      await node.close();
    }
  }

  /** Stops the agent, server or tool, from another process. */
  async kill(scope: 'agent' | 'server' | 'tool', id: string): Promise<void> {
    await this.operator(({ log, state, tenant, clock }) =>
      log.append({
        detail: {
          kind: 'kill',
          kill: { action: 'kill', scope, reason: 'manual', killEpoch: state.epochs('').killEpoch + 1 },
        },
        tenant,
        time: clock.now(),
        monotonicNs: clock.monotonicNs(),
        retentionClass: 'log',
        committed: { target: id, words: 'a test' },
        concerns: [],
        effects: [{ type: 'kill', scope, id, reason: 'a test' }],
      }),
    );
  }

  /** Every entry of the log so far. */
  entries(): Promise<readonly Entry[]> {
    return this.operator((node) =>
      Array.from({ length: node.reader.size() }, (_one, index) => node.reader.entry(index).entry),
    );
  }
}
