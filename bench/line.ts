// A guard over a log in memory, whole or with a part taken out, for measuring what each part costs.
import {
  activatePolicy,
  type ConfiguredDetector,
  createGuardLine,
  createMemoryLog,
  defaultDetectors,
  type Detector,
  type EntryDraft,
  type Guard,
  loadPolicySet,
  LOCAL_TENANT,
  type OpenLog,
  type PolicyDecisionPoint,
  systemClock,
  systemRandom,
} from '@writ/core';
import { phoneDetector } from '@writ/detectors';

import { POLICIES, TOOLS } from './typical.ts';

/** Key of the policy epoch in the store. */
const SCOPE = 'bench';
const MS_PER_MINUTE = 60_000;

/** Everything that scans by default, and phone numbers. */
export const DETECTORS: readonly Detector[] = [...defaultDetectors(), phoneDetector];

/** A guard and its log. */
export interface Line {
  readonly guard: Guard;
  readonly log: OpenLog;
}

/** What a line is made of. */
export interface LineOptions {
  readonly decisionPoint: PolicyDecisionPoint;
  /** Default {@link DETECTORS}. */
  readonly detectors?: readonly Detector[];
  /** Told each draft on its way to the log. */
  readonly onDraft?: (draft: EntryDraft) => void;
  /** Default a new one in memory that does not seal. */
  readonly log?: OpenLog;
}

/** The typical policies, or others, in the engine that is built in. */
export function cedarPoint(text: string = POLICIES): PolicyDecisionPoint {
  return loadPolicySet({ sources: [{ name: 'bench.cedar', text }], tools: TOOLS, mode: 'strict' })
    .decisionPoint;
}

/** A decision point that permits everything and costs nothing. What `point` answers to `query` is what it always answers. */
export function constantPoint(point: PolicyDecisionPoint): PolicyDecisionPoint {
  const { policyHash, schemaHash, entitiesHash, mode } = point;
  return {
    policyHash,
    schemaHash,
    entitiesHash,
    mode,
    engineVersion: 'none',
    decide: () => ({
      verdict: 'allow',
      mode,
      source: 'policy',
      determining: [],
      errors: [],
      obligations: [],
      held: [],
      needs: [],
      parts: [{ verdict: 'allow', determining: [] }],
      unjudgedArgs: [],
      reasons: [],
    }),
  };
}

/** A new log in memory that does not seal. */
export function memoryLog(): OpenLog {
  return createMemoryLog({
    origin: 'bench.example/line',
    tenant: LOCAL_TENANT,
    node: 'node-bench',
    softwareVersion: '0.0.0',
    clock: systemClock,
    random: systemRandom,
  });
}

/** A log that takes decisions and outcomes without doing anything with them: a line over it costs what it costs without its record. */
export function forgetfulLog(): OpenLog {
  const log = memoryLog();
  const { origin } = log.writer;
  let index = 0;
  return {
    ...log,
    writer: {
      origin,
      append: (draft) => {
        const { kind } = draft.detail;
        if (kind !== 'decision' && kind !== 'outcome') return log.writer.append(draft);
        index += 1;
        return Promise.resolve({
          status: 'committed',
          index,
          receipt: `${origin}#${index}`,
          timeFloor: draft.time,
        });
      },
      close: () => log.writer.close(),
    },
  };
}

/** A new line. */
export async function openLine(options: LineOptions): Promise<Line> {
  const { decisionPoint, detectors = DETECTORS, onDraft, log = memoryLog() } = options;
  const place = { log: log.writer, state: log.state, tenant: LOCAL_TENANT, clock: systemClock };
  await activatePolicy(place, SCOPE, decisionPoint);
  const configured: readonly ConfiguredDetector[] = detectors.map((detector) => ({
    detector,
    mode: 'block',
  }));
  const guard = createGuardLine({
    log:
      onDraft === undefined
        ? log.writer
        : {
            ...log.writer,
            append(draft) {
              onDraft(draft);
              return log.writer.append(draft);
            },
          },
    state: log.state,
    policy: { scope: SCOPE, current: () => decisionPoint },
    clock: systemClock,
    random: systemRandom,
    tenant: LOCAL_TENANT,
    node: 'node-bench',
    agent: { id: 'research-bot', team: 'research', org: 'acme' },
    person: { id: 'dana@example.com', roles: ['analyst'], mfa: true },
    detectors: configured,
    approvers: [],
    isolation: 'unisolated',
    timings: {
      holdMs: MS_PER_MINUTE,
      approvalTimeoutMs: MS_PER_MINUTE,
      performMs: MS_PER_MINUTE,
      pollMs: 100,
    },
    maxConcurrent: 1_024,
  });
  return { guard, log };
}
