/** A gateway in this process, over pipes, with a client that speaks raw JSON-RPC. */
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import {
  type Clock,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseStrictJson,
  type Timers,
} from '@writ/core';
import { type Expose, runStdioGateway, type UpstreamConfig } from '../src/mcp/index.ts';
import { createFakeGuard, type FakeGuard } from './fake-guard.ts';
import { createFakePins, type FakePins } from './fake-pins.ts';

const FIXTURE = fileURLToPath(new URL('./fixtures/upstream.ts', import.meta.url));

/** The fixture server under `name`, trusted. */
export function fixtureServer(name: string, ...flags: string[]): UpstreamConfig {
  return { name, command: [process.execPath, FIXTURE, ...flags], isTrusted: true };
}

/** Timers that a test fires by hand. */
export interface ManualTimers extends Timers {
  /** Runs everything that is due within `ms`, whatever its order. */
  fire(ms: number): void;
}

/** Timers that never fire by themselves. */
export function manualTimers(): ManualTimers {
  const pending = new Set<{ ms: number; run: () => void }>();
  return {
    after(ms, run) {
      const timer = { ms, run };
      pending.add(timer);
      return () => void pending.delete(timer);
    },
    fire(ms) {
      for (const timer of Array.from(pending)) {
        if (timer.ms > ms) continue;
        pending.delete(timer);
        timer.run();
      }
    },
  };
}

/** What to start. */
export interface HarnessOptions {
  readonly guard?: FakeGuard;
  readonly pins?: FakePins;
  readonly servers?: readonly UpstreamConfig[];
  readonly expose?: Expose;
  readonly timers?: Timers;
  readonly clock?: Clock;
}

/** A running gateway and its client's end; both end with the test. */
export class Harness {
  readonly guard: FakeGuard;
  readonly pins: FakePins;
  readonly stdin: PassThrough = new PassThrough();
  readonly stdout: PassThrough = new PassThrough();
  readonly done: Promise<number>;
  /** Everything the client received that was no answer. */
  readonly told: JsonObject[] = [];
  stderr = '';
  readonly #stop = new AbortController();
  readonly #waiting = new Map<string, (message: JsonObject) => void>();
  readonly #watching = new Set<() => void>();
  #nextId = 1;

  constructor(options: HarnessOptions = {}) {
    this.guard = options.guard ?? createFakeGuard();
    this.pins = options.pins ?? createFakePins();
    const stderr = new PassThrough();
    stderr.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
      this.#changed();
    });
    const { pins, policy, state } = this.pins;
    this.done = runStdioGateway({
      ports: {
        guard: this.guard,
        pins,
        policy,
        state,
        ...(options.timers === undefined ? {} : { timers: options.timers }),
        ...(options.clock === undefined ? {} : { clock: options.clock }),
      },
      servers: options.servers ?? [fixtureServer('files')],
      ...(options.expose === undefined ? {} : { expose: options.expose }),
      stdin: this.stdin,
      stdout: this.stdout,
      stderr,
      environment: process.env,
      signal: this.#stop.signal,
    });
    this.done.catch(() => {});
    onTestFinished(async () => {
      await this.stop().catch(() => {});
    });
    let held = '';
    this.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      held += chunk;
      const lines = held.split('\n');
      held = lines.pop() ?? '';
      for (const line of lines) this.#take(line);
    });
  }

  /** Asks, and resolves with the whole answer. */
  async ask(method: string, params?: JsonObject, id: number | string = this.#nextId++): Promise<JsonObject> {
    const answer = this.answerTo(id);
    this.write(
      params === undefined ? { jsonrpc: '2.0', id, method } : { jsonrpc: '2.0', id, method, params },
    );
    return answer;
  }

  /** Resolves with the next answer to `id`. */
  answerTo(id: number | string | null): Promise<JsonObject> {
    return new Promise((resolve) => this.#waiting.set(JSON.stringify(id), resolve));
  }

  /** `result` of a call of the tool; fails where it was an error. */
  async call(name: string, args?: JsonObject, meta?: JsonObject): Promise<JsonObject> {
    const answer = await this.ask('tools/call', {
      name,
      ...(args === undefined ? {} : { arguments: args }),
      ...(meta === undefined ? {} : { _meta: meta }),
    });
    if (!isJsonObject(answer['result'])) throw new Error(JSON.stringify(answer));
    return answer['result'];
  }

  /** The handshake. */
  async initialize(): Promise<JsonObject> {
    const answer = await this.ask('initialize', {
      protocolVersion: '2025-06-18',
      capabilities: { sampling: {}, elicitation: {}, roots: {} },
      clientInfo: { name: 'test', version: '1' },
    });
    this.write({ jsonrpc: '2.0', method: 'notifications/initialized' });
    return answer;
  }

  write(message: JsonValue): void {
    this.raw(`${JSON.stringify(message)}\n`);
  }

  raw(text: string | Uint8Array): void {
    this.stdin.write(text);
  }

  /** Resolves once `isSo` holds; asked again whenever something arrives. */
  until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!isSo()) return;
        this.#watching.delete(look);
        resolve();
      };
      this.#watching.add(look);
      look();
    });
  }

  /** The first message told with this method. */
  async toldOf(method: string): Promise<JsonObject> {
    const find = (): JsonObject | undefined => this.told.find((message) => message['method'] === method);
    await this.until(() => find() !== undefined);
    return find() ?? {};
  }

  /** What the fixture server received of `method`. */
  async received(method: string, tool = 'received'): Promise<JsonObject[]> {
    const { structuredContent } = await this.call(tool);
    const all = isJsonObject(structuredContent) ? structuredContent['received'] : [];
    return (Array.isArray(all) ? all : [])
      .filter(isJsonObject)
      .filter((message) => message['method'] === method);
  }

  async stop(): Promise<number> {
    this.#stop.abort();
    return this.done;
  }

  #take(line: string): void {
    const message = parseStrictJson(line);
    if (!isJsonObject(message)) throw new Error(`no message: ${line}`);
    const key = JSON.stringify(message['id'] ?? null);
    const waiting = message['method'] === undefined ? this.#waiting.get(key) : undefined;
    if (waiting === undefined) this.told.push(message);
    else {
      this.#waiting.delete(key);
      waiting(message);
    }
    this.#changed();
  }

  #changed(): void {
    for (const look of this.#watching) look();
  }
}
