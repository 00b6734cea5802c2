import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder } from '../fixtures.ts';
import { PROGRESS_FILE, progressFile, type RetentionProgress } from './index.ts';

const NOTED: RetentionProgress = {
  origin: 'o',
  log: { size: 3, last: 'ab' },
  settings: 'cd',
  groups: {},
  unfinished: {
    group: 'default',
    before: 1,
    held: 0,
    until: 2,
    indexes: [{ from: 0, to: 2 }],
    archive: { name: '0123456789abcdef-default-0-0123456789abcdef.writ-archive', hash: 'ef', bodies: 2 },
  },
  ranAt: 1,
  triedAt: 2,
};

test('what was noted is read again', () => {
  const file = progressFile(dataFolder());
  expect(file.read()).toBeUndefined();
  file.write(NOTED);
  expect(file.read()).toMatchObject(NOTED);
});

test.each([
  ['nothing', ''],
  ['half of a note', JSON.stringify({ version: 1, ...NOTED }).slice(0, 80)],
  ['a note of another version', JSON.stringify({ version: 2, ...NOTED })],
  ['a note that does not say which log it saw', JSON.stringify({ version: 1, ...NOTED, log: undefined })],
  [
    'a note whose archive lies elsewhere: it would be removed',
    JSON.stringify({ version: 1, ...NOTED }).replace('0123456789abcdef-default', '../keys/log'),
  ],
])('%s says nothing: everything is looked at once more', (_what, text) => {
  const folder = dataFolder();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, PROGRESS_FILE), text);
  expect(progressFile(folder).read()).toBeUndefined();
});
