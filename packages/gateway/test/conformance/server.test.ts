/** The suite's server mode: the same scenarios and checks through `writ gateway` as directly, both eras, with nothing expected to fail. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testTool } from '../../../../scripts/testing/test-tools.ts';
import { differences, tally } from './compare.ts';
import { compared } from './compared.ts';
import { type Running, startFixture, startGateway, STDIO_FIXTURE } from './processes.ts';
import { serverRow } from './report.ts';
import { requirements, runAgainstServer, SERVER_SELECTIONS } from './suite.ts';

/** For a run of the slowest selection, twice at once, on a busy machine, in milliseconds. */
const SLOW_MS = 300_000;

const folder = testTool('@modelcontextprotocol/conformance');
const report = readFileSync(new URL('../../../../docs/conformance.md', import.meta.url), 'utf8');

describe.skipIf(folder === undefined)('a server over HTTP', () => {
  const suite = folder ?? '';
  let fixture: Running;
  let gateway: Running;

  beforeAll(async () => {
    fixture = await startFixture();
    gateway = await startGateway({ behind: { url: fixture.url } });
  });

  afterAll(async () => {
    await gateway.stop();
    await fixture.stop();
  });

  test.each(SERVER_SELECTIONS)(
    'passes the same checks of the conformance suite through the gateway as directly: $name',
    async (selection) => {
      const { direct, through } = await compared(
        selection,
        (what) => runAgainstServer(suite, fixture.url, what),
        (what) => runAgainstServer(suite, gateway.url, what),
      );
      expect(direct.size).toBeGreaterThan(0);
      expect(differences(direct, through)).toStrictEqual([]);
      expect(tally(through)).toMatchObject({ FAILURE: 0, WARNING: 0 });
      expect(report).toContain(serverRow(selection, direct, through));
    },
    SLOW_MS,
  );
});

/** Streams that a server over pipes does not have, so that there is nothing to close and to take up again. */
const WITHOUT_STREAMS = ['server-sse-multiple-streams', 'server-sse-polling'];

describe.skipIf(folder === undefined)('a server over stdio', () => {
  const suite = folder ?? '';
  let fixture: Running;
  let gateway: Running;

  beforeAll(async () => {
    fixture = await startFixture();
    gateway = await startGateway({ behind: { command: STDIO_FIXTURE } });
  });

  afterAll(async () => {
    await gateway.stop();
    await fixture.stop();
  });

  test.each([
    ['2025-11-25', WITHOUT_STREAMS],
    ['2026-07-28', [] as string[]],
  ])(
    'passes over HTTP, behind the gateway, what it passes over HTTP itself: %s',
    async (name, otherwise) => {
      const { direct, through } = await compared(
        requirements(name),
        (what) => runAgainstServer(suite, fixture.url, what),
        (what) => runAgainstServer(suite, gateway.url, what),
        (scenario) => otherwise.includes(scenario),
      );
      const found = differences(direct, through);
      expect([...new Set(found.map(({ scenario }) => scenario))]).toStrictEqual(otherwise);
      expect(tally(through)).toMatchObject({ FAILURE: 0, WARNING: 0 });
    },
    SLOW_MS,
  );
});
