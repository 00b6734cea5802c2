/** A node whose decisions the interface shows: enrolled, with a real log, sending and disclosing as nodes do. */
import { disclosedFields } from '@writ/core/records';
import { sampleDecision, sampleDraft, sampleHash } from '@writ/core/testing';
import { ask } from '../../../server/test/enrolled.ts';
import {
  closeLoggingNodes,
  type LoggingNode,
  openLoggingNode,
  replicated,
} from '../../../server/test/logging.ts';
import type { World } from '../../../server/test/world.ts';

export { MIRROR } from '../../../server/test/logging.ts';

/** One call, as an agent made it and the node judged it. */
export interface Judged {
  readonly verdict?: 'allow' | 'modify' | 'step_up' | 'defer' | 'deny';
  readonly agent?: string;
  readonly session?: string;
  readonly tool?: string;
  readonly policy?: string;
  readonly labels?: readonly string[];
  /** Labels that its result brings. */
  readonly brings?: readonly string[];
  /** Labels that its refusal is owed to. */
  readonly becauseOf?: readonly string[];
  /** What it was called with; sealed at the node. */
  readonly arguments?: Readonly<Record<string, string>>;
  /** Whether the node tells who and what. Default true. */
  readonly isDisclosed?: boolean;
  /** Fields that it does not tell. */
  readonly hides?: readonly string[];
  /** What became of it; default `performed` of what was allowed. */
  readonly outcome?: 'performed' | 'none';
  /** How long before now, how long it took, and what it cost, each in whole units; cost is told where it is given. */
  readonly agoMs?: number;
  readonly tookUs?: number;
  readonly costMicros?: number;
}

/** It. */
export interface RecordingNode {
  readonly node: LoggingNode;
  /** Records calls, in order; indexes of their decisions. Nothing is sent yet. */
  judge(...calls: readonly Judged[]): Promise<readonly number[]>;
  /** Sends what was recorded, and what is disclosed of it. */
  send(): Promise<void>;
  close(): Promise<void>;
}

const FIELDS = ['subject', 'session', 'target', 'input'];

/** Opens one in `world`, which was opened with `mirrorSigners: [MIRROR]`. */
export async function openRecordingNode(world: World): Promise<RecordingNode> {
  const nodes: LoggingNode[] = [];
  const node = await openLoggingNode(world, nodes);
  const disclosed: { readonly index: number; readonly fields: readonly string[] }[] = [];
  const append = async (draft: ReturnType<typeof sampleDraft>, agoMs = 0): Promise<number> => {
    const time = world.clock.now() - agoMs;
    const result = await node.log.writer.append({ ...draft, time, tenant: 'default' });
    if (result.status === 'refused') throw new Error(result.refusal);
    return result.index;
  };
  const judgeOne = async (call: Judged, at: number): Promise<number> => {
    const { verdict = 'allow', agent = 'billing', session = 'session-1', tool = 'bank/pay' } = call;
    const { policy = 'pay-limit', labels = [], brings = [], becauseOf, isDisclosed = true, outcome } = call;
    const { agoMs = 0, tookUs = 0, costMicros } = call;
    const decision = sampleDecision({
      verdict,
      determining: [{ id: policy, contentHash: sampleHash('1') }],
      parts: { count: 1, verdicts: { [verdict]: 1 } },
    });
    const drafted = sampleDraft({ kind: 'decision', decision });
    const told = {
      ...drafted,
      committed: {
        subject: { agent: { id: agent }, person: { id: 'ann@example.org', roles: [] } },
        session: { id: session },
        target: [[tool, 'tool', tool, null]],
        arguments: { ...call.arguments },
      },
      input: {
        labels: [...labels],
        findings: [],
        ...(becauseOf === undefined ? {} : { decidingLabels: [...becauseOf] }),
      },
      effects: [{ type: 'open', digest: `${node.id}/${node.log.reader.size()}/${at}` }],
    } satisfies typeof drafted;
    const index = await append(told, agoMs);
    const { hides = [] } = call;
    if (isDisclosed) disclosed.push({ index, fields: FIELDS.filter((field) => !hides.includes(field)) });
    if ((outcome ?? (verdict === 'allow' || verdict === 'modify' ? 'performed' : 'none')) === 'performed')
      await append(
        sampleDraft(
          {
            kind: 'outcome',
            outcome: 'performed',
            decisionOf: index,
            ...(brings.length === 0
              ? {}
              : { delivery: sampleDecision({ obligations: [{ type: 'label', names: brings }] }) }),
            ...(costMicros === undefined ? {} : { costMicros }),
          },
          { monotonicNs: drafted.monotonicNs + BigInt(tookUs) * 1_000n },
        ),
        agoMs,
      );
    return index;
  };
  return {
    node,
    async judge(...calls) {
      const indexes: number[] = [];
      for (const [at, call] of calls.entries()) indexes.push(await judgeOne(call, at));
      return indexes;
    },
    async send() {
      await node.log.publish();
      await replicated(world, node);
      const { body } = await ask(world, node, 'GET', '/v1/node/facts');
      const entries = disclosed.splice(0).map(({ index, fields }) => ({
        index,
        fields: disclosedFields(node.log.reader, index, fields).map((field) => ({ ...field })),
      }));
      const told = await ask(world, node, 'POST', '/v1/node/facts', {
        from: body.next,
        upTo: node.log.reader.size(),
        entries,
      });
      if (told.status !== 200) throw new Error(JSON.stringify(told.body));
    },
    close: () => closeLoggingNodes(nodes),
  };
}
