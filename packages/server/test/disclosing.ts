/** A node that writes entries with something to disclose, sends them, and discloses it. */
import type { EntryDetail, EntryDraft, JsonObject, JsonValue } from '@writ/core';
import { disclosedFields } from '@writ/core/records';
import { sampleDecision, sampleDraft } from '@writ/core/testing';
import { ask } from './enrolled.ts';
import { type LoggingNode, replicated } from './logging.ts';
import type { Came, Someone, World } from './world.ts';

/** What is disclosed with an entry here. */
export const FIELDS: readonly string[] = ['subject', 'session', 'target', 'input'];

/** What `agent` did in `session`. */
export function about(
  agent: string,
  session: string,
  more: Readonly<Record<string, JsonValue>> = {},
): Pick<EntryDraft, 'committed' | 'input'> {
  return {
    committed: {
      subject: { agent: { id: agent }, person: { id: `for-${agent}`, roles: [] } },
      session: { id: session },
      target: [['notes/write', 'tool', 'notes/write', null]],
      arguments: { text: 'secret text' },
      ...more,
    },
    input: { labels: ['source:web'], findings: [] },
  };
}

/** It. */
export interface Disclosing {
  /** Writes an entry; its index. */
  write(detail: EntryDetail, rest?: Partial<EntryDraft>, of?: LoggingNode): Promise<number>;
  /** A decision about `agent` in `session`; its index. */
  decide(
    agent: string,
    session: string,
    more?: Partial<ReturnType<typeof sampleDecision>>,
    committed?: Readonly<Record<string, JsonValue>>,
  ): Promise<number>;
  /** Sends what was written. */
  sync(of?: LoggingNode): Promise<void>;
  /** Facts of the entry at `index`, as nodes send them. */
  opened(index: number, names?: readonly string[], of?: LoggingNode): { index: number; fields: JsonObject[] };
  /** Sends `entries` from where the control plane goes on. */
  disclose(entries: readonly JsonObject[], upTo?: number): Promise<Came>;
  /** Receipts as an auditor lists them. */
  list(query: string, as?: Someone): Promise<readonly Record<string, string>[]>;
}

export function disclosing(world: World, node: LoggingNode): Disclosing {
  const write: Disclosing['write'] = async (detail, rest = {}, of = node) => {
    const draft = sampleDraft(detail, { time: world.clock.now(), tenant: 'default', ...rest });
    const result = await of.log.writer.append(draft);
    if (result.status === 'refused') throw new Error(result.refusal);
    return result.index;
  };
  return {
    write,
    decide: (agent, session, more = {}, committed = {}) =>
      write(
        { kind: 'decision', decision: sampleDecision(more) },
        { ...about(agent, session, committed), effects: [{ type: 'open', digest: `${agent}/${session}` }] },
      ),
    async sync(of = node) {
      await of.log.publish();
      await replicated(world, of);
    },
    opened: (index, names = FIELDS, of = node) => ({
      index,
      fields: disclosedFields(of.log.reader, index, names).map((field) => ({ ...field })),
    }),
    async disclose(entries, upTo = node.log.reader.size()) {
      const { body } = await ask(world, node, 'GET', '/v1/node/facts');
      return ask(world, node, 'POST', '/v1/node/facts', { from: body.next, upTo, entries: [...entries] });
    },
    list: async (query, as = world.people.auditor) =>
      (await world.send('GET', `/v1/receipts?${query}`, { as })).body.items,
  };
}
