/** What every log must do with held calls: answers, quorum, expiry, use. */
import assert from 'node:assert/strict';
import {
  answerDraft,
  holdDraft,
  openDraft,
  outcomeDraft,
  SAMPLE_FORBID as FORBID,
  sampleDecision,
  sampleDraft,
} from '../log-drafts.ts';
import { committed, type LogCase, refused } from './log-case.ts';

/** How holds are answered, and approvals used. */
export const HOLDS_CONTRACT: readonly LogCase[] = [
  {
    name: 'the first final answer stands: approve after deny, and deny after the quorum, are refused',
    async run(log) {
      const denied = await committed(log, holdDraft('a'));
      await committed(log, answerDraft(denied.index, 'deny', 'k1'));
      await refused(log, answerDraft(denied.index, 'approve', 'k2'), 'final');
      assert.equal(log.state.hold(denied.index)?.status, 'denied');
      const approved = await committed(log, holdDraft('b'));
      await committed(log, answerDraft(approved.index, 'approve', 'k1'));
      await refused(log, answerDraft(approved.index, 'deny', 'k2'), 'final');
      assert.deepEqual(
        log.state.hold(approved.index)?.answers.map(({ keyId, answer }) => [keyId, answer]),
        [['k1', 'approve']],
      );
      await refused(log, answerDraft(9_999, 'approve', 'k1'), 'unknown_hold');
    },
  },
  {
    name: 'a quorum of two takes two keys, and a key answers once',
    async run(log) {
      const { index } = await committed(log, holdDraft('a', { ...FORBID, quorum: 2 }));
      await committed(log, answerDraft(index, 'approve', 'k1'));
      await refused(log, answerDraft(index, 'approve', 'k1'), 'final');
      await committed(log, answerDraft(index, 'approve', 'k2'));
      assert.equal(log.state.hold(index)?.answers.length, 2);
    },
  },
  {
    name: 'an answer after expiry is refused without anybody sweeping, and the hold is no longer found',
    async run(log) {
      const { index } = await committed(log, holdDraft('a'));
      assert.equal(log.state.holdFor('a')?.index, index);
      await committed(log, openDraft('later', { time: 10_001 }));
      await refused(log, answerDraft(index, 'approve', 'k1'), 'final');
      assert.equal(log.state.holdFor('a'), undefined);
    },
  },
  {
    name: 'an approval is used once, by the entry that names its hold',
    async run(log) {
      const hold = await committed(log, holdDraft('a'));
      await committed(log, answerDraft(hold.index, 'approve', 'k1'));
      const use = openDraft('a', {
        detail: {
          kind: 'decision',
          decision: sampleDecision({
            approvals: [{ hold: hold.receipt, keyIds: ['k1'], lifts: [FORBID.contentHash] }],
          }),
        },
        consumes: [`approval:${hold.receipt}`],
      });
      await committed(log, use);
      assert.equal(log.state.hold(hold.index)?.status, 'used');
      await refused(log, use, 'consumed');
      await refused(log, { ...use, consumes: [] }, 'consumed');
      await refused(log, answerDraft(hold.index, 'deny', 'k2'), 'final');
    },
  },
  {
    name: 'an approval is not used after its hold ended, whatever the entry says of time',
    async run(log) {
      const hold = await committed(log, holdDraft('a'));
      await committed(log, answerDraft(hold.index, 'approve', 'k1'));
      await committed(log, openDraft('later', { time: 10_001 }));
      const decision = sampleDecision({ approvals: [{ hold: hold.receipt, keyIds: ['k1'], lifts: [] }] });
      await refused(log, openDraft('a', { detail: { kind: 'decision', decision } }), 'expired');
    },
  },
  {
    name: 'a withdrawn hold takes no answer, is found no more, and an answer that it has is not used',
    async run(log) {
      const { index, receipt } = await committed(log, holdDraft('a', { ...FORBID, quorum: 2 }));
      await committed(log, answerDraft(index, 'approve', 'k2'));
      await committed(
        log,
        sampleDraft(
          { kind: 'refusals', refusals: { counts: {}, since: 0 } },
          { effects: [{ type: 'withdraw', hold: index }] },
        ),
      );
      assert.equal(log.state.hold(index)?.status, 'withdrawn');
      await refused(log, answerDraft(index, 'approve', 'k1'), 'final');
      assert.equal(log.state.holdFor('a'), undefined);
      const decision = sampleDecision({ approvals: [{ hold: receipt, keyIds: ['k2'], lifts: [] }] });
      await refused(log, openDraft('a', { detail: { kind: 'decision', decision } }), 'final');
      const denied = await committed(log, holdDraft('b'));
      await committed(log, answerDraft(denied.index, 'deny', 'k1'));
      await refused(
        log,
        sampleDraft(
          { kind: 'refusals', refusals: { counts: {}, since: 0 } },
          { effects: [{ type: 'withdraw', hold: denied.index }] },
        ),
        'final',
      );
    },
  },
  {
    name: 'an unknown outcome holds the digest until a run of it that a person approved',
    async run(log) {
      const first = await committed(log, openDraft('a'));
      await committed(log, outcomeDraft(first.index, 'unknown'));
      assert.equal(log.state.isUnresolved('a'), true);
      const hold = await committed(log, holdDraft('a'));
      await committed(log, answerDraft(hold.index, 'approve', 'k1'));
      await committed(log, openDraft('a'));
      assert.equal(log.state.isUnresolved('a'), true);
      const decision = sampleDecision({ approvals: [{ hold: hold.receipt, keyIds: ['k1'], lifts: [] }] });
      await committed(log, openDraft('a', { detail: { kind: 'decision', decision } }));
      assert.equal(log.state.isUnresolved('a'), false);
    },
  },
];
