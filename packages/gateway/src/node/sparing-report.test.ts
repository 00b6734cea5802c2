/** Failures to publish, told once in a while. */
import { expect, test } from 'vitest';
import { Fault } from '@writ/core';
import { fakeClock } from '@writ/core/testing';
import { publishReports, REPORT_EVERY_MS } from './sparing-report.ts';

test('a failure that comes each second is told at once and then every ten minutes, each kind for itself', () => {
  const clock = fakeClock();
  const lines: string[] = [];
  const tell = publishReports((line) => lines.push(line), clock);
  for (let second = 0; second < REPORT_EVERY_MS / 1_000; second += 1) {
    tell(new Fault('log.unavailable', `could not put \`tile/${second}\``));
    clock.advance(1_000);
  }
  expect(lines).toEqual([expect.stringContaining('tile/0')]);
  tell(new Fault('log.corrupt', 'somebody else wrote there'));
  tell(new Fault('log.unavailable', 'still'));
  expect(lines.slice(1)).toEqual([
    expect.stringContaining('somebody else wrote there'),
    expect.stringMatching(/still.*; 599 more like it since/),
  ]);
});
