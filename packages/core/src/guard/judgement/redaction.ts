/** Redaction as an obligation: done completely, or the verdict does not stand. */
import type { Finding, Obligation } from '../../model/index.ts';
import { OVERSIZE } from '../../detection/index.ts';
import type { ConfiguredDetector } from '../types.ts';
import type { Refusal } from './decisions.ts';
import type { Facts } from './trip.ts';

const NO_KINDS: readonly string[] = [];

/** The kinds that `obligations` want taken out of `target`, sorted. */
export function redactedKinds(
  obligations: readonly Obligation[],
  target: 'arguments' | 'result',
): readonly string[] {
  if (obligations.length === 0) return NO_KINDS;
  const kinds = obligations.flatMap((one) =>
    one.type === 'redact' && one.target === target ? one.kinds : [],
  );
  return [...new Set(kinds)].sort();
}

/**
 * Why `kinds` cannot be taken out completely, or `undefined`: a kind that no check looked for, since none is configured or it failed,
 * or text that no check looked at.
 */
export function cannotRedact(
  detectors: readonly ConfiguredDetector[],
  facts: Facts,
  kinds: readonly string[],
): Refusal | undefined {
  if (kinds.length === 0) return undefined;
  const hasRun = (id: string): boolean =>
    facts.checks.some((check) => check.id === id && check.status === 'ran');
  const isSeen = (kind: string): boolean =>
    detectors.some(({ detector }) => detector.kinds.includes(kind) && hasRun(detector.id));
  const unseen = kinds.find((kind) => !isSeen(kind.split('/')[0] ?? ''));
  if (unseen !== undefined)
    return incomplete(`\`${unseen}\` must be redacted, and no check that ran looks for it`);
  const isUnscanned = facts.findings.some(({ kind }) => kind === OVERSIZE) && !kinds.includes(OVERSIZE);
  return isUnscanned
    ? incomplete(
        `${kinds.map((kind) => `\`${kind}\``).join(', ')} must be redacted, and a part is too large to be checked`,
      )
    : undefined;
}

/**
 * Whether `findings`, made of a redacted value, still hold any of `kinds`, by `kind` or `kind/detail`. What was too large is gone by now: all of it
 * was replaced, and only the replacements may lie past a bound again.
 */
export function stillHolds(findings: readonly Finding[], kinds: readonly string[]): boolean {
  return findings.some(
    ({ kind, detail }) =>
      kind !== OVERSIZE &&
      (kinds.includes(kind) || (detail !== undefined && kinds.includes(`${kind}/${detail}`))),
  );
}

function incomplete(reason: string): Refusal {
  return { code: 'guard.redaction-incomplete', reason };
}
