// A client over standard input and output with nothing in it that could be measured by mistake.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { JsonObject } from '@writ/core';

const BYTES_PER_KB = 1024;
/** Longest wait for an answer, in milliseconds: a bench that hangs is a bench that failed. */
const ANSWER_MS = 60_000;

/** What a server answers. */
export interface Answer {
  readonly result?: JsonObject & { readonly isError?: boolean };
  readonly error?: JsonObject;
}

/** A started server and the client's end of it. */
export interface StdioClient {
  ask(method: string, params: JsonObject): Promise<Answer>;
  tell(method: string): void;
  /** Resident bytes of the process itself, and of those that it started; `undefined` where the system does not tell. */
  residentBytes(): { readonly own: number; readonly children: number } | undefined;
  close(): Promise<void>;
}

/** Starts `command`; its standard error is shown only where it fails. */
export function startClient(command: readonly string[], cwd: string): StdioClient {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  const pending = new Map<number, PromiseWithResolvers<Answer>>();
  let complaints = '';
  let rest = '';
  let lastId = 0;
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const message = JSON.parse(line) as Answer & { readonly id?: number };
      const waiting = message.id === undefined ? undefined : pending.get(message.id);
      if (message.id !== undefined) pending.delete(message.id);
      waiting?.resolve(message);
    }
  });
  const fail = (why: string): void => {
    for (const { reject } of pending.values()) reject(new Error(`${why}: ${complaints}`));
    pending.clear();
  };
  child.once('exit', (code) => fail(`the server ended with ${String(code)}`));
  return {
    async ask(method, params) {
      const id = (lastId += 1);
      const answer = Promise.withResolvers<Answer>();
      pending.set(id, answer);
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
      const late = setTimeout(() => fail(`no answer to ${method}`), ANSWER_MS);
      return answer.promise.finally(() => clearTimeout(late));
    },
    tell(method) {
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method })}\n`);
    },
    residentBytes: () => residentBytes(child),
    async close() {
      if (child.exitCode !== null) return;
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

/** The handshake, as every client does it. */
export async function initialize(client: StdioClient): Promise<void> {
  const { error } = await client.ask('initialize', {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'bench', version: '0.0.0' },
  });
  if (error !== undefined) throw new Error(`initialize: ${JSON.stringify(error)}`);
  client.tell('notifications/initialized');
}

function residentBytes({ pid }: ChildProcess): ReturnType<StdioClient['residentBytes']> {
  if (pid === undefined || process.platform !== 'linux') return undefined;
  const children = descendants(pid);
  return { own: residentOf(pid), children: children.reduce((sum, child) => sum + residentOf(child), 0) };
}

function descendants(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const pids = children.split(' ').filter(Boolean).map(Number);
  return pids.flatMap((child) => [child, ...descendants(child)]);
}

function residentOf(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * BYTES_PER_KB;
}
