/** `kill -9` at each step of the line: what a restart finds, and what it never finds. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import {
  openLog,
  type OpenLog,
  signingKeyFromSeed,
  type StepFault,
  systemClock,
  systemRandom,
  verifyFolder,
} from '../src/index.ts';
import { BODY_KEY, type CrashReport, type CrashTask, ORIGIN, SEED } from './crash-child.ts';

const CHILD = fileURLToPath(new URL('crash-child.ts', import.meta.url));

interface Place {
  readonly data: string;
  readonly effects: string;
}

function place(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'writ-crash-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return { data: join(folder, '.writ'), effects: join(folder, 'effects') };
}

/** Runs the child; its report, or `undefined` where it was killed. */
function run(task: CrashTask, tool: string): CrashReport | undefined {
  const end = spawnSync(process.execPath, [CHILD, JSON.stringify(task), tool], { encoding: 'utf8' });
  if (end.signal === 'SIGKILL') return undefined;
  if (end.status !== 0) throw new Error(`the child failed: ${end.stderr}`);
  return JSON.parse(end.stdout) as CrashReport;
}

async function reopen(data: string): Promise<OpenLog> {
  const log = await openLog({
    path: data,
    origin: ORIGIN,
    tenant: 'test',
    node: 'node-crash',
    softwareVersion: '0.0.0',
    clock: systemClock,
    random: systemRandom,
    signingKey: { seed: SEED },
    bodyKey: BODY_KEY,
  });
  onTestFinished(() => log.close());
  return log;
}

const effectsOf = ({ effects }: Place): number =>
  existsSync(effects) ? readFileSync(effects, 'utf8').split('\n').length - 1 : 0;

/** Permitting decisions and what became of each, in order. */
function endsOf(log: OpenLog): readonly string[] {
  const permitted = new Map<number, string>();
  for (let index = 0; index < log.reader.size(); index += 1) {
    const { entry } = log.reader.entry(index);
    if (entry.kind === 'decision' && entry.decision.verdict === 'allow') permitted.set(index, 'open');
    if (entry.kind === 'outcome') permitted.set(entry.decisionOf, entry.outcome);
  }
  return [...permitted.values()];
}

async function expectVerified(data: string): Promise<void> {
  const report = await verifyFolder(data, { keys: [signingKeyFromSeed(ORIGIN, SEED).key] });
  expect(report.problems).toEqual([]);
  expect(report.ok).toBe(true);
}

/** The transactions of one child on a fresh folder: start, policy, decision, outcome. */
const [DECISION, OUTCOME] = [2, 3];
const at = (step: StepFault['step'], after: number): StepFault => ({ step, action: 'kill', after });

test.each<readonly [string, Partial<CrashTask>, readonly string[], number]>([
  [
    'before the decision is written: nothing ran and nothing claims to have',
    { fault: at('append/before-begin', DECISION) },
    [],
    0,
  ],
  ['inside the decision’s transaction: nothing ran', { fault: at('append/after-insert', DECISION) }, [], 0],
  ['just before the decision commits: nothing ran', { fault: at('append/before-commit', DECISION) }, [], 0],
  [
    'after the decision committed, before anybody knew: not run, and recorded as unknown',
    { fault: at('append/after-commit', DECISION) },
    ['unknown'],
    0,
  ],
  ['in the tool, before its effect: unknown', { dieInTool: 'before the effect' }, ['unknown'], 0],
  [
    'in the tool, after its effect: unknown, and the decision is on disk',
    { dieInTool: 'after the effect' },
    ['unknown'],
    1,
  ],
  ['before the outcome is written: unknown', { fault: at('append/before-begin', OUTCOME) }, ['unknown'], 1],
  [
    'just before the outcome commits: unknown',
    { fault: at('append/before-commit', OUTCOME) },
    ['unknown'],
    1,
  ],
  ['after the outcome committed: performed', { fault: at('append/after-commit', OUTCOME) }, ['performed'], 1],
])('killed %s', async (_when, task, ends, effects) => {
  const here = place();
  expect(run({ ...here, ...task }, 'bank/move')).toBeUndefined();
  const log = await reopen(here.data);
  expect(effectsOf(here)).toBe(effects);
  expect(endsOf(log)).toEqual(ends);
  await log.publish();
  await expectVerified(here.data);
  await log.close();
  // The same action again: of unknown outcome, it waits for a person; else it is judged as any other.
  const again = run(here, 'bank/move');
  expect(again?.verdict).toBe(ends.includes('unknown') ? 'step_up' : 'allow');
});

test.each<readonly [string, Partial<CrashTask>, boolean]>([
  [
    'before the decision that uses it commits: it can still be used, once',
    { fault: at('append/before-commit', DECISION) },
    true,
  ],
  [
    'after the decision that uses it committed: it is used up, though nothing ran',
    { fault: at('append/after-commit', DECISION) },
    false,
  ],
  ['in the tool: it is used up', { dieInTool: 'after the effect' }, false],
])('an approval whose action is killed %s', async (_when, task, isUsableAfter) => {
  const here = place();
  expect(run({ ...here, approve: true }, 'bank/pay')?.verdict).toBe('step_up');
  // On a folder whose policy is in force already the transactions are start, decision, outcome.
  const fault = task.fault === undefined ? undefined : { ...task.fault, after: (task.fault.after ?? 0) - 1 };
  expect(run({ ...here, ...task, ...(fault === undefined ? {} : { fault }) }, 'bank/pay')).toBeUndefined();
  const before = effectsOf(here);
  expect(run(here, 'bank/pay')?.verdict).toBe(isUsableAfter ? 'allow' : 'step_up');
  expect(effectsOf(here) - before).toBe(isUsableAfter ? 1 : 0);
  expect(run(here, 'bank/pay')?.verdict).toBe('step_up');
  const log = await reopen(here.data);
  await log.publish();
  await expectVerified(here.data);
});
