import { expect, test } from 'vitest';
import { loadPolicySet } from '../load.ts';
import { isInForce, readSetFiles, setOptions } from './files.ts';

const MANIFEST = { path: 'policy-set.yaml', text: 'name: acme\nversion: 1\n' };
const MAIN = { path: 'organisation/main.cedar', text: '@id("all") permit (principal, action, resource);' };
const TEAM = { path: 'teams/red/own.cedar', text: '@id("red") permit (principal, action, resource);' };

test('files of a set are what its folder would be: levels by their place, cases apart', () => {
  const cases = { path: 'tests/a.yaml', text: '[]' };
  const set = readSetFiles([cases, TEAM, MAIN, MANIFEST]);
  expect(set.cases.map(({ name }) => name)).toEqual(['tests/a.yaml']);
  const { policies } = loadPolicySet(setOptions(set, 'strict'));
  expect(policies.map(({ id, level }) => [id, level.kind])).toEqual([
    ['all', 'organisation'],
    ['red', 'team'],
  ]);
  expect([MANIFEST, MAIN, cases].map(isInForce)).toEqual([true, true, false]);
});

test.each([
  ['without a manifest', [MAIN], 'policy.syntax'],
  ['without a policy', [MANIFEST], 'policy.empty'],
  [
    'with a folder that is misspelt',
    [MANIFEST, { ...MAIN, path: 'organization/main.cedar' }],
    'policy.syntax',
  ],
  ['with a policy too deep', [MANIFEST, { ...MAIN, path: 'organisation/x/main.cedar' }], 'policy.syntax'],
  ['with other letters in an ending', [MANIFEST, MAIN, { ...MAIN, path: 'deny.CEDAR' }], 'policy.syntax'],
  ['with a file twice', [MANIFEST, MAIN, MAIN], 'policy.syntax'],
  ['with entities that are none', [MANIFEST, MAIN, { path: 'entities.json', text: '{}' }], 'policy.schema'],
])('a set %s is refused', (_what, files, code) => {
  expect(() => readSetFiles(files)).toThrow(expect.objectContaining({ code }));
});
