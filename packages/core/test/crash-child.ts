/** One process that takes one action along the whole line over a real data folder, and may be ended at a named point. Run by crash.test.ts. */
import { appendFileSync } from 'node:fs';
import {
  activatePolicy,
  type Approver,
  createGuardLine,
  defaultDetectors,
  loadPolicySet,
  openLog,
  signApproval,
  type SigningKey,
  signingKeyFromSeed,
  type StepFault,
  systemClock,
  systemRandom,
} from '../src/index.ts';

/** What the process is to do. */
export interface CrashTask {
  readonly data: string;
  /** The tool's effect: one line is appended to this file each time it runs. */
  readonly effects: string;
  readonly fault?: StepFault;
  /** Ends the process inside the tool. */
  readonly dieInTool?: 'before the effect' | 'after the effect';
  /** Signs an approval for the hold that the call leaves, then ends. */
  readonly approve?: boolean;
}

/** What it printed, where it lived to. */
export interface CrashReport {
  readonly verdict: string;
  readonly outcome?: string;
}

export const ORIGIN = 'crash.example/log';
export const SEED: Uint8Array = new Uint8Array(32).fill(7);
export const BODY_KEY: { readonly keyId: string; readonly key: Uint8Array } = {
  keyId: 'crash',
  key: new Uint8Array(32).fill(9),
};
const APPROVER: SigningKey = signingKeyFromSeed('alice', new Uint8Array(32).fill(5));
const NODE = 'node-crash';

const POLICIES = `
@id("calls") permit(principal, action in Action::"tools/call", resource);
@id("results") permit(principal, action == Action::"results/deliver", resource);
@id("ask") @verdict("step_up") forbid(principal, action == Action::"bank/pay", resource);
`;

if (import.meta.main)
  await run(JSON.parse(process.argv[2] ?? '{}') as CrashTask, process.argv[3] ?? 'bank/move');

async function run(task: CrashTask, tool: string): Promise<void> {
  const log = await openLog({
    path: task.data,
    origin: ORIGIN,
    tenant: 'test',
    node: NODE,
    softwareVersion: '0.0.0',
    clock: systemClock,
    random: systemRandom,
    signingKey: { seed: SEED },
    bodyKey: BODY_KEY,
    ...(task.fault === undefined ? {} : { faults: [task.fault] }),
  });
  const { decisionPoint } = loadPolicySet({ sources: [{ name: 'p', text: POLICIES }], mode: 'strict' });
  const place = { log: log.writer, state: log.state, tenant: 'test', clock: systemClock };
  await activatePolicy(place, 'crash', decisionPoint);
  const approvers: Approver[] = [
    { id: 'alice', groups: [], publicKey: APPROVER.publicKey, keyId: APPROVER.keyId },
  ];
  const guard = createGuardLine({
    log: log.writer,
    state: log.state,
    policy: { scope: 'crash', current: () => decisionPoint },
    clock: systemClock,
    random: systemRandom,
    tenant: 'test',
    node: NODE,
    agent: { id: 'bot' },
    detectors: defaultDetectors().map((detector) => ({ detector, mode: 'block' as const })),
    approvers,
    isolation: 'unisolated',
    timings: { holdMs: 0, approvalTimeoutMs: 600_000, performMs: 60_000, pollMs: 20 },
    maxConcurrent: 4,
  });
  const end = await guard.enforce(
    {
      face: 'library',
      initiator: 'agent',
      phase: 'call',
      method: 'tools/call',
      parts: [{ action: { name: 'tools/call' }, resource: { type: 'tool', id: tool } }],
      args: { amount: 5 },
      wait: false,
    },
    async () => {
      if (task.dieInTool === 'before the effect') process.kill(process.pid, 'SIGKILL');
      appendFileSync(task.effects, 'ran\n');
      if (task.dieInTool === 'after the effect') process.kill(process.pid, 'SIGKILL');
      return { ok: true };
    },
  );
  if (task.approve === true) await approve();
  const report: CrashReport = {
    verdict: end.verdict,
    ...(end.outcome === undefined ? {} : { outcome: end.outcome }),
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
  await guard.close();
  await log.close();

  async function approve(): Promise<void> {
    const hold = log.state.holds().findLast(({ status }) => status === 'waiting');
    if (hold === undefined) throw new Error('nothing waits');
    const lifts = hold.forbids.map(({ contentHash }) => contentHash).sort();
    const { digest, policyHash, expires } = hold;
    const claim = {
      answer: 'approve',
      hold: `${ORIGIN}#${hold.index}`,
      node: NODE,
      performedDigest: digest,
      lifts,
      policyHash,
      expires,
      at: systemClock.now(),
    } as const;
    const signed = signApproval(claim, APPROVER);
    await log.writer.append({
      detail: {
        kind: 'answer',
        answer: { answer: 'approve', keyId: APPROVER.keyId, policyHash, lifts, expires },
        decisionOf: hold.index,
      },
      tenant: 'test',
      time: systemClock.now(),
      monotonicNs: systemClock.monotonicNs(),
      retentionClass: 'log',
      committed: {},
      concerns: [],
      effects: [
        {
          type: 'answer',
          hold: hold.index,
          answer: 'approve',
          keyId: APPROVER.keyId,
          approver: 'alice',
          ...signed,
        },
      ],
    });
  }
}
