// Names of tools, in addresses and in commands.
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { acceptCommand, keyOf, partsOf } from '../src/pages/tools/tool-name.ts';

test.each([
  ['payments/refund', { server: 'payments', name: 'refund' }],
  ['a/b/c', { server: 'a', name: 'b/c' }],
  ['/b', undefined],
  ['a/', undefined],
  ['a', undefined],
])('%s is taken apart', (key, parts) => {
  expect(partsOf(key)).toEqual(parts);
  if (parts !== undefined) expect(keyOf(parts)).toBe(key);
});

test.each(['refund', 'two words', `it's`, '$(id)', '`id`; rm -rf ~', '"quoted"', '\\', '!!', '-y'])(
  'a shell takes the command for a tool named %j as it is',
  (name) => {
    const command = acceptCommand({ server: 'payments', name });
    const echoed = execFileSync('sh', ['-c', `set -- ${command ?? ''}; printf %s "$4"`]);
    expect(echoed.toString()).toBe(`payments/${name}`);
  },
);

test.each(['a\u200bb', 'p\u0430y', 'a\nb', '\u202egnp'])('there is no command to paste for %j', (name) => {
  expect(acceptCommand({ server: 'payments', name })).toBeUndefined();
});

test('a server is never taken for an option', () => {
  expect(acceptCommand({ server: '--yes', name: 'x' })).toBeUndefined();
});
