/** A node with a real log and a real guard before its tools: what it decides and why is what a browser shows. */
import {
  activatePolicy,
  createGuardLine,
  DEFAULT_TIMINGS,
  defaultDetectors,
  type JsonValue,
  loadPolicySet,
  systemRandom,
  systemTimers,
} from '@writ/core';
import { fieldsAtHand } from '@writ/core/records';
import { toolCall } from '@writ/core/testing';
import { ask } from '../../../server/test/enrolled.ts';
import {
  closeLoggingNodes,
  type LoggingNode,
  openLoggingNode,
  replicated,
} from '../../../server/test/logging.ts';
import type { World } from '../../../server/test/world.ts';

/** It. */
export interface GuardedNode {
  /** An agent calls a tool that answers `result`, and that tells `onStart` that it runs; the session that the call was of. */
  call(tool: string, result?: JsonValue | Promise<JsonValue>, onStart?: () => void): Promise<string>;
  /** Sends what was recorded, and what is disclosed of it. */
  send(): Promise<void>;
  close(): Promise<void>;
}

const SCOPE = 'node';
const FIELDS = ['subject', 'session', 'target', 'input', 'reasons'];
/** Most entries that are told of at once. */
const MOST_TOLD = 200;

/** Opens one in `world`, which was opened with `mirrorSigners: [MIRROR]`. */
export async function openGuardedNode(
  world: World,
  { policies, agent }: { readonly policies: string; readonly agent: string },
): Promise<GuardedNode> {
  const nodes: LoggingNode[] = [];
  const node = await openLoggingNode(world, nodes);
  const { writer, reader, state } = node.log;
  const { decisionPoint } = loadPolicySet({
    sources: [{ name: 'node.cedar', text: policies }],
    mode: 'strict',
  });
  const { clock } = world;
  await activatePolicy({ log: writer, state, tenant: 'default', clock }, SCOPE, decisionPoint);
  const guard = createGuardLine(
    {
      log: writer,
      state,
      policy: { scope: SCOPE, current: () => decisionPoint },
      clock,
      random: systemRandom,
      tenant: 'default',
      node: `node-${reader.origin}`,
      agent: { id: agent },
      detectors: defaultDetectors().map((detector) => ({ detector, mode: 'block' as const })),
      approvers: [],
      isolation: 'unisolated',
      timings: DEFAULT_TIMINGS,
      maxConcurrent: 8,
    },
    systemTimers,
  );
  return {
    async call(tool, result = { ok: true }, onStart = () => undefined) {
      const { receipt = '' } = await guard.enforce(toolCall(tool, {}), () => {
        onStart();
        return Promise.resolve(result);
      });
      const { fields } = reader.body(Number(receipt.slice(receipt.lastIndexOf('#') + 1))) as {
        readonly fields: { readonly session: { readonly id: string } };
      };
      return fields.session.id;
    },
    async send() {
      await node.log.publish();
      await replicated(world, node);
      for (;;) {
        const place = await ask(world, node, 'GET', '/v1/node/facts');
        if (place.status !== 200) throw new Error(JSON.stringify(place.body));
        const { body } = place;
        const from = Number(body.next);
        const upTo = Math.min(from + MOST_TOLD, reader.size());
        if (from >= upTo) return;
        const entries = Array.from({ length: upTo - from }, (_, at) => from + at)
          .filter((index) => reader.entry(index).entry.kind === 'decision')
          .map((index) => ({
            index,
            fields: fieldsAtHand(reader, index, FIELDS).map((field) => ({ ...field })),
          }));
        const told = await ask(world, node, 'POST', '/v1/node/facts', { from, upTo, entries });
        if (told.status !== 200) throw new Error(JSON.stringify(told.body));
      }
    },
    close: () => closeLoggingNodes(nodes),
  };
}
