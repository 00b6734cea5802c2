/** Several processes on one log, and processes that end in the middle of a step. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import {
  type LogWriterReport,
  type LogWriterTask,
  SAMPLE_LOG_KEYS,
  sampleLogIdentity,
} from '../testing/index.ts';
import { openLog, type OpenLog, type Step, STEPS, verifyFolder } from './index.ts';

const PROGRAM = fileURLToPath(new URL('../testing/log-writer-process.ts', import.meta.url));

interface Run {
  readonly child: ChildProcessByStdio<null, Readable, null>;
  readonly reports: LogWriterReport[];
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** Resolves once a line with this member was written. */
  seen(member: 'open' | 'done'): Promise<void>;
}

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'writ-processes-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, '.writ');
}

function start(task: LogWriterTask): Run {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const reports: LogWriterReport[] = [];
  const waiting: { readonly member: 'open' | 'done'; readonly resolve: () => void }[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    const report = JSON.parse(line) as LogWriterReport;
    reports.push(report);
    for (const { member, resolve } of waiting) if (report[member] === true) resolve();
  });
  const closed = new Promise<void>((resolve) => lines.once('close', resolve));
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => void closed.then(() => resolve({ code, signal })));
  });
  return {
    child,
    reports,
    ended,
    seen: (member) => new Promise((resolve) => waiting.push({ member, resolve })),
  };
}

async function reopen(path: string): Promise<OpenLog> {
  const log = await openLog({ ...sampleLogIdentity('reader'), ...SAMPLE_LOG_KEYS, path });
  onTestFinished(() => log.close());
  return log;
}

function startRecord(log: OpenLog, index: number): { readonly closedUnknown: number } {
  const { entry } = log.reader.entry(index);
  if (entry.kind !== 'start') throw new Error(`entry ${index} is a ${entry.kind}`);
  return entry.start;
}

function acknowledged(run: Run): readonly { readonly index: number; readonly digest: string }[] {
  return run.reports.flatMap(({ index, digest }) =>
    index === undefined || digest === undefined ? [] : [{ index, digest }],
  );
}

const CRASHES: readonly (readonly [Step, number])[] = STEPS.map((step) => [
  step,
  step.startsWith('append') ? 7 : 2,
]);

test.each(CRASHES)(
  'a process killed at %s leaves a log that verifies and has all it acknowledged',
  async (step, after) => {
    const path = dataFolder();
    const run = start({
      path,
      name: 'victim',
      callers: 4,
      count: 300,
      publishEvery: 5,
      faults: [{ step, action: 'kill', after }],
    });
    expect((await run.ended).signal).toBe('SIGKILL');
    const log = await reopen(path);
    const known = acknowledged(run);
    for (const { index, digest } of known) {
      expect(log.reader.entry(index).entry).toMatchObject({ kind: 'decision', producer: { id: 'victim' } });
      // Every decision it left open is closed as unknown, and its action needs a person from now on.
      expect(log.state.isUnresolved(digest)).toBe(true);
    }
    const entries = Array.from({ length: log.reader.size() }, (_, index) => log.reader.entry(index).entry);
    const decisions = entries.filter(({ kind }) => kind === 'decision').length;
    const unknown = entries.filter((entry) => entry.kind === 'outcome' && entry.outcome === 'unknown').length;
    expect(decisions).toBeGreaterThanOrEqual(known.length);
    expect(unknown).toBe(decisions);
    expect(
      startRecord(
        log,
        entries.findLastIndex(({ kind }) => kind === 'start'),
      ).closedUnknown,
    ).toBe(unknown);
    await log.publish();
    const report = await verifyFolder(path, { keys: [log.verifierKey] });
    expect(report).toMatchObject({ ok: true, problems: [], size: entries.length, uncovered: 0 });
  },
);

test('two processes that append at once never fork the log, lose nothing and leave no gap', async () => {
  const path = dataFolder();
  const runs = ['one', 'two'].map((name) =>
    start({ path, name, callers: 8, count: 60, outcomes: true, publishEvery: 20 }),
  );
  for (const run of runs) expect(await run.ended).toEqual({ code: 0, signal: null });
  const log = await reopen(path);
  const indexes = runs.flatMap((run) => acknowledged(run).map(({ index }) => index));
  expect(new Set(indexes).size).toBe(2 * 8 * 60);
  // Two starts, two stops, decisions and outcomes of both, and the start of the reader.
  expect(log.reader.size()).toBe(2 * 2 + 2 * 2 * 8 * 60 + 1);
  await log.publish();
  const report = await verifyFolder(path, { keys: [log.verifierKey] });
  expect(report).toMatchObject({ ok: true, problems: [], size: log.reader.size() });
});

test('a key that two processes consume at once is consumed by one of them', async () => {
  const path = dataFolder();
  const runs = ['one', 'two'].map((name) => start({ path, name, callers: 4, count: 40, contend: true }));
  for (const run of runs) expect(await run.ended).toEqual({ code: 0, signal: null });
  const won = runs.flatMap((run) => acknowledged(run).map(({ digest }) => digest.replace(/^\w+-/, '')));
  expect(new Set(won).size).toBe(4 * 40);
  expect(won).toHaveLength(4 * 40);
  const refusals = runs.flatMap((run) => run.reports.flatMap(({ refusal }) => refusal ?? []));
  expect(refusals).toEqual(Array.from({ length: 4 * 40 }, () => 'consumed'));
});

test('decisions of a process that lives stay open; once it is killed, the next start closes them', async () => {
  const path = dataFolder();
  const run = start({ path, name: 'alive', callers: 1, count: 3, stay: true });
  await run.seen('done');
  const first = await reopen(path);
  expect(startRecord(first, first.reader.size() - 1).closedUnknown).toBe(0);
  expect(first.state.isUnresolved('alive-0-0')).toBe(false);
  run.child.kill('SIGKILL');
  await run.ended;
  const second = await reopen(path);
  expect(startRecord(second, second.reader.size() - 4).closedUnknown).toBe(3);
  expect(second.state.isUnresolved('alive-0-0')).toBe(true);
});
