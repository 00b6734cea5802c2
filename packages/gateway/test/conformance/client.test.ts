/** The suite's client mode: the SDK's client passes the same through the gateway as without it, authorization included. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testTool } from '../../../../scripts/testing/test-tools.ts';
import { wayOf } from './client/expectations.ts';
import { startHost } from './client/host.ts';
import { differences, distinct } from './compare.ts';
import { compared } from './compared.ts';
import type { Running } from './processes.ts';
import { clientRow } from './report.ts';
import { CLIENT_SELECTIONS, type Results, runAgainstClient, type Selection } from './suite.ts';

/** For some forty clients at once, twice, on a busy machine, in milliseconds. */
const SLOW_MS = 400_000;
const SHIM = fileURLToPath(new URL('./client/shim.ts', import.meta.url));

const folder = testTool('@modelcontextprotocol/conformance');
const report = readFileSync(new URL('../../../../docs/conformance.md', import.meta.url), 'utf8');

describe.skipIf(folder === undefined)('a client', () => {
  let host: Running;

  beforeAll(async () => {
    host = await startHost();
  });

  afterAll(() => host.stop());

  test.each(CLIENT_SELECTIONS)(
    'passes the same checks of the conformance suite through the gateway as directly: $name',
    async (selection) => {
      const command = `${process.execPath} ${SHIM}`;
      // One side after the other: each is some forty programs at once.
      let before: Promise<unknown> = Promise.resolve();
      const run =
        (environment = {}) =>
        (what: Selection): Promise<Results> => {
          const found = before.then(() => runAgainstClient(folder ?? '', command, what, environment));
          before = found;
          return found.then(distinct);
        };
      const { direct, through } = await compared(selection, run(), run({ WRIT_GATEWAYS: host.url }));
      expect(differences(direct, through)).toStrictEqual([]);
      expect(failing(direct)).toStrictEqual([]);
      for (const scenario of direct.keys())
        expect(report).toContain(clientRow(scenario, wayOf(scenario), direct, through));
    },
    SLOW_MS,
  );
});

function failing(results: Results): readonly string[] {
  return [...results].flatMap(([scenario, checks]) =>
    checks.some(({ status }) => status === 'FAILURE' || status === 'WARNING') ? [scenario] : [],
  );
}
