/** One process that makes calls under limits over a real data folder, and may be ended at a named point. Run by limits.test.ts. */
import { appendFileSync } from 'node:fs';
import {
  activatePolicy,
  createGuardLine,
  type JsonObject,
  loadPolicySet,
  openLog,
  parseLimits,
  type StepFault,
  systemClock,
  systemRandom,
} from '../src/index.ts';
import { BODY_KEY, ORIGIN, SEED } from './crash-child.ts';

/** What the process is to do. */
export interface LimitsTask {
  readonly data: string;
  /** One line is appended to this file for each call that runs. */
  readonly effects: string;
  readonly limits: readonly JsonObject[];
  /** Told apart by their arguments. */
  readonly calls: number;
  readonly name: string;
  readonly fault?: StepFault;
}

/** What it printed, where it lived to: of each call the verdict, and the policies that determined it. */
export type LimitsReport = readonly { readonly verdict: string; readonly determining: readonly string[] }[];

const POLICIES = `
@id("calls") permit(principal, action in Action::"tools/call", resource);
@id("results") permit(principal, action == Action::"results/deliver", resource);
`;

if (import.meta.main) await run(JSON.parse(process.argv[2] ?? '{}') as LimitsTask);

async function run(task: LimitsTask): Promise<void> {
  const log = await openLog({
    path: task.data,
    origin: ORIGIN,
    tenant: 'test',
    node: task.name,
    softwareVersion: '0.0.0',
    clock: systemClock,
    random: systemRandom,
    signingKey: { seed: SEED },
    bodyKey: BODY_KEY,
    ...(task.fault === undefined ? {} : { faults: [task.fault] }),
  });
  const limits = parseLimits(task.limits, 'task');
  const { decisionPoint } = loadPolicySet({
    sources: [{ name: 'p', text: POLICIES }],
    mode: 'strict',
    limits,
  });
  const place = { log: log.writer, state: log.state, tenant: 'test', clock: systemClock };
  await activatePolicy(place, 'limits', decisionPoint);
  const guard = createGuardLine({
    log: log.writer,
    state: log.state,
    policy: { scope: 'limits', current: () => decisionPoint },
    clock: systemClock,
    random: systemRandom,
    tenant: 'test',
    node: task.name,
    agent: { id: 'bot' },
    detectors: [],
    approvers: [],
    isolation: 'unisolated',
    timings: { holdMs: 0, approvalTimeoutMs: 600_000, performMs: 60_000, pollMs: 20 },
    maxConcurrent: 64,
  });
  const call = (number: number): ReturnType<typeof guard.enforce> =>
    guard.enforce(
      {
        face: 'library',
        initiator: 'agent',
        phase: 'call',
        method: 'tools/call',
        parts: [{ action: { name: 'tools/call' }, resource: { type: 'tool', id: 'bank/move' } }],
        args: { from: task.name, number },
        wait: false,
      },
      async () => {
        appendFileSync(task.effects, 'ran\n');
        return { ok: true };
      },
    );
  const ends = await Promise.all(Array.from({ length: task.calls }, (_, number) => call(number)));
  const report: LimitsReport = ends.map(({ verdict, decision }) => ({
    verdict,
    determining: decision.determining.map(({ id }) => id),
  }));
  process.stdout.write(`${JSON.stringify(report)}\n`);
  await guard.close();
  await log.close();
}
