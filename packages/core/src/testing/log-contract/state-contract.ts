/** What every log must know of what stands: tools, labels, and a look that answers as the state does. */
import assert from 'node:assert/strict';
import type { OpenLog } from '../../audit/index.ts';
import type { EntryDraft } from '../../model/index.ts';
import {
  holdDraft,
  killDraft,
  openDraft,
  outcomeDraft,
  pinDraft,
  sampleDraft,
  sampleHash,
} from '../log-drafts.ts';
import { committed, type LogCase, refused } from './log-case.ts';

/** What the state tells. */
export const STATE_CONTRACT: readonly LogCase[] = [
  {
    name: 'a changed tool keeps the definition that was last accepted beside it',
    async run(log) {
      await committed(log, pinDraft('1', 'accepted'));
      await committed(log, pinDraft('2', 'quarantined'));
      await committed(log, pinDraft('3', 'quarantined'));
      const [pin] = log.state.pins('files');
      assert.deepEqual(
        [pin?.definitionHash, pin?.status, pin?.accepted?.definitionHash],
        [sampleHash('3'), 'quarantined', sampleHash('1')],
      );
      assert.deepEqual(pin?.accepted?.definition, { name: 'write', digit: '1' });
      await committed(log, pinDraft('3', 'accepted'));
      assert.equal(log.state.pins()[0]?.accepted, undefined);
      const standing = log.state.pinStanding('files', 'write');
      assert.deepEqual([standing?.definitionHash, standing?.status], [sampleHash('3'), 'accepted']);
      assert.equal(log.state.pinStanding('files', 'other'), undefined);
      assert.equal(log.state.pinStanding('other', 'write'), undefined);
      assert.deepEqual(log.state.pins('other'), []);
    },
  },
  {
    name: 'labels of a session only ever join, and their version says when they did',
    async run(log) {
      const join = (...labels: string[]): Promise<unknown> =>
        committed(log, openDraft('d', { effects: [{ type: 'join_labels', session: 's', labels }] }));
      assert.deepEqual(log.state.labels('s'), { labels: [], version: 0 });
      await join('secret', 'external');
      await join('secret');
      const { labels, version } = log.state.labels('s');
      assert.deepEqual(labels, ['external', 'secret']);
      await join('personal');
      assert.ok(log.state.labels('s').version > version);
    },
  },
  {
    name: 'whether a key was used up is asked without writing anything, of entries that are still on their way too',
    async run(log) {
      assert.equal(await log.isConsumed('approval:1'), false);
      await committed(log, openDraft('d', { consumes: ['approval:1', 'approval:2'] }));
      await refused(log, openDraft('e', { consumes: ['approval:3', 'approval:1'] }), 'consumed');
      const size = log.reader.size();
      const asked = ['approval:1', 'approval:2', 'approval:3', 'approval'].map((key) => log.isConsumed(key));
      assert.deepEqual(await Promise.all(asked), [true, true, false, false]);
      assert.equal(log.reader.size(), size);
      const onItsWay = log.writer.append(openDraft('f', { consumes: ['approval:3'] }));
      assert.equal(await log.isConsumed('approval:3'), true);
      await onItsWay;
    },
  },
  {
    name: 'what another committed changes the version',
    async run(log) {
      const before = log.state.version();
      await committed(log, openDraft('d'));
      assert.notEqual(log.state.version(), before);
    },
  },
  {
    name: 'a look answers as the state does, whatever was committed since the look before',
    async run(log) {
      const ask = (state: OpenLog['state']): unknown => [
        state.epochs('s'),
        state.epochs('other'),
        state.kills(),
        state.holdFor('held'),
        state.labels('s'),
        state.pinStanding('files', 'write'),
        state.isUnresolved('lost'),
        state.timeFloor(),
      ];
      const look = (): OpenLog['state'] => log.state.look?.() ?? log.state;
      assert.deepEqual(ask(look()), ask(log.state));
      const seen: string[] = [];
      const step = async (draft: EntryDraft): Promise<number> => {
        const { index } = await committed(log, draft);
        const present = look();
        assert.deepEqual(ask(present), ask(log.state));
        // Asked twice, it is no other.
        assert.deepEqual(ask(present), ask(log.state));
        seen.push(JSON.stringify(ask(look())));
        return index;
      };
      await step(killDraft('kill'));
      await step(killDraft('unkill'));
      await step(pinDraft('1', 'accepted'));
      await step(pinDraft('2', 'quarantined'));
      await step(holdDraft('held'));
      const effects = [{ type: 'join_labels', session: 's', labels: ['secret'] } as const];
      await step(openDraft('d', { effects }));
      const lost = await step(openDraft('lost'));
      await step(outcomeDraft(lost, 'unknown'));
      assert.equal(look().isUnresolved('lost'), true);
      const policyHash = sampleHash('b');
      const policy = { policyHash, schemaHash: sampleHash('c'), mode: 'strict', policyEpoch: 0 } as const;
      const activation = [{ type: 'activate_policy', scope: 's', policyHash }] as const;
      await step(sampleDraft({ kind: 'policy', policy }, { effects: activation }));
      assert.equal(look().epochs('s').policyHash, policyHash);
      // Of all these steps only the opening of a call shows nothing of itself here.
      assert.equal(new Set(seen).size >= seen.length - 1, true);
    },
  },
];
