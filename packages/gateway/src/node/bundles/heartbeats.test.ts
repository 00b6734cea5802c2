import type { AppendResult, LogWriter } from '@writ/core';
import { sampleDecision, sampleDraft, sampleHash } from '@writ/core/testing';
import { expect, test } from 'vitest';
import { countedWriter } from './heartbeats.ts';

function writerOf(...results: (AppendResult | Error)[]): LogWriter {
  return {
    origin: 'node.example/1',
    append() {
      const result = results.shift() ?? new Error('nothing more');
      return result instanceof Error ? Promise.reject(result) : Promise.resolve(result);
    },
    close: () => Promise.resolve(),
  };
}

const committed = (index: number): AppendResult => ({ status: 'committed', index }) as AppendResult;
const draft = (verdict: 'allow' | 'deny', policyHash = sampleHash('2')) =>
  sampleDraft({ kind: 'decision', decision: sampleDecision({ verdict, policyHash }) });

test('decisions count once they are entries, each under its policies', async () => {
  const refused = { status: 'refused', refusal: 'conflict' } as AppendResult;
  const writer = countedWriter(
    writerOf(committed(4), refused, new Error('disk full'), committed(9), committed(7)),
  );
  await writer.append(draft('allow'));
  await writer.append(draft('deny'));
  expect(writer.isFailing()).toBe(false);
  await expect(writer.append(draft('deny'))).rejects.toThrow('disk full');
  expect(writer.isFailing()).toBe(true);
  await writer.append(draft('deny', sampleHash('3')));
  expect(writer.isFailing()).toBe(false);
  await writer.append(sampleDraft({ kind: 'heartbeat', heartbeat: { everyMs: 1_000 } }));
  expect(writer.counter.read()).toEqual([
    { policyHash: sampleHash('2'), allow: 1, modify: 0, step_up: 0, defer: 0, deny: 0, errors: 0 },
    { policyHash: sampleHash('3'), allow: 0, modify: 0, step_up: 0, defer: 0, deny: 1, errors: 0 },
  ]);
  expect(writer.last()).toBe(9);
});

test('of many sets the last used are counted, and no more than a few', async () => {
  const hashes = Array.from({ length: 20 }, (_, at) => at.toString(16).padStart(64, '0'));
  const writer = countedWriter(writerOf(...hashes.map((_hash, at) => committed(at))));
  for (const hash of hashes) await writer.append(draft('allow', hash));
  expect(writer.counter.read().map(({ policyHash }) => policyHash)).toEqual(hashes.slice(4));
});
