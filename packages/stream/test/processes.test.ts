// Processes that are killed while they send, and several that would send to one destination.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLog } from '@writ/core';
import { openDraft, SAMPLE_LOG_KEYS, sampleLogIdentity } from '@writ/core/testing';
import type { OcsfEvent } from '@writ/export';
import { expect, onTestFinished, test, vi } from 'vitest';
import { cursorFile, cursorPath, SEND_STEPS, type SendStep } from '../src/index.ts';
import type { ExporterTask } from './exporter-process.ts';

const PROGRAM = join(import.meta.dirname, 'exporter-process.ts');
/** How long a process may take: machines that run tests are shared. */
const WAITING = { timeout: 60_000, interval: 10 };
/** Each test starts several processes. */
const SEVERAL = { timeout: 120_000 };
const ENTRIES = 40;

/** Each step in the middle of a log; some also at the very first sending, before there is a cursor. */
const KILLS: readonly (readonly [SendStep, number])[] = [
  ...SEND_STEPS.map((step) => [step, step.startsWith('note/') ? 0 : 3] as const),
  ['send/after', 0],
  ['cursor/before-rename', 0],
];

test.each(KILLS)(
  'a process that is killed at %s, after %i times, has lost nothing',
  SEVERAL,
  async (step, after) => {
    const data = await logOf(ENTRIES);
    const sink = await openSink();
    const killed = start({ data, url: sink.url, faults: [{ step, action: 'kill', after }] });
    expect(await ended(killed)).toBe('SIGKILL');
    const next = start({ data, url: sink.url });
    await vi.waitFor(() => expect(sink.firsts().length).toBeGreaterThanOrEqual(sizeTold(data)), WAITING);
    next.kill('SIGTERM');
    await ended(next);
    const firsts = sink.firsts();
    expect(firsts).toStrictEqual([...firsts].sort((left, right) => left - right));
    expect(firsts.slice(0, ENTRIES)).toStrictEqual(Array.from({ length: ENTRIES }, (_, index) => index));
    expect(readdirSync(join(data, 'export')).filter((name) => name.endsWith('.new'))).toStrictEqual([]);
  },
);

test('of two processes one sends; when it is killed the other goes on', SEVERAL, async () => {
  const data = await logOf(ENTRIES);
  const sink = await openSink();
  const first = start({ data, url: sink.url });
  await vi.waitFor(() => expect(sink.firsts().length).toBeGreaterThanOrEqual(ENTRIES), WAITING);
  const second = start({ data, url: sink.url });
  await once(second.stdout as NodeJS.ReadableStream, 'data');
  await append(data, ENTRIES);
  await vi.waitFor(() => expect(sink.firsts().length).toBeGreaterThanOrEqual(2 * ENTRIES), WAITING);
  expect(new Set(sink.received).size).toBe(sink.received.length);
  first.kill('SIGKILL');
  await ended(first);
  await append(data, ENTRIES);
  await vi.waitFor(() => expect(sink.firsts().length).toBeGreaterThanOrEqual(3 * ENTRIES), WAITING);
  second.kill('SIGTERM');
  await ended(second);
  const firsts = sink.firsts();
  expect(firsts).toStrictEqual(Array.from(firsts, (_, index) => index));
});

/** Entries that were in the log when it was made; what a process tells of itself comes on top. */
function sizeTold(data: string): number {
  return existsSync(cursorPath(data, 'siem'))
    ? Math.max(ENTRIES, cursorFile(cursorPath(data, 'siem')).load()?.next ?? 0)
    : ENTRIES;
}

/** A data folder with a log of at least `count` entries. */
async function logOf(count: number): Promise<string> {
  const data = mkdtempSync(join(tmpdir(), 'writ-export-'));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  await append(data, count);
  return data;
}

async function append(data: string, count: number): Promise<void> {
  const log = await openLog({ ...sampleLogIdentity(), path: data, ...SAMPLE_LOG_KEYS });
  try {
    for (let at = 0; at < count; at += 1)
      await log.writer.append(
        openDraft(`digest-${process.hrtime.bigint()}`, { committed: { agent: 'bot' } }),
      );
  } finally {
    await log.close();
  }
}

/** A webhook that takes everything. */
interface Sink {
  readonly url: string;
  /** Names of events, in the order in which they came. */
  readonly received: readonly string[];
  /** Indexes of entries, each where it came first. */
  firsts(): readonly number[];
}

async function openSink(): Promise<Sink> {
  const received: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      for (const event of JSON.parse(Buffer.concat(chunks).toString()) as OcsfEvent[])
        received.push(event.metadata.uid);
      response.end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    received,
    firsts: () => [...new Set(received.map((uid) => Number.parseInt(uid.split('#')[1] ?? '', 10)))],
  };
}

function start(task: ExporterTask): ChildProcess {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** The signal that ended it, or its code. */
async function ended(child: ChildProcess): Promise<string | number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.signalCode ?? child.exitCode;
}
