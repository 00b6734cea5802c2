/** The tables of docs/conformance.md. */
import { differences, tally } from './compare.ts';
import type { Results, Selection } from './suite.ts';

/** One selection against the fixture, directly and through the gateway. */
export function serverRow({ name, args }: Selection, direct: Results, through: Results): string {
  const differing = differences(direct, through).length;
  return `| ${name} | \`${args.join(' ')}\` | ${direct.size} | ${summary(direct)} | ${summary(through)} | ${differing === 0 ? 'none' : differing} |`;
}

/** One scenario of the client mode. */
export function clientRow(scenario: string, how: string, direct: Results, through: Results): string {
  const only = (results: Results): string => summary(new Map([[scenario, results.get(scenario) ?? []]]));
  return `| ${scenario} | ${how} | ${only(direct)} | ${only(through)} |`;
}

/** `84 passed`, and what else there is. */
function summary(results: Results): string {
  const { SUCCESS, FAILURE, WARNING, SKIPPED } = tally(results);
  const rest = [
    [FAILURE, 'failed'],
    [WARNING, 'warned'],
    [SKIPPED, 'skipped'],
  ] as const;
  return [[SUCCESS, 'passed'] as const, ...rest.filter(([count]) => count > 0)]
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
}
