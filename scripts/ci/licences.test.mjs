import { expect, test } from 'vitest';
import { refusedLicences } from './licences.mjs';

const lock = (entry) => ({ packages: { '': {}, 'node_modules/a': entry } });

test.each([
  ['a permissive licence', { license: 'MIT' }, []],
  ['one of two to choose from', { license: '(GPL-3.0-only OR MIT)' }, []],
  [
    'both of two to keep, one not allowed',
    { license: 'MIT AND GPL-3.0-only' },
    ['node_modules/a: MIT AND GPL-3.0-only'],
  ],
  ['a licence that binds the whole', { license: 'AGPL-3.0-only' }, ['node_modules/a: AGPL-3.0-only']],
  ['none named', {}, ['node_modules/a: none named']],
  ['a licence for tools, in what is shipped', { license: 'MPL-2.0' }, ['node_modules/a: MPL-2.0']],
  ['a licence for tools, in a tool', { license: 'MPL-2.0', dev: true }, []],
  ['a package of the workspace', { link: true }, []],
])('%s', (_why, entry, refused) => {
  expect(refusedLicences(lock(entry))).toEqual(refused);
});
