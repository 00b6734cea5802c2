/** Reads values of other products' files, whatever shape they have. */
import type { PlacedValue } from '../form/index.ts';
import type { IssueList } from '../issues.ts';
import type { Constant } from './language/index.ts';
import type { ImportedPolicies } from './report.ts';

/** The value under `name`, where `value` is a map that has it. */
export function entryOf(value: PlacedValue | undefined, name: string): PlacedValue | undefined {
  return value?.kind === 'map' ? value.entries.get(name)?.value : undefined;
}

/** The text under `name`. */
export function textAt(value: PlacedValue | undefined, name: string): string | undefined {
  const entry = entryOf(value, name);
  return entry?.kind === 'scalar' && typeof entry.value === 'string' ? entry.value : undefined;
}

/** The number under `name`. */
export function numberOf(value: PlacedValue | undefined, name: string): number | undefined {
  const entry = entryOf(value, name);
  const isNumber =
    entry?.kind === 'scalar' && (typeof entry.value === 'bigint' || typeof entry.value === 'number');
  return isNumber ? Number(entry.value) : undefined;
}

/** The items under `name`; empty where there is no list. */
export function listOf(value: PlacedValue | undefined, name: string): readonly PlacedValue[] {
  const entry = entryOf(value, name);
  return entry?.kind === 'list' ? entry.items : [];
}

/** A constant, or all constants of a list; empty where something else stands there. */
export function constantsOf(value: PlacedValue | undefined): readonly Constant[] {
  if (value === undefined || value.kind === 'map') return [];
  if (value.kind === 'list') {
    const values = value.items.map(constantsOf);
    return values.some((one) => one.length !== 1) ? [] : values.flat();
  }
  if (typeof value.value === 'string') return [{ kind: 'string', text: value.value }];
  if (typeof value.value === 'boolean') return [{ kind: 'boolean', value: value.value }];
  return value.value === null ? [] : [{ kind: 'number', digits: value.source }];
}

/** The answer where a file cannot be read: nothing is permitted. */
export function refusal(file: string, issues: IssueList, why: string): ImportedPolicies {
  const place = { file, line: 1, column: 1 };
  const problems = issues.problems.map((one) => ({
    kind: 'lost' as const,
    place: one.place ?? place,
    what: file,
    why: `${one.message}; nothing is imported`,
  }));
  const report =
    problems.length > 0
      ? problems
      : [{ kind: 'lost' as const, place, what: file, why: `${why}; nothing is imported` }];
  return { cedar: '', limits: [], patterns: [], report };
}
