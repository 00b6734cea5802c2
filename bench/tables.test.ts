import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { type CallFigures, fillTables, readRun } from './tables.ts';

const KIB = 1_024;
const STAGES = ['forward', 'pass-through', 'policy', 'scan', 'receipt', 'all'];

/** What a run of `seconds` a row prints, with whatever else comes with it. */
function printed(seconds: number, figures: Partial<CallFigures> = {}): string {
  const row = (transport: string, bytes: number, stage: string): string =>
    JSON.stringify({
      bench: 'gateway.bench.ts',
      name: 'gateway/call',
      params: { transport, bytes, stage },
      added_p50_us: 2_900,
      added_p95_us: 4_000,
      added_p99_us: 9_500,
      added_p50_us_range: [2_800, 3_100],
      ...(stage === 'all' || stage === 'receipt' ? { appends_p50_us: 2_000, appends_p99_us: 4_400 } : {}),
      rate: 3_999,
      rate_per_core: 5_000,
      cpu_us: 200,
      rss_mb: 180,
      target: 300,
      seconds,
      ...figures,
    });
  const rows = ['stdio', 'http-modern', 'http-legacy'].flatMap((transport) => [
    ...STAGES.map((stage) => row(transport, KIB, stage)),
    row(transport, 16 * KIB, 'all'),
    row(transport, 256 * KIB, 'all'),
  ]);
  const machine = (load: number): string =>
    JSON.stringify({ machine: 'one', commit: 'abc1234', load_average: [load, 1, 1] });
  return ['> built', ...rows, '{"name":"gateway/path","p50_us":1}', machine(0.4), machine(1.9)].join('\n');
}

const DOCUMENT = 'before\n\n<!-- figures: gateway-http -->\n\nold\n\n<!-- end of figures -->\n\nafter\n';

test('figures take the place of what stands between their marks, and of nothing else', () => {
  const filled = fillTables(DOCUMENT, readRun(printed(30)));
  expect(filled).toMatch(/^before\n\n<!-- figures: gateway-http -->\n\n/);
  expect(filled).toMatch(/\n\n<!-- end of figures -->\n\nafter\n$/);
  expect(filled).not.toContain('old');
  expect(fillTables(filled, readRun(printed(30)))).toBe(filled);
});

test('a table has a line for each stage and size of each era, and says under which load', () => {
  const filled = fillTables(DOCUMENT, readRun(printed(30)));
  expect(filled.match(/^\| (?:modern|legacy)/gm)).toHaveLength(16);
  expect(filled).toContain('Commit abc1234, load average 0.4 before and 1.9 after, 30 seconds');
  expect(filled).toContain(
    '| modern: **everything on** | 2.9 ms (2.8 ms–3.1 ms) | 4 ms | 9.5 ms | 2 ms | 4.4 ms | 3,999 | 5,000 | 200 µs | 180 MB |',
  );
});

test('each aim is said to be met or missed by its own figure', () => {
  const filled = fillTables(DOCUMENT, readRun(printed(30)));
  expect(filled).toContain(
    '- http-modern: besides the two appends p50 0.9 ms (aim 1 ms: met), p99 5.1 ms (aim 5 ms: missed); 3,999 calls/s (aim 4,000: missed).',
  );
});

test('a quick run is refused', () => {
  expect(() => fillTables(DOCUMENT, readRun(printed(3)))).toThrow(
    'http-modern, 1024 bytes, forward: 3 seconds, at least 30 are expected',
  );
});

test('a run without one of the rows is refused', () => {
  const some = printed(30)
    .split('\n')
    .filter((line) => !line.includes('"http-legacy","bytes":16384'));
  expect(() => fillTables(DOCUMENT, readRun(some.join('\n')))).toThrow(
    'http-legacy, 16384 bytes, all: the run has no such row',
  );
});

test('a run that did not come to its end is refused', () => {
  const cut = printed(30).split('\n').slice(0, -1).join('\n');
  expect(() => fillTables(DOCUMENT, readRun(cut))).toThrow('how busy the machine was before and after it');
});

test.each([
  ['whose name is unknown', '<!-- figures: nothing -->\n<!-- end of figures -->', 'unknown'],
  ['without an end', '<!-- figures: gateway-http -->\nold', 'have no end'],
  [
    'within others',
    '<!-- figures: gateway-http -->\n<!-- figures: gateway-stdio -->\n<!-- end of figures -->',
    'not ended before',
  ],
])('marks %s are refused', (_what, document, why) => {
  expect(() => fillTables(document, readRun(printed(30)))).toThrow(why);
});

test('the page of figures has a place for each transport', () => {
  const document = readFileSync(join(import.meta.dirname, '..', 'docs', 'performance.md'), 'utf8');
  const filled = fillTables(document, readRun(printed(30)));
  for (const label of ['modern', 'legacy', 'stdio'])
    expect(filled).toContain(`| ${label}: **everything on** |`);
});
