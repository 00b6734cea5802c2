/** Clients of one era with servers of the other: what the suite still passes, and exactly what it cannot. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testTool } from '../../../../scripts/testing/test-tools.ts';
import { differences, tally } from './compare.ts';
import { type Running, startFixture, startGateway } from './processes.ts';
import { runAgainstServer } from './suite.ts';

/** For a run of the slowest selection, twice at once, on a busy machine, in milliseconds. */
const SLOW_MS = 180_000;

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
      const selection = { name: '2025-11-25', args: ['--requirements', '2025-11-25'] };
      const [direct, bridged] = await Promise.all([
        runAgainstServer(suite, fixture.url, selection),
        runAgainstServer(suite, toModern.url, selection),
      ]);
      const found = differences(direct.results, bridged.results).map(({ scenario }) => scenario);
      expect([...new Set(found)]).toStrictEqual(['server-sse-multiple-streams', 'server-sse-polling']);
      expect(tally(bridged.results)).toMatchObject({ FAILURE: 0, WARNING: 0 });
      expect(bridged.exitCode).toBe(0);
    },
    SLOW_MS,
  );

  test(
    'gives a modern client of a legacy server all but what such a server cannot ask of it',
    async () => {
      const selection = { name: 'modern', args: ['--suite', 'all', '--spec-version', '2026-07-28'] };
      const [direct, bridged] = await Promise.all([
        runAgainstServer(suite, fixture.url, selection),
        runAgainstServer(suite, toLegacy.url, selection),
      ]);
      const found = differences(direct.results, bridged.results).filter(
        ({ scenario }) => !scenario.startsWith('input-required-result-'),
      );
      expect(found.map(({ check }) => check)).toStrictEqual([
        'sep-2575-server-rejects-undeclared-capability (ServerRejectsUndeclaredCapability)',
        'sep-2575-missing-capability-http-400 (MissingCapabilityHttp400)',
      ]);
    },
    SLOW_MS,
  );
});
