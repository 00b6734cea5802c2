/** Actions whose bytes flow while they are performed: nothing is delivered by the guard afterwards. */
import { expect, test } from 'vitest';
import type { InterceptedAction } from '../types.ts';
import { counted, kinds, sessionOf, world } from './fixtures.ts';

const LABELLED = `@id("go") @label("outside") permit(principal, action == Action::"network/egress", resource);`;

const EGRESS: InterceptedAction = {
  face: 'egress',
  initiator: 'agent',
  phase: 'call',
  method: 'network/egress',
  parts: [
    {
      action: { name: 'network/egress' },
      resource: { type: 'host', id: 'a.example' },
      args: { host: 'a.example', port: 443, scheme: 'https', network: 'public', by: 'proxy' },
    },
  ],
  args: { connect: 'a.example:443' },
  delivers: [],
};

test('a stream is closed with an account of it, which no policy on results is asked about', async () => {
  const here = await world({ policies: LABELLED });
  const tool = counted({ bytesDown: 7 });
  const end = await here.guard.enforce(EGRESS, tool.perform);
  expect(end).toMatchObject({ verdict: 'allow', outcome: 'performed', result: { bytesDown: 7 } });
  expect(end.delivery).toBeUndefined();
  expect(kinds(here)).toEqual(['decision allow', 'outcome performed']);
});

test('labels of a stream are joined before its first byte', async () => {
  const here = await world({ policies: LABELLED });
  let seen: readonly string[] = [];
  await here.guard.enforce(EGRESS, async () => {
    seen = here.log.state.labels(await sessionOf(here)).labels;
    return {};
  });
  expect(seen).toContain('outside');
});

test('a stream that failed is recorded as failed', async () => {
  const here = await world({ policies: LABELLED });
  const end = await here.guard.enforce(
    EGRESS,
    () => Promise.resolve({ failed: 'egress.unreachable' }),
    () => ({ isError: true }),
  );
  expect(end.outcome).toBe('failed');
});
