import { Fault } from '@writ/core';
import { expect, test } from 'vitest';
import { createReport, faultFields } from './report.ts';

const TOKEN = `writ_01M80RDQBWRA7Y7JESDCW2ZFAH_01M80RDQBWRA7Y7JESDCW2ZFAH_${'s'.repeat(43)}`;

test.each([
  ['a token', `insert failed for ${TOKEN}`, TOKEN],
  ['the password of an address', 'cannot reach postgres://writ:hunter2@db/x', 'hunter2'],
  ['a key', `bad key ${'QUJD'.repeat(11)}`, 'QUJD'.repeat(11)],
])('tells nothing of %s, whatever threw it', (_why, message, secret) => {
  for (const thrown of [new Error(message), new Fault('io.failed', message), message])
    expect(JSON.stringify(faultFields(thrown))).not.toContain(secret);
});

test('is one object of JSON a line, whatever stands in the words', () => {
  const lines: string[] = [];
  createReport(
    (line) => lines.push(line),
    () => 0,
  )('error', 'x', faultFields(new Error('a\nb\u2028"}')));
  expect(lines).toHaveLength(1);
  expect(lines[0]?.trimEnd()).not.toMatch(/[\n\u2028]/);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    time: '1970-01-01T00:00:00.000Z',
    level: 'error',
    event: 'x',
  });
});
