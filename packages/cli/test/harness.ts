// Running `writ` as the processes that people and clients start.
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WRIT } from '../../../scripts/testing/writ.ts';

/** Passphrase of the approvers in tests. */
export const PASSPHRASE = 'correct horse battery staple';

/** A finished process. */
export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of its own with its own trust, and `writ` in it. */
export class Scratch {
  static readonly launcher: string = WRIT;
  readonly notesServer: string = join(import.meta.dirname, 'fixtures/notes-server.mjs');
  readonly folder: string = mkdtempSync(join(tmpdir(), 'writ-cli-'));
  readonly #clients: GatewayClient[] = [];

  /** A copy of this folder as it stands: what `init` took long to make is made once. */
  copy(): Scratch {
    const copy = new Scratch();
    cpSync(this.folder, copy.folder, { recursive: true });
    return copy;
  }

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  write(name: string, text: string): string {
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  read(name: string): string {
    return existsSync(this.path(name)) ? readFileSync(this.path(name), 'utf8') : '';
  }

  get environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      XDG_CONFIG_HOME: this.path('xdg'),
      NO_COLOR: '1',
    };
  }

  run(...args: readonly string[]): Finished {
    const { status, stdout, stderr } = spawnSync(WRIT, args, {
      cwd: this.folder,
      env: this.environment,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  }

  /** The one JSON object that a command prints. */
  json(...args: readonly string[]): Record<string, unknown> {
    const { stdout, stderr } = this.run(...args, '--json');
    if (stdout.trim() === '') throw new Error(`no answer: ${stderr}`);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  /** `writ init` in front of the notes server, approver `ann`. */
  init(...flags: readonly string[]): Finished {
    this.write('passphrase', `${PASSPHRASE}\n`);
    const server = [process.execPath, this.notesServer, 'notes.txt', 'description.txt'];
    const approver = ['--approver', 'ann', '--passphrase-file', 'passphrase'];
    return this.run('init', '--agent', 'bot', '--name', 'notes', ...approver, ...flags, '--', ...server);
  }

  /** The same, for where nothing else is tested. */
  mustInit(...flags: readonly string[]): void {
    const { status, stderr } = this.init(...flags);
    if (status !== 0) throw new Error(`init ended with ${status}: ${stderr}`);
  }

  /** An MCP client of `writ mcp`, initialised. */
  async gateway(...flags: readonly string[]): Promise<GatewayClient> {
    const child = spawn(WRIT, ['mcp', ...flags], { cwd: this.folder, env: this.environment });
    const client = new GatewayClient(child);
    this.#clients.push(client);
    await client.initialize();
    return client;
  }

  async remove(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    // A daemon that was told to end may still be ending.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** What a tool call answered. */
export interface CallResult {
  readonly isError?: boolean;
  readonly content: readonly { readonly text: string }[];
  readonly _meta?: Record<string, unknown>;
}

/** The least of an MCP client. */
export class GatewayClient {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, (message: { result?: unknown; error?: unknown }) => void>();
  readonly #ended: Promise<void>;
  #next = 0;
  /** Everything on standard error so far. */
  stderr = '';

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    child.stderr.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString('utf8');
    });
    this.#ended = new Promise((resolve) => {
      child.once('close', () => {
        for (const fail of this.#waiting.values()) fail({ error: `ended: ${this.stderr}` });
        resolve();
      });
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = JSON.parse(line) as { id?: number; result?: unknown; error?: unknown };
      if (message.id === undefined) return;
      this.#waiting.get(message.id)?.(message);
      this.#waiting.delete(message.id);
    });
  }

  async initialize(): Promise<void> {
    await this.request('initialize', {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'test', version: '1' },
    });
    this.#send({ method: 'notifications/initialized' });
  }

  async request(method: string, params: unknown): Promise<unknown> {
    const id = (this.#next += 1);
    const answered = new Promise<{ result?: unknown; error?: unknown }>((resolve) =>
      this.#waiting.set(id, resolve),
    );
    this.#send({ id, method, params });
    const { result, error } = await answered;
    if (error !== undefined) throw new Error(JSON.stringify(error));
    return result;
  }

  call(name: string, args: Record<string, unknown> = {}): Promise<CallResult> {
    return this.request('tools/call', { name, arguments: args }) as Promise<CallResult>;
  }

  async close(): Promise<void> {
    this.#child.stdin.end();
    await this.#ended;
  }

  #send(message: Record<string, unknown>): void {
    this.#child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }
}

/** Resolves when `look` answers something, looking every 50 ms for at most 20 s. */
export async function eventually<Found>(look: () => Found | undefined): Promise<Found> {
  const { promise, resolve, reject } = Promise.withResolvers<Found>();
  const started = performance.now();
  const again = (): void => {
    const found = look();
    if (found !== undefined) resolve(found);
    else if (performance.now() - started > 20_000) reject(new Error('it did not happen'));
    else setTimeout(again, 50);
  };
  again();
  return promise;
}
