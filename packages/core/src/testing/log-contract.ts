/** What every log must do, wherever it is kept: one list of cases that each implementation runs. */
import assert from 'node:assert/strict';
import { isFault, type JsonValue } from '../kernel/index.ts';
import { openCommitment } from '../audit/index.ts';
import type { OpenLog } from '../audit/index.ts';
import type { AppendResult, EntryDraft } from '../model/index.ts';
import { byteTreeHasher, parseCheckpoint, parseNote, treeRoot } from '../proof/index.ts';
import { sha256 } from '../kernel/crypto/index.ts';
import {
  answerDraft,
  holdDraft,
  killDraft,
  openDraft,
  outcomeDraft,
  pinDraft,
  SAMPLE_FORBID as FORBID,
  sampleDecision,
  sampleDraft,
  sampleHash,
} from './log-drafts.ts';

/** One case: a sentence, and what shows it on a fresh log. */
export interface LogCase {
  readonly name: string;
  run(log: OpenLog): Promise<void>;
}

/** The contract. Each case closes nothing; whoever runs it does. */
export const LOG_CONTRACT: readonly LogCase[] = [
  {
    name: 'an entry stands at the index of its receipt, in its exact bytes',
    async run(log) {
      const { index, receipt } = await committed(log, openDraft('d'));
      assert.equal(receipt, `${log.reader.origin}#${index}`);
      const { bytes, entry } = log.reader.entry(index);
      assert.equal(entry.kind, 'decision');
      assert.equal(new TextDecoder().decode(bytes), JSON.stringify(entry));
    },
  },
  {
    name: 'the checkpoint covers every entry, and its root is recomputed from their bytes',
    async run(log) {
      for (let at = 0; at < 5; at += 1) await committed(log, openDraft(`d${at}`));
      const { size, root } = parseCheckpoint(parseNote(log.checkpoint()).text);
      assert.equal(size, log.reader.size());
      const hasher = byteTreeHasher(sha256);
      const leaves = Array.from({ length: size }, (_, index) => hasher.leaf(log.reader.entry(index).bytes));
      assert.deepEqual(Buffer.from(root), Buffer.from(treeRoot(hasher, leaves)));
    },
  },
  {
    name: 'many callers at once get indexes of their own, without a gap, and counters of one producer without a gap',
    async run(log) {
      const results = await Promise.all(
        Array.from({ length: 300 }, (_, at) => committed(log, openDraft(`d${at}`))),
      );
      const indexes = results.map(({ index }) => index).sort((a, b) => a - b);
      assert.deepEqual(
        indexes,
        Array.from({ length: 300 }, (_, at) => at + 1),
      );
      let previous: number | null = null;
      for (let index = 0; index < log.reader.size(); index += 1) {
        const { producer } = log.reader.entry(index).entry;
        assert.deepEqual([producer.counter, producer.previous], [index, previous]);
        previous = index;
      }
    },
  },
  {
    name: 'a refused entry leaves no trace: no entry, no effect, no gap in the counters',
    async run(log) {
      const size = log.reader.size();
      const stale = { killEpoch: 9, policyScope: 'main', policyEpoch: 0 };
      const results = await Promise.all([
        log.writer.append(openDraft('a')),
        log.writer.append(openDraft('b', { conditions: stale, consumes: ['k'] })),
        log.writer.append(openDraft('c', { consumes: ['k'] })),
      ]);
      assert.deepEqual(
        results.map((result) => (result.status === 'refused' ? result.refusal : result.status)),
        ['committed', 'kill_epoch', 'committed'],
      );
      assert.equal(log.reader.size(), size + 2);
      const last = log.reader.entry(size + 1).entry.producer;
      assert.deepEqual([last.counter, last.previous], [size + 1, size]);
    },
  },
  {
    name: 'an entry that cannot be written is refused with the path of what is wrong, and spoils nothing',
    async run(log) {
      const bad = sampleDraft({ kind: 'decision', decision: sampleDecision({ policyHash: 'a person' }) });
      await assert.rejects(
        log.writer.append(bad),
        (fault) => isFault(fault, 'entry.invalid') && fault.data['path'] === 'decision.policyHash',
      );
      await committed(log, openDraft('d'));
    },
  },
  {
    name: 'the time floor never falls when the clock does',
    async run(log) {
      const first = await committed(log, openDraft('a', { time: 5_000 }));
      const second = await committed(log, openDraft('b', { time: 10 }));
      assert.deepEqual([first.timeFloor, second.timeFloor, log.state.timeFloor()], [5_000, 5_000, 5_000]);
      assert.equal(log.reader.entry(second.index).entry.time, 10);
    },
  },
  {
    name: 'a committed field and the input are opened with salt and value, and with nothing else',
    async run(log) {
      const input: JsonValue = { args: { path: '/tmp/ü', count: 3 } };
      const draft = openDraft('d', {
        committed: { agent: 'research-bot', person: 'Ada' },
        input,
        concerns: ['Ada'],
      });
      const { index } = await committed(log, draft);
      const { bytes, entry } = log.reader.entry(index);
      assert.ok(!new TextDecoder().decode(bytes).includes('Ada'));
      const body = log.reader.body(index) as {
        fields: Record<string, JsonValue>;
        salts: Record<string, string>;
        input: JsonValue;
      };
      assert.deepEqual(body.fields, { agent: 'research-bot', person: 'Ada' });
      assert.deepEqual(body.input, input);
      const salt = body.salts['person'] ?? '';
      assert.ok(openCommitment(entry, { field: 'person', value: 'Ada', salt }));
      assert.ok(openCommitment(entry, { field: 'input', value: input, salt: body.salts['input'] ?? '' }));
      assert.ok(!openCommitment(entry, { field: 'person', value: 'Bob', salt }));
      assert.ok(!openCommitment(entry, { field: 'agent', value: 'Ada', salt }));
      assert.ok(!openCommitment(entry, { field: 'person', value: 'Ada', salt: body.salts['agent'] ?? '' }));
    },
  },
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
  {
    name: 'an index outside the log is a fault, and so is a body that never was',
    run(log) {
      assert.throws(
        () => log.reader.entry(log.reader.size()),
        (fault) => isFault(fault, 'log.missing'),
      );
      assert.throws(
        () => log.reader.body(0),
        (fault) => isFault(fault, 'log.missing'),
      );
      return Promise.resolve();
    },
  },
  {
    name: 'a closed log takes nothing, and closing twice is closing once',
    async run(log) {
      await log.writer.close();
      await log.close();
      await assert.rejects(log.writer.append(openDraft('d')), (fault) => isFault(fault, 'log.closed'));
    },
  },
];

/** The committed answer to `draft`; fails the case for any other. */
export async function committed(
  log: OpenLog,
  draft: EntryDraft,
): Promise<Extract<AppendResult, { status: 'committed' }>> {
  const result = await log.writer.append(draft);
  if (result.status !== 'committed') assert.fail(`refused: ${result.refusal}`);
  return result;
}

async function refused(log: OpenLog, draft: EntryDraft, refusal: string): Promise<void> {
  const size = log.reader.size();
  assert.deepEqual(await log.writer.append(draft), { status: 'refused', refusal });
  assert.equal(log.reader.size(), size);
}
