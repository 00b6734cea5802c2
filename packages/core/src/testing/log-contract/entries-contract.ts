/** What every log must do with entries: bytes, indexes, checkpoint, counters, salts. */
import assert from 'node:assert/strict';
import { openCommitment } from '../../audit/index.ts';
import { sha256 } from '../../kernel/crypto/index.ts';
import { isFault, type JsonValue } from '../../kernel/index.ts';
import { byteTreeHasher, parseCheckpoint, parseNote, treeRoot } from '../../proof/index.ts';
import { openDraft, sampleDecision, sampleDraft } from '../log-drafts.ts';
import { committed, type LogCase } from './log-case.ts';

/** How entries are kept. */
export const ENTRIES_CONTRACT: readonly LogCase[] = [
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
