/** With rules in force, the scenarios that they name change, and no others. */
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testTool } from '../../../../scripts/testing/test-tools.ts';
import { differences } from './compare.ts';
import { compared } from './compared.ts';
import { ALLOW_ALL, type Running, startFixture, startGateway } from './processes.ts';
import { requirements, type Results, runAgainstServer, type Selection } from './suite.ts';

/** For a run of the slowest selection, twice at once, on a busy machine, in milliseconds. */
const SLOW_MS = 300_000;

/** One tool is forbidden; of the results of another, addresses are taken out. */
const RULES = `${ALLOW_ALL}
@id("no-pictures")
forbid (principal, action == Action::"fixture/test_image_content", resource);

@id("no-addresses")
@redact("email")
permit (principal, action == Action::"results/deliver", resource == Tool::"fixture/test_elicitation");
`;

/** Scenarios whose details are what the server answered, the same in each run. */
const REPEATABLE = /^(?:tools-call|prompts|resources)-/;

const folder = testTool('@modelcontextprotocol/conformance');

describe.skipIf(folder === undefined)('rules that forbid one tool and redact another', () => {
  const running: Running[] = [];

  beforeAll(async () => {
    const fixture = await startFixture();
    const behind = { url: fixture.url };
    const [open, ruled] = await Promise.all([
      startGateway({ behind }),
      startGateway({ behind, policies: RULES }),
    ]);
    running.push(open, ruled, fixture);
  });

  afterAll(async () => {
    for (const one of running) await one.stop();
  });

  test.each([
    ['2025-11-25', ['tools-call-elicitation', 'tools-call-image']],
    // The modern era has no scenario that calls the tool whose results are redacted.
    ['2026-07-28', ['tools-call-image']],
  ])(
    'change the scenarios that call these tools, and no others: %s',
    async (name, changed) => {
      const against = (at: number) => (what: Selection) =>
        runAgainstServer(folder ?? '', running[at]?.url ?? '', what);
      const { direct: before, through: after } = await compared(
        requirements(name),
        against(0),
        against(1),
        (scenario) => changed.includes(scenario),
      );
      expect(differences(before, after)).toMatchObject([
        { scenario: 'tools-call-image', direct: 'SUCCESS', through: 'FAILURE' },
      ]);
      expect(otherDetails(before, after)).toStrictEqual(changed);
      if (changed.includes('tools-call-elicitation')) {
        const details = JSON.stringify(after.get('tools-call-elicitation'));
        expect(details).toContain('[redacted:email]');
        expect(details).not.toContain('test@example.com');
        expect(JSON.stringify(before.get('tools-call-elicitation'))).toContain('test@example.com');
      }
    },
    SLOW_MS,
  );
});

/** Repeatable scenarios that saw something else. */
function otherDetails(before: Results, after: Results): readonly string[] {
  const details = (results: Results, scenario: string): unknown =>
    results.get(scenario)?.map(({ id, details: seen }) => ({ id, seen }));
  return [...before.keys()].filter(
    (scenario) =>
      REPEATABLE.test(scenario) && !isDeepStrictEqual(details(before, scenario), details(after, scenario)),
  );
}
