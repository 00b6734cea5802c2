/** A guard over a log in memory, with everything a test wants to reach into. */
import { createMemoryLog, type OpenLog } from '../audit/index.ts';
import { defaultDetectors } from '../detection/index.ts';
import {
  activatePolicy,
  createGuardLine,
  type Guard,
  type GuardPorts,
  type InterceptedAction,
} from '../guard/index.ts';
import { signApproval, createSigningKey, type SigningKey } from '../identity/index.ts';
import type { JsonObject } from '../kernel/index.ts';
import {
  type Approver,
  type Hold,
  type KillScope,
  type LimitFact,
  type LogWriter,
  type Mode,
  parseLimits,
  type PolicyDecisionPoint,
  type ToolDefinition,
} from '../model/index.ts';
import { loadPolicySet } from '../policy/index.ts';
import { type FakeClock, fakeClock, fakeRandom, type FakeTimers, fakeTimers } from './ports.ts';

/** How to make a {@link GuardWorld}. */
export interface GuardWorldOptions {
  readonly policies: string;
  readonly mode?: Mode;
  readonly tools?: readonly ToolDefinition[];
  /** Limits of the set, in the form that people write. */
  readonly limits?: readonly JsonObject[];
  /** Facts that limits may be on besides those every action has. */
  readonly supplied?: readonly LimitFact[];
  /** Names of approvers; each gets a key. */
  readonly approvers?: readonly string[];
  /** Puts something between the guard and its log. */
  readonly wrapLog?: (log: LogWriter) => LogWriter;
  readonly ports?: Partial<GuardPorts>;
  /** Puts something between the guard and any of its ports. */
  readonly portsOver?: (ports: GuardPorts) => GuardPorts;
}

/** A guard and what surrounds it. */
export interface GuardWorld {
  readonly guard: Guard;
  readonly log: OpenLog;
  readonly clock: FakeClock;
  readonly timers: FakeTimers;
  readonly approverKeys: ReadonlyMap<string, SigningKey>;
  /** Puts another policy set in force in the store; `adopt` says whether this guard has it too. */
  changePolicy(policies: string, adopt: boolean): Promise<void>;
  kill(scope: KillScope, id: string): Promise<void>;
  /** Records a signed answer to `hold` by the approver named. */
  answer(hold: Hold, approver: string, answer: 'approve' | 'deny'): Promise<void>;
}

const NODE = 'node-test';
const ORIGIN = 'test.example/log';

/** Makes the world. The log has its `start` and `policy` entries at 0 and 1. */
export async function guardWorld(options: GuardWorldOptions): Promise<GuardWorld> {
  const clock = fakeClock();
  const timers = fakeTimers(clock);
  const random = fakeRandom();
  const log = createMemoryLog({
    origin: ORIGIN,
    tenant: 'test',
    node: NODE,
    softwareVersion: '0.0.0',
    clock,
    random,
    bodyKey: { keyId: 'test-key', key: random.bytes(32) },
  });
  const limits =
    options.limits === undefined
      ? undefined
      : parseLimits(options.limits, 'test', new Set<LimitFact>(options.supplied));
  const load = (text: string): PolicyDecisionPoint => {
    const { decisionPoint } = loadPolicySet({
      sources: [{ name: 'test.cedar', text }],
      mode: options.mode ?? 'strict',
      ...(options.tools === undefined ? {} : { tools: options.tools }),
      ...(limits === undefined ? {} : { limits }),
    });
    return decisionPoint;
  };
  let decisionPoint = load(options.policies);
  const place = { log: log.writer, state: log.state, tenant: 'test', clock };
  await activatePolicy(place, 'test', decisionPoint);
  const approverKeys = new Map(
    (options.approvers ?? []).map((name) => [name, createSigningKey(name, random).key]),
  );
  const approvers: Approver[] = [...approverKeys].map(([id, { publicKey, keyId }]) => ({
    id,
    groups: [],
    publicKey,
    keyId,
  }));
  const ports: GuardPorts = {
    log: options.wrapLog?.(log.writer) ?? log.writer,
    state: log.state,
    policy: { scope: 'test', current: () => decisionPoint },
    clock,
    random,
    tenant: 'test',
    node: NODE,
    agent: { id: 'bot' },
    detectors: defaultDetectors().map((detector) => ({ detector, mode: 'block' as const })),
    approvers,
    isolation: 'unisolated',
    timings: { holdMs: 1_000, approvalTimeoutMs: 60_000, performMs: 10_000, pollMs: 100 },
    maxConcurrent: 8,
    ...options.ports,
  };
  const guard = createGuardLine(options.portsOver?.(ports) ?? ports, timers);
  const append = async (draft: Parameters<LogWriter['append']>[0]): Promise<void> => {
    const result = await log.writer.append(draft);
    if (result.status === 'refused') throw new Error(`refused: ${result.refusal}`);
  };
  const base = { tenant: 'test', retentionClass: 'log', concerns: [] };
  return {
    guard,
    log,
    clock,
    timers,
    approverKeys,
    async changePolicy(policies, adopt) {
      const next = load(policies);
      await activatePolicy(place, 'test', next);
      if (adopt) decisionPoint = next;
    },
    kill: (scope, id) =>
      append({
        ...base,
        detail: { kind: 'kill', kill: { action: 'kill', scope, reason: 'manual', killEpoch: 0 } },
        time: clock.now(),
        monotonicNs: clock.monotonicNs(),
        committed: { target: id },
        effects: [{ type: 'kill', scope, id, reason: 'test' }],
      }),
    answer(hold, approver, answer) {
      const key = approverKeys.get(approver);
      if (key === undefined) throw new Error(`no approver ${approver}`);
      const lifts = hold.forbids.map((forbid) => forbid.contentHash).sort();
      const signed = signApproval(
        {
          answer,
          hold: `${ORIGIN}#${hold.index}`,
          node: NODE,
          performedDigest: hold.digest,
          lifts,
          policyHash: hold.policyHash,
          expires: hold.expires,
          at: clock.now(),
        },
        key,
      );
      return append({
        ...base,
        detail: {
          kind: 'answer',
          answer: { answer, keyId: key.keyId, policyHash: hold.policyHash, lifts, expires: hold.expires },
          decisionOf: hold.index,
        },
        time: clock.now(),
        monotonicNs: clock.monotonicNs(),
        committed: {},
        effects: [
          {
            type: 'answer',
            hold: hold.index,
            answer,
            keyId: key.keyId,
            approver,
            statement: signed.statement,
            signature: signed.signature,
          },
        ],
      });
    },
  };
}

/** A call of `server/tool` with `args`. */
export function toolCall(
  tool: string,
  args: JsonObject,
  rest: Partial<InterceptedAction> = {},
): InterceptedAction {
  return {
    face: 'library',
    initiator: 'agent',
    phase: 'call',
    method: 'tools/call',
    parts: [{ action: { name: 'tools/call' }, resource: { type: 'tool', id: tool } }],
    args,
    ...rest,
  };
}
