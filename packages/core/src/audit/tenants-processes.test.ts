/** Several processes on the tenants of one data folder, killed at every step of a batch. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import {
  type LogWriterReport,
  type LogWriterTask,
  sampleLogIdentity,
  sampleTenant,
} from '../testing/index.ts';
import { type OpenLog, openLogStore, type Step, STEPS, verifyFolder } from './index.ts';

const PROGRAM = join(import.meta.dirname, '..', 'testing', 'log-writer-process.ts');

interface Ended {
  readonly signal: string | null;
  readonly code: number | null;
  readonly reports: readonly LogWriterReport[];
}

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'writ-tenants-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, '.writ');
}

async function run(task: LogWriterTask): Promise<Ended> {
  const child: ChildProcess = spawn(process.execPath, [PROGRAM, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise<Pick<Ended, 'code' | 'signal'>>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const lines = child.stdout === null ? '' : await text(child.stdout);
  const reports = lines
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as LogWriterReport]));
  return { ...(await ended), reports };
}

/** Opens every tenant in a store of this process, which closes what killed processes left open. */
async function reopen(path: string, tenants: readonly string[]): Promise<ReadonlyMap<string, OpenLog>> {
  const store = openLogStore({ ...sampleLogIdentity('reader'), path });
  onTestFinished(() => store.close());
  const logs = await Promise.all(tenants.map((name) => store.open(sampleTenant(name))));
  return new Map(tenants.map((name, at) => [name, logs[at] as OpenLog]));
}

async function requireVerified(path: string, tenant: string, log: OpenLog): Promise<void> {
  await log.publish();
  const report = await verifyFolder(path, { tenant, keys: [log.verifierKey] });
  expect(report).toMatchObject({ ok: true, problems: [], size: log.reader.size(), uncovered: 0 });
}

const acknowledged = ({ reports }: Ended, tenant: string) =>
  reports.flatMap((report) =>
    report.tenant !== tenant || report.index === undefined ? [] : [{ ...report, index: report.index }],
  );

/** How often a step is passed before: within a batch of several logs, after-insert is passed once for each. */
const CRASHES: readonly (readonly [Step, number])[] = STEPS.flatMap((step): [Step, number][] =>
  step === 'append/after-insert'
    ? [13, 14, 15, 16].map((after) => [step, after])
    : [[step, step.startsWith('append') ? 9 : 2]],
);

test.each(CRASHES)(
  'a process killed at %s (after %i) leaves each tenant with all it acknowledged, and each verifies',
  async (step, after) => {
    const path = dataFolder();
    const tenants = ['a', 'b', 'c'];
    const ended = await run({
      path,
      name: 'victim',
      tenants,
      callers: 6,
      count: 200,
      publishEvery: 5,
      faults: [{ step, action: 'kill', after }],
    });
    expect(ended.signal).toBe('SIGKILL');
    for (const [tenant, log] of await reopen(path, tenants)) {
      const entries = Array.from({ length: log.reader.size() }, (_, at) => log.reader.entry(at).entry);
      for (const { index, digest = '' } of acknowledged(ended, tenant)) {
        expect(entries[index]).toMatchObject({ kind: 'decision', producer: { id: 'victim' } });
        // Every decision that was left open is closed as unknown.
        expect(log.state.isUnresolved(digest)).toBe(true);
      }
      const decisions = entries.filter(({ kind }) => kind === 'decision').length;
      const unknown = entries.filter((entry) => entry.kind === 'outcome' && entry.outcome === 'unknown');
      expect(unknown).toHaveLength(decisions);
      await requireVerified(path, tenant, log);
    }
  },
);

test('processes that write to the same and to different tenants never fork one, lose nothing and leave no gap', async () => {
  const path = dataFolder();
  const shares = [
    ['one', ['a', 'b']],
    ['two', ['b', 'c']],
    ['three', ['a', 'c']],
  ] as const;
  const runs = await Promise.all(
    shares.map(([name, tenants]) =>
      run({ path, name, tenants, callers: 4, count: 40, outcomes: true, publishEvery: 20 }),
    ),
  );
  for (const ended of runs) expect(ended).toMatchObject({ code: 0, signal: null });
  for (const [tenant, log] of await reopen(path, ['a', 'b', 'c'])) {
    const indexes = runs.flatMap((ended) => acknowledged(ended, tenant).map(({ index }) => index));
    // Two processes with two callers each wrote to it.
    expect(new Set(indexes).size).toBe(2 * 2 * 40);
    expect(log.reader.size()).toBe(2 * 2 + 2 * 2 * 2 * 40 + 1);
    await requireVerified(path, tenant, log);
  }
});

test('a key that two processes consume at once in one tenant is consumed once, and once in each other tenant', async () => {
  const path = dataFolder();
  const tenants = ['a', 'b'];
  const runs = await Promise.all(
    ['one', 'two'].map((name) => run({ path, name, tenants, callers: 2, count: 40, contend: true })),
  );
  for (const ended of runs) expect(ended).toMatchObject({ code: 0, signal: null });
  for (const tenant of tenants) {
    const won = runs.flatMap((ended) =>
      acknowledged(ended, tenant).map(({ digest = '' }) => digest.replace(/^\w+-/, '')),
    );
    expect([won.length, new Set(won).size]).toEqual([40, 40]);
  }
});
