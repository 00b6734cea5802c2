/** Reads the limits of a pack; what a limit may say is the model's. */
import { isFault, type JsonValue } from '../../../kernel/index.ts';
import { EVERY_LIMIT_FACT, type LimitDeclaration, MAX_LIMITS, parseLimits } from '../../../model/index.ts';
import type { Place } from '../../language/index.ts';
import type { IssueList } from '../issues.ts';
import type { PlacedValue } from './yaml.ts';

/** The limits in `value`, a list; each that cannot be understood is a problem at its place. */
export function readLimits(value: PlacedValue | undefined, issues: IssueList): readonly LimitDeclaration[] {
  if (value === undefined) return [];
  if (value.kind !== 'list' || value.items.length === 0 || value.items.length > MAX_LIMITS) {
    issues.refuse(value.place, `\`limits\` is not a list of 1 to ${MAX_LIMITS} limits`);
    return [];
  }
  const seen = new Set<string>();
  return value.items.flatMap((item) => {
    const limit = readLimit(item, issues);
    if (limit === undefined) return [];
    if (seen.has(limit.id)) issues.refuse(item.place, `the limit \`${limit.id}\` is declared twice`);
    seen.add(limit.id);
    return [limit];
  });
}

function readLimit(item: PlacedValue, issues: IssueList): LimitDeclaration | undefined {
  try {
    return parseLimits([plain(item)], 'limits', EVERY_LIMIT_FACT)[0];
  } catch (thrown) {
    if (!isFault(thrown)) throw thrown;
    const path = thrown.data['path'];
    const place = typeof path === 'string' ? placeAt(item, path) : item.place;
    return issues.refuse(place, thrown.message, undefined, thrown.code);
  }
}

/** The place of `[0].per`, or of the limit where the path goes nowhere. */
function placeAt(item: PlacedValue, path: string): Place {
  const key = /^\[0\]\.([a-z_]+)/.exec(path)?.[1] ?? '';
  return (item.kind === 'map' ? item.entries.get(key)?.value.place : undefined) ?? item.place;
}

/** The value without its places; amounts are given as they were written, so that none is rounded. */
function plain(value: PlacedValue): JsonValue {
  if (value.kind === 'list') return value.items.map(plain);
  if (value.kind === 'map')
    return Object.fromEntries([...value.entries].map(([name, entry]) => [name, plain(entry.value)]));
  if (typeof value.value === 'bigint' || typeof value.value === 'number') return value.source;
  return value.value;
}
