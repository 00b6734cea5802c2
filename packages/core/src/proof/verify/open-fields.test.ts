// Fields of an entry, opened from its bytes alone.
import { expect, test } from 'vitest';
import { createHmac } from 'node:crypto';
import { canonicalJson } from '../../kernel/index.ts';
import { openFields } from './open-fields.ts';
import { plainSha256 } from './sha256.ts';

const SALT = Buffer.alloc(32, 7);
const [ORIGIN, ID] = ['example.org/log', '01J000000000000000000000AA'];

function committed(field: string, value: Parameters<typeof canonicalJson>[0]): string {
  return createHmac('sha256', SALT)
    .update(canonicalJson([ORIGIN, ID, field, value]))
    .digest('base64');
}

const ENTRY = Buffer.from(
  JSON.stringify({
    origin: ORIGIN,
    id: ID,
    inputCommitment: committed('input', { labels: [] }),
    commitments: [
      { field: 'subject', value: committed('subject', { agent: 'bot' }) },
      { field: '__proto__', value: committed('__proto__', 1) },
    ],
  }),
);
const salt = SALT.toString('base64');

test.each([
  ['a field', { field: 'subject', value: { agent: 'bot' }, salt }, true],
  ['the whole input', { field: 'input', value: { labels: [] }, salt }, true],
  ['a name that objects have by themselves', { field: '__proto__', value: 1, salt }, true],
  ['another value', { field: 'subject', value: { agent: 'cat' }, salt }, false],
  [
    'another salt',
    { field: 'subject', value: { agent: 'bot' }, salt: Buffer.alloc(32).toString('base64') },
    false,
  ],
  ['no salt', { field: 'subject', value: { agent: 'bot' }, salt: '' }, false],
  ['a field without commitment', { field: 'words', value: 'x', salt }, false],
  ['nothing under a name without commitment', { field: 'input2', value: undefined, salt }, false],
])('%s opens where the entry committed to it', (_what, shown, isOpen) => {
  expect(openFields(plainSha256, ENTRY, [shown])).toEqual(isOpen ? [shown] : []);
});
