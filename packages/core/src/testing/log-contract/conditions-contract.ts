/** What every log must refuse: entries whose conditions no longer hold when they are written. */
import assert from 'node:assert/strict';
import type { EntryDraft } from '../../model/index.ts';
import { killDraft, openDraft, outcomeDraft, sampleDraft, sampleHash } from '../log-drafts.ts';
import { committed, type LogCase, refused } from './log-case.ts';

/** What an entry depends on: its decision, keys, epochs and time. */
export const CONDITIONS_CONTRACT: readonly LogCase[] = [
  {
    name: 'a decision is closed by one outcome, and an outcome needs a decision',
    async run(log) {
      const { index } = await committed(log, openDraft('d'));
      await committed(log, outcomeDraft(index));
      await refused(log, outcomeDraft(index), 'not_open');
      await refused(log, outcomeDraft(9_999), 'unknown_target');
    },
  },
  {
    name: 'a key is consumed once, whoever comes first',
    async run(log) {
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, at) =>
          log.writer.append(openDraft(`d${at}`, { consumes: ['approval:1'] })),
        ),
      );
      assert.equal(results.filter(({ status }) => status === 'committed').length, 1);
      assert.ok(results.every((result) => result.status === 'committed' || result.refusal === 'consumed'));
    },
  },
  {
    name: 'a kill raises the epoch, so that an entry judged before it is refused; taking it back raises it again',
    async run(log) {
      const before = log.state.epochs('main');
      const conditions = {
        killEpoch: before.killEpoch,
        policyScope: 'main',
        policyEpoch: before.policyEpoch,
      };
      const kill = await committed(log, killDraft('kill'));
      await refused(log, openDraft('d', { conditions }), 'kill_epoch');
      assert.deepEqual(log.state.kills(), [{ scope: 'agent', id: 'bot', reason: 'manual' }]);
      const { entry } = log.reader.entry(kill.index);
      assert.equal(entry.kind === 'kill' && entry.kill.killEpoch, before.killEpoch + 1);
      await committed(log, killDraft('unkill'));
      assert.equal(log.state.epochs('main').killEpoch, before.killEpoch + 2);
      assert.deepEqual(log.state.kills(), []);
      await refused(log, killDraft('unkill'), 'unknown_target');
    },
  },
  {
    name: 'a new policy set raises the epoch of its scope alone; the same one again does not',
    async run(log) {
      const activate = (digit: string): EntryDraft =>
        sampleDraft(
          {
            kind: 'policy',
            policy: {
              policyHash: sampleHash(digit),
              schemaHash: sampleHash('3'),
              mode: 'strict',
              policyEpoch: 0,
            },
          },
          { effects: [{ type: 'activate_policy', scope: 'main', policyHash: sampleHash(digit) }] },
        );
      const first = await committed(log, activate('1'));
      await committed(log, activate('1'));
      assert.deepEqual(log.state.epochs('main'), {
        killEpoch: 0,
        policyEpoch: 1,
        policyHash: sampleHash('1'),
      });
      await committed(log, activate('2'));
      assert.equal(log.state.epochs('main').policyEpoch, 2);
      assert.equal(log.state.epochs('other').policyEpoch, 0);
      const { entry } = log.reader.entry(first.index);
      assert.equal(entry.kind === 'policy' && entry.policy.policyEpoch, 1);
      await refused(
        log,
        openDraft('d', { conditions: { killEpoch: 0, policyScope: 'main', policyEpoch: 1 } }),
        'policy_epoch',
      );
    },
  },
  {
    name: 'an entry past its instant on the time floor is refused',
    async run(log) {
      const conditions = { killEpoch: 0, policyScope: 'main', policyEpoch: 0, notAfter: 2_000 };
      await committed(log, openDraft('a', { conditions, time: 2_000 }));
      await committed(log, openDraft('b', { time: 3_000 }));
      await refused(log, openDraft('c', { conditions, time: 1_500 }), 'expired');
    },
  },
];
