/** `writ log shadow`: what a candidate set answered beside the set in force, counted from the record. */
import type { DecisionRecord, LogReader, PolicyRef, ShadowRecord, Verdict } from '@writ/core';
import { locate, type LocateOptions, readData } from '../../data/index.ts';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { print, printJson, styled, styledVerdict, visible } from '../../terminal/index.ts';

/** Most receipts kept of one way in which answers differ. */
const MAX_RECEIPTS = 3;

/** What one candidate came to. */
export interface ShadowCount {
  readonly policyHash: string;
  same: number;
  differs: number;
  failed: number;
  readonly changes: Map<
    string,
    { from: Verdict; to: Verdict; after: readonly string[]; count: number; receipts: string[] }
  >;
}

/** Prints the counts of every candidate. The answer is negative where one differs or fails. */
export function shadow(options: LocateOptions): Promise<number> {
  return readData(locate(options).data, ({ reader, keys }) => {
    const counts = countShadows(reader, keys.origin);
    if (options.json === true)
      printJson({ candidates: counts.map((count) => ({ ...count, changes: [...count.changes.values()] })) });
    else for (const count of counts) printCount(count);
    if (counts.length === 0 && options.json !== true) print('no candidate set has answered yet');
    return counts.every(({ differs, failed }) => differs + failed === 0) ? EXIT_OK : EXIT_NEGATIVE;
  });
}

/** Counts of every candidate in the log, in the order they first answered. */
export function countShadows(
  reader: Pick<LogReader, 'size' | 'entry'>,
  origin: string,
): readonly ShadowCount[] {
  const counts = new Map<string, ShadowCount>();
  for (let index = 0; index < reader.size(); index += 1) {
    const { entry } = reader.entry(index);
    const record =
      entry.kind === 'decision' ? entry.decision : entry.kind === 'outcome' ? entry.delivery : undefined;
    if (record?.shadow === undefined) continue;
    const { policyHash } = record.shadow;
    const count = counts.get(policyHash) ?? {
      policyHash,
      same: 0,
      differs: 0,
      failed: 0,
      changes: new Map(),
    };
    counts.set(policyHash, count);
    count[record.shadow.status] += 1;
    if (record.shadow.status === 'differs') addChange(count, record, record.shadow, `${origin}#${index}`);
  }
  return [...counts.values()];
}

function addChange(count: ShadowCount, record: DecisionRecord, beside: ShadowRecord, receipt: string): void {
  const [from, to] = [record.would ?? record.verdict, beside.would ?? beside.verdict ?? record.verdict];
  const after = idsOf(beside.determining);
  const key = JSON.stringify([from, to, after]);
  const change = count.changes.get(key) ?? { from, to, after, count: 0, receipts: [] };
  count.changes.set(key, change);
  change.count += 1;
  if (change.receipts.length < MAX_RECEIPTS) change.receipts.push(receipt);
}

function idsOf(refs: readonly PolicyRef[]): readonly string[] {
  return [...new Set(refs.map(({ id }) => id))].sort();
}

function printCount({ policyHash, same, differs, failed, changes }: ShadowCount): void {
  const sick = failed === 0 ? '' : `, ${failed} failed`;
  print(
    styled('bold', `candidate ${policyHash.slice(0, 12)}: ${same} the same, ${differs} otherwise${sick}`),
  );
  for (const { from, to, after, count, receipts } of changes.values()) {
    const by = after.length === 0 ? 'no policy' : after.map((id) => `\`${visible(id)}\``).join(', ');
    print(`  ${styledVerdict(from)} → ${styledVerdict(to)}  ${count}, by ${by}  ${receipts.join(' ')}`);
  }
}

/** What the candidate said, for one line of the log; empty where none answered or it said the same. */
export function shadowNote(record: DecisionRecord | undefined): string {
  const beside = record?.shadow;
  if (beside === undefined || beside.status === 'same') return '';
  if (beside.status === 'failed') return `  (candidate ${beside.policyHash.slice(0, 12)} failed)`;
  return `  (candidate ${beside.policyHash.slice(0, 12)}: ${beside.would ?? beside.verdict ?? 'otherwise'})`;
}
