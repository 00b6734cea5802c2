// What a gateway stands on at each stage of the way, so that what each part costs can be told: every stage has all of the one before it.
//   pass-through  the face, every check of the protocol, and a guard that allows everything and records nothing
//   policy        the guard's line without detectors, over a log that forgets what it is given
//   scan          the same with all detectors
//   receipt       the same over a durable log, sealed and signed
// Before them stands `forward`, a bare forwarder of the same transport without any gateway, and after them `all`, which is the built command.
import { join } from 'node:path';
import type { GatewayPorts } from '@writ/gateway/mcp';
import { type Decision, definitionHash, type Guard, type Pin, type ToolDefinition } from '@writ/core';

import { openDurableLog } from './durable.ts';
import { cedarPoint, forgetfulLog, openLine } from './line.ts';
import { POLICIES_WITHOUT_REDACTION } from './typical.ts';

/** In the order in which they grow. */
export const STAGES = ['forward', 'pass-through', 'policy', 'scan', 'receipt', 'all'] as const;

/** How much of the way a call goes. */
export type Stage = (typeof STAGES)[number];

/** Whether calls are recorded durably at `stage`. */
export function isRecorded(stage: Stage): boolean {
  return stage === 'receipt' || stage === 'all';
}

/** What a gateway stands on at `stage`; a log, where there is one, is kept in `folder`. Throws for a stage that has no such ports. */
export async function stagePorts(stage: string, folder: string): Promise<GatewayPorts> {
  const pins = new Map<string, Pin>();
  return {
    guard: await guardOf(stage, folder),
    policy: { load: () => Promise.resolve(), setTools: () => Promise.resolve(true) },
    state: { pins: () => [...pins.values()] },
    pins: {
      isAccepted: () => true,
      pinTools: (_isTrusted: boolean, definitions: readonly ToolDefinition[]) =>
        Promise.resolve(
          definitions.map(({ server, name, definition }) => {
            const hash = definitionHash(definition);
            const pin = { server, tool: name, definitionHash: hash, status: 'accepted' as const };
            pins.set(`${server}/${name}`, { ...pin, definition });
            return { ...pin, cause: 'known' as const };
          }),
        ),
    },
  };
}

async function guardOf(stage: string, folder: string): Promise<Guard> {
  switch (stage) {
    case 'pass-through':
      return passThrough();
    case 'policy':
      return (
        await openLine({
          decisionPoint: cedarPoint(POLICIES_WITHOUT_REDACTION),
          detectors: [],
          log: forgetfulLog(),
        })
      ).guard;
    case 'scan':
      return (await openLine({ decisionPoint: cedarPoint(), log: forgetfulLog() })).guard;
    case 'receipt':
      return (await openLine({ decisionPoint: cedarPoint(), log: await openDurableLog(join(folder, 'log')) }))
        .guard;
    default:
      throw new TypeError(`no such stage: ${stage}`);
  }
}

/** What the guard that judges nothing says of everything. */
const PASSED: Decision = {
  verdict: 'allow',
  mode: 'strict',
  source: 'policy',
  determining: [],
  errors: [],
  policyHash: '',
  schemaHash: '',
  entitiesHash: '',
  engineVersion: '',
  killEpoch: 0,
  policyEpoch: 0,
  labelsVersion: 0,
  parts: [],
  obligations: [],
  checks: [],
  approvals: [],
  isolation: 'unisolated',
  held: [],
  needs: [],
  unjudgedArgs: [],
  reasons: [],
};

function passThrough(): Guard {
  const neverAborts = new AbortController().signal;
  return {
    enforce: async (action, perform) => ({
      verdict: 'allow',
      decision: PASSED,
      requestId: '',
      redactions: {},
      message: '',
      outcome: 'performed',
      result: await perform({
        args: action.args,
        digest: '',
        receipt: '',
        signal: action.signal ?? neverAborts,
      }),
    }),
    list: (action) =>
      Promise.resolve({
        verdict: 'allow',
        decision: PASSED,
        message: '',
        visible: action.parts.map(() => true),
      }),
    countRefusal: () => {},
    close: () => Promise.resolve(),
  };
}
