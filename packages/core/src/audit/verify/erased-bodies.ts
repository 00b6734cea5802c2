/** Bodies that are not as they were written, against the erasures that the log tells of: what is gone without a word was taken. */
import { hash } from 'node:crypto';
import type { Entry, IndexRange } from '../../model/index.ts';
import type { Problem } from '../../proof/index.ts';

/** Most problems of one kind that are named one by one. */
const MAX_NAMED = 100;

/** Takes entries in turn, with what became of their bodies. Memory grows with stretches of bodies that were destroyed and with those that were sealed again, not with the log. */
export class ErasedBodies {
  readonly #gone = new Ranges();
  readonly #resealed = new Ranges();
  /** Of each body that is another than its leaf names. */
  readonly #hashes = new Map<number, string>();
  /** Whether that is what the last erasure of it told. */
  readonly #isAsTold = new Map<number, boolean>();
  readonly #destroyedAsTold: IndexRange[] = [];
  readonly #resealedAsTold: IndexRange[] = [];

  /** The body of entry `index` is not there. */
  gone(index: number): void {
    this.#gone.add(index);
  }

  /** The body of entry `index` is another than the one its leaf names: `ciphertext`. */
  resealed(index: number, ciphertext: Uint8Array): void {
    this.#resealed.add(index);
    this.#hashes.set(index, hash('sha256', ciphertext, 'hex'));
  }

  /** What an erasure entry tells. */
  take(entry: Entry): void {
    if (entry.kind !== 'erasure') return;
    const { destroyed, resealed, ciphertextHashes = [] } = entry.erasure;
    this.#destroyedAsTold.push(...destroyed);
    this.#resealedAsTold.push(...resealed);
    let at = 0;
    for (const { from, to } of resealed)
      for (let index = from; index < to && at < ciphertextHashes.length; index += 1) {
        // The last word counts: a body may be sealed again several times.
        const found = this.#hashes.get(index);
        if (found !== undefined) this.#isAsTold.set(index, found === ciphertextHashes[at]);
        at += 1;
      }
  }

  /** What nobody told of, and what was told and is not so. */
  finish(): readonly Problem[] {
    const destroyed = merge(this.#destroyedAsTold);
    const changed = merge([...this.#resealedAsTold, ...this.#destroyedAsTold]);
    const other = merge([...this.#gone.list, ...this.#resealed.list]);
    return [
      ...named(
        subtract(this.#gone.list, destroyed),
        'body-missing',
        (index) => `the body of entry ${index} is gone`,
      ),
      ...named(
        subtract(this.#resealed.list, changed),
        'body-altered',
        (index) => `the body of entry ${index} is not the one it names`,
      ),
      ...named(
        [...this.#isAsTold].filter(([, isSo]) => !isSo).map(([index]) => ({ from: index, to: index + 1 })),
        'body-altered',
        (index) => `the body of entry ${index} is not what the last erasure left of it`,
      ),
      ...named(
        [...subtract(destroyed, this.#gone.list), ...subtract(subtract(changed, destroyed), other)],
        'body-altered',
        (index) => `the body of entry ${index} is there, though the log tells that it was erased`,
      ),
    ];
  }
}

/** Indexes that come in rising order. */
class Ranges {
  readonly list: IndexRange[] = [];

  add(index: number): void {
    const last = this.list.at(-1);
    if (last?.to === index) this.list[this.list.length - 1] = { from: last.from, to: index + 1 };
    else this.list.push({ from: index, to: index + 1 });
  }
}

/** Sorted, none touching another. */
function merge(ranges: readonly IndexRange[]): readonly IndexRange[] {
  const merged: IndexRange[] = [];
  for (const { from, to } of ranges.toSorted((left, right) => left.from - right.from)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.to)
      merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, to) };
    else if (to > from) merged.push({ from, to });
  }
  return merged;
}

/** What of `ranges` none of `others` covers; both sorted. */
function subtract(ranges: readonly IndexRange[], others: readonly IndexRange[]): readonly IndexRange[] {
  const left: IndexRange[] = [];
  let at = 0;
  for (const { from, to } of ranges) {
    let start = from;
    while (at > 0 && (others[at - 1] as IndexRange).to > from) at -= 1;
    while (at < others.length && (others[at] as IndexRange).to <= from) at += 1;
    for (let other = at; other < others.length && (others[other] as IndexRange).from < to; other += 1) {
      const cover = others[other] as IndexRange;
      if (cover.from > start) left.push({ from: start, to: cover.from });
      start = Math.max(start, cover.to);
    }
    if (start < to) left.push({ from: start, to });
  }
  return left;
}

function named(
  ranges: readonly IndexRange[],
  code: 'body-missing' | 'body-altered',
  message: (index: number) => string,
): readonly Problem[] {
  const problems: Problem[] = [];
  for (const { from, to } of ranges) {
    for (let index = from; index < to; index += 1) {
      if (problems.length === MAX_NAMED)
        return [...problems, { code, message: 'and more bodies', place: 'bodies' }];
      problems.push({ code, message: message(index), index, place: 'bodies' });
    }
  }
  return problems;
}
