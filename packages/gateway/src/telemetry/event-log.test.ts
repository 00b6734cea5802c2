/** Lines of events: one each, bounded, and none that an input could forge. */
import { expect, test } from 'vitest';
import { parseStrictJson } from '@writ/core';
import { createEventLog } from './index.ts';

const NOW = Date.UTC(2026, 0, 1);

function written(form: 'json' | 'text', level: 'debug' | 'info' | 'warn' | 'error' = 'info') {
  const lines: string[] = [];
  const to = { writableLength: 0, write: (text: string) => lines.push(text) };
  return { lines, to, log: createEventLog({ form, level }, to, () => NOW, 100) };
}

test('an event in JSON has its time, level, code and fields', () => {
  const { lines, log } = written('json');
  log.write('info', 'call.refused', 'a call did not run', { server: 'files', ms: 1.5 });
  expect(lines.map((line) => parseStrictJson(line))).toEqual([
    {
      time: '2026-01-01T00:00:00.000Z',
      level: 'info',
      event: 'call.refused',
      text: 'a call did not run',
      server: 'files',
      ms: 1.5,
    },
  ]);
});

test('no text makes a second line, in either form', () => {
  for (const form of ['json', 'text'] as const) {
    const { lines, log } = written(form);
    log.write('warn', 'session', 'first\nwrit: second\u2028third\u001b[2J', { code: 'a\nb' });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.match(/[\p{Cc}\p{Zl}]/gu)).toEqual(['\n']);
  }
});

test('a long text is cut', () => {
  const { lines, log } = written('json');
  log.write('info', 'x', 'a'.repeat(100_000));
  expect(lines[0]?.length).toBeLessThan(1_200);
});

test.each([
  ['debug', 4],
  ['info', 3],
  ['warn', 2],
  ['error', 1],
] as const)('from level %s on, %i of four events are written', (level, count) => {
  const { lines, log } = written('json', level);
  for (const one of ['debug', 'info', 'warn', 'error'] as const) log.write(one, 'x', 'y');
  expect(lines).toHaveLength(count);
});

test('while nobody reads, events are dropped and counted, and nothing waits without end', () => {
  const { lines, to, log } = written('json');
  to.writableLength = 101;
  for (let at = 0; at < 3; at += 1) log.write('info', 'x', 'lost');
  to.writableLength = 0;
  log.write('info', 'x', 'seen');
  log.write('info', 'x', 'seen');
  expect(lines.map((line) => parseStrictJson(line))).toMatchObject([
    { text: 'seen', dropped: 3 },
    { text: 'seen' },
  ]);
  expect(lines[1]).not.toContain('dropped');
});
