// A client over standard input and output with nothing in it that could be measured by mistake.
import { type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { JsonObject } from '@writ/core';

import type { Line } from './load.ts';
import type { Numbered } from './numbered.ts';
import { awaitEnd, startProcess } from './processes.ts';

const BYTES_PER_KB = 1024;
/** Longest wait for an answer, in milliseconds: a bench that hangs is a bench that failed. */
const ANSWER_MS = 60_000;
/** What is kept of a server's standard error. */
const COMPLAINTS = 10_000;
/** Where an answer's id is looked for without reading all of it: in its first and its last bytes. */
const ID_REACH = 100;
const ID = /"id":([0-9]+)/;
const NEW_LINE = 10;

/** What a server answers. */
export interface Answer {
  readonly result?: JsonObject & { readonly isError?: boolean };
  readonly error?: JsonObject;
}

/** A started server and the client's end of it. */
export interface StdioClient {
  readonly process: ChildProcess;
  ask(method: string, params: JsonObject): Promise<Answer>;
  tell(method: string): void;
  /** A way for one of many requests at a time; an answer of fewer than `leastBytes` is wrong. */
  line(next: () => Numbered, leastBytes: number): Promise<Line>;
  /** Resident bytes of the process itself, and of those that it started; `undefined` where the system does not tell. */
  residentBytes(): { readonly own: number; readonly children: number } | undefined;
  close(): Promise<void>;
}

/** Takes an answer's line, or why none will come. */
type Taker = (line: Buffer | undefined, why?: string) => void;

/** Starts `command`; its standard error is shown only where it fails. */
export function startClient(command: readonly string[], cwd: string): StdioClient {
  const child = startProcess(command, { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new TypeError('it has no pipes');
  const pending = new Map<number, Taker>();
  let complaints = '';
  let lastId = 0;
  let ended: string | undefined;
  stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = `${complaints}${text}`.slice(-COMPLAINTS);
  });
  readLines(stdout, (line) => {
    const id = idOf(line);
    const take = id === undefined ? undefined : pending.get(id);
    if (id !== undefined) pending.delete(id);
    take?.(line);
  });
  stdin.on('error', () => {});
  child.once('exit', (code, signal) => {
    ended = `the server ended with ${code ?? signal}: ${complaints}`;
    for (const take of pending.values()) take(undefined, ended);
    pending.clear();
  });
  return {
    process: child,
    ask(method, params) {
      const id = (lastId += 1);
      const answer = Promise.withResolvers<Answer>();
      const late = setTimeout(() => {
        pending.delete(id);
        answer.reject(new Error(`no answer to ${method}: ${complaints}`));
      }, ANSWER_MS);
      pending.set(id, (line, why) => {
        clearTimeout(late);
        if (line === undefined) answer.reject(new Error(why));
        else answer.resolve(JSON.parse(line.toString()) as Answer);
      });
      if (ended === undefined) stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
      else pending.get(id)?.(undefined, ended);
      return answer.promise;
    },
    tell(method) {
      stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method })}\n`);
    },
    line: (next, leastBytes) =>
      Promise.resolve({
        get isClosed() {
          return ended !== undefined;
        },
        ask(done) {
          const { id, bytes } = next();
          pending.set(id, (line, why) => {
            if (line === undefined || line.length >= leastBytes) done(why);
            else done(`an answer of ${line.length} bytes, ${leastBytes} were expected: ${line.toString()}`);
          });
          stdin.write(bytes);
        },
        close() {},
      }),
    residentBytes: () => residentBytes(child),
    async close() {
      stdin.end();
      await awaitEnd(child);
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

function readLines(stream: NodeJS.ReadableStream, take: (line: Buffer) => void): void {
  let parts: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => {
    let from = 0;
    for (let end = chunk.indexOf(NEW_LINE); end >= 0; end = chunk.indexOf(NEW_LINE, from)) {
      const part = chunk.subarray(from, end);
      take(parts.length === 0 ? part : Buffer.concat([...parts, part]));
      parts = [];
      from = end + 1;
    }
    if (from < chunk.length) parts.push(chunk.subarray(from));
  });
}

function idOf(line: Buffer): number | undefined {
  const found =
    ID.exec(line.toString('latin1', 0, ID_REACH)) ?? ID.exec(line.toString('latin1', line.length - ID_REACH));
  return found === null ? (JSON.parse(line.toString()) as { id?: number }).id : Number(found[1]);
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
