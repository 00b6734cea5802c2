/** Clients of one era with servers of the other: what the suite still passes, and exactly what it cannot. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testTool } from '../../../../scripts/testing/test-tools.ts';
import { differences, tally } from './compare.ts';
import { compared } from './compared.ts';
import { type Running, startFixture, startGateway } from './processes.ts';
import { requirements, runAgainstServer } from './suite.ts';

/** For a run of the slowest selection, twice at once, on a busy machine, in milliseconds. */
const SLOW_MS = 300_000;

const folder = testTool('@modelcontextprotocol/conformance');

describe.skipIf(folder === undefined)('a gateway between eras', () => {
  const suite = folder ?? '';
  let fixture: Running;
  let toModern: Running;
  let toLegacy: Running;

  beforeAll(async () => {
    fixture = await startFixture();
    const behind = { url: fixture.url };
    [toModern, toLegacy] = await Promise.all([
      startGateway({ behind, server: { era: 'modern' } }),
      startGateway({ behind, server: { era: 'legacy' } }),
    ]);
  });

  afterAll(async () => {
    for (const one of [toModern, toLegacy, fixture]) await one.stop();
  });

  test(
    'gives a legacy client of a modern server all that it needs, but streams that close in the middle',
    async () => {
      const streams = ['server-sse-multiple-streams', 'server-sse-polling'];
      const { direct, through } = await compared(
        requirements('2025-11-25'),
        (what) => runAgainstServer(suite, fixture.url, what),
        (what) => runAgainstServer(suite, toModern.url, what),
        (scenario) => streams.includes(scenario),
      );
      const found = differences(direct, through).map(({ scenario }) => scenario);
      expect([...new Set(found)]).toStrictEqual(streams);
      expect(tally(through)).toMatchObject({ FAILURE: 0, WARNING: 0 });
    },
    SLOW_MS,
  );

  test(
    'gives a modern client of a legacy server all but what such a server cannot ask of it',
    async () => {
      const version = '2026-07-28';
      const isAsking = (scenario: string): boolean => scenario.startsWith('input-required-result-');
      const { direct, through } = await compared(
        { name: version, args: ['--suite', 'all', '--spec-version', version], version },
        (what) => runAgainstServer(suite, fixture.url, what),
        (what) => runAgainstServer(suite, toLegacy.url, what),
        isAsking,
      );
      const found = differences(direct, through).filter(({ scenario }) => !isAsking(scenario));
      expect(found.map(({ check }) => check)).toStrictEqual([
        'sep-2575-server-rejects-undeclared-capability (ServerRejectsUndeclaredCapability)',
        'sep-2575-missing-capability-http-400 (MissingCapabilityHttp400)',
      ]);
    },
    SLOW_MS,
  );
});
