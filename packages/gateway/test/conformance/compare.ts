/** What differs between two runs of the suite: scenario by scenario, check by check. */
import type { Check, Results } from './suite.ts';

/** A check that came out otherwise, or only on one side. */
export interface Difference {
  readonly scenario: string;
  /** `id (name)`, with a number where the suite says it more than once. */
  readonly check: string;
  /** Absent: not there at all. */
  readonly direct?: Check['status'];
  readonly through?: Check['status'];
  /** What the suite says of the second one. */
  readonly message?: string;
}

/** Accounts of single messages, which say nothing of a requirement: how many there are depends on how events are cut. */
const ACCOUNTS = new Set([
  'incoming-request',
  'outgoing-request',
  'incoming-response',
  'outgoing-response',
  'incoming-sse-event',
  'outgoing-sse-event',
  'outgoing-stream-close',
  'stream-closed',
  'incoming-auth-request',
  'outgoing-auth-response',
  'scope-retry-auth-attempt',
]);

/** Every difference, in the order of scenarios; an empty list means that the same checks came out the same. */
export function differences(direct: Results, through: Results): readonly Difference[] {
  const scenarios = [...new Set([...direct.keys(), ...through.keys()])].sort();
  return scenarios.flatMap((scenario) => {
    const before = keyed(direct.get(scenario) ?? []);
    const after = keyed(through.get(scenario) ?? []);
    return [...new Set([...before.keys(), ...after.keys()])].flatMap((check): Difference[] => {
      const [one, other] = [before.get(check), after.get(check)];
      if (one?.status === other?.status) return [];
      return [
        {
          scenario,
          check,
          ...(one === undefined ? {} : { direct: one.status }),
          ...(other === undefined ? {} : { through: other.status }),
          ...(other?.errorMessage === undefined ? {} : { message: other.errorMessage }),
        },
      ];
    });
  });
}

/** From best to worst. */
const ORDER: readonly Check['status'][] = ['INFO', 'SUCCESS', 'SKIPPED', 'WARNING', 'FAILURE'];

/**
 * Each check once, as badly as it ever came out: in client mode the suite says some of them anew for each request, and how often a client asks
 * is its own affair.
 */
export function distinct(results: Results): Results {
  const reduced = [...results].map(([scenario, checks]) => {
    const worst = new Map<string, Check>();
    for (const check of checks) {
      const key = `${check.id} ${check.name}`;
      const known = worst.get(key);
      if (known === undefined || ORDER.indexOf(check.status) > ORDER.indexOf(known.status))
        worst.set(key, check);
    }
    return [scenario, [...worst.values()]] as const;
  });
  return new Map(reduced);
}

/** How many checks came out which way. */
export function tally(results: Results): Readonly<Record<Check['status'], number>> {
  const counts = { SUCCESS: 0, FAILURE: 0, WARNING: 0, SKIPPED: 0, INFO: 0 };
  for (const checks of results.values())
    for (const { id, status } of checks) if (!ACCOUNTS.has(id)) counts[status] += 1;
  return counts;
}

function keyed(checks: readonly Check[]): ReadonlyMap<string, Check> {
  const found = new Map<string, Check>();
  for (const check of checks) {
    if (ACCOUNTS.has(check.id) && check.status !== 'FAILURE') continue;
    const name = `${check.id} (${check.name})`;
    let key = name;
    for (let count = 2; found.has(key); count += 1) key = `${name} ${count}`;
    found.set(key, check);
  }
  return found;
}
