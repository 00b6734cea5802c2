/** Limits over real processes: several at once on one data folder, and `kill -9` between taking and performing. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { type JsonObject, signingKeyFromSeed, type StepFault, verifyFolder } from '../src/index.ts';
import { ORIGIN, SEED } from './crash-child.ts';
import type { LimitsReport, LimitsTask } from './limits-child.ts';

const CHILD = fileURLToPath(new URL('limits-child.ts', import.meta.url));

interface Place {
  readonly data: string;
  readonly effects: string;
}

function place(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'writ-limits-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return { data: join(folder, '.writ'), effects: join(folder, 'effects') };
}

/** Runs the child; its report, or `undefined` where it was killed. */
function run(task: LimitsTask): Promise<LimitsReport | undefined> {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const printed: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve(undefined);
      else if (code !== 0) reject(new Error(`the child ended with ${String(code)}`));
      else resolve(JSON.parse(Buffer.concat(printed).toString('utf8')) as LimitsReport);
    });
  });
}

const effectsOf = ({ effects }: Place): number =>
  existsSync(effects) ? readFileSync(effects, 'utf8').split('\n').length - 1 : 0;

async function expectVerified(data: string): Promise<void> {
  const report = await verifyFolder(data, { keys: [signingKeyFromSeed(ORIGIN, SEED).key] });
  expect(report.problems).toEqual([]);
}

const PRINCIPAL = { key: ['principal'] };
const TEN: JsonObject = { id: 'ten', kind: 'calls', amount: 10, ...PRINCIPAL };

test('fifty calls of five processes at once run ten times', async () => {
  const here = place();
  const reports = await Promise.all(
    Array.from({ length: 5 }, (_, at) => run({ ...here, limits: [TEN], calls: 10, name: `node-${at}` })),
  );
  const ends = reports.flatMap((report) => report ?? []);
  expect(ends.filter(({ verdict }) => verdict === 'allow')).toHaveLength(10);
  expect(ends.filter(({ verdict }) => verdict === 'deny')).toHaveLength(40);
  expect(effectsOf(here)).toBe(10);
  await expectVerified(here.data);
});

/** The transactions of one child on a fresh folder: start, policy, decision, outcome. */
const DECISION = 2;
const kill = (step: StepFault['step'], after: number): StepFault => ({ step, action: 'kill', after });

test.each<readonly [string, StepFault, string]>([
  ['before it was taken: nothing is gone', kill('append/before-commit', DECISION), 'allow'],
  ['after it was taken, before it ran: the call counts', kill('append/after-commit', DECISION), 'deny'],
])('a process killed %s', async (_when, fault, verdict) => {
  const here = place();
  const limits = [{ ...TEN, amount: 1 }];
  expect(await run({ ...here, limits, calls: 1, name: 'first', fault })).toBeUndefined();
  expect(effectsOf(here)).toBe(0);
  const [again] = (await run({ ...here, limits, calls: 1, name: 'second' })) ?? [];
  expect(again?.verdict).toBe(verdict);
  if (verdict === 'deny') expect(again?.determining).toEqual(['limit:ten']);
  await expectVerified(here.data);
});

test('a process killed while it held the only place leaves it free, once its decision is closed as unknown', async () => {
  const here = place();
  const limits = [{ id: 'single', kind: 'concurrency', amount: 1, ...PRINCIPAL }];
  const fault = kill('append/after-commit', DECISION);
  expect(await run({ ...here, limits, calls: 1, name: 'first', fault })).toBeUndefined();
  const [again] = (await run({ ...here, limits, calls: 1, name: 'second' })) ?? [];
  expect(again?.verdict).toBe('allow');
  expect(effectsOf(here)).toBe(1);
});
