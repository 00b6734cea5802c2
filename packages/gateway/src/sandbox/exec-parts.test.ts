/** What is known of a command that runs in a sandbox. */
import { expect, test } from 'vitest';
import { commandDetails } from './exec-parts.ts';

test.each([
  ["[[ -v 'a[$(id)]' ]]", 'arithmetic-code'],
  ['x=\'$(id)\'; echo "${x@P}"', 'dynamic-code'],
])('what runs in %s without being a command is said of the programs around it', (text, code) => {
  const { details } = commandDetails(['bash', '-c', text], '/work');
  expect(details.length).toBeGreaterThan(0);
  for (const { unresolved } of details) expect(unresolved).toContain(code);
});
