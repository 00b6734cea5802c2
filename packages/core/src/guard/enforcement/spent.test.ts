/** How long each step took stands in the record: of those that were reached, and of no other. */
import { expect, test } from 'vitest';
import type { Detector, Entry, LogWriter } from '../../model/index.ts';
import { type GuardWorld, guardWorld, toolCall } from '../../testing/index.ts';

const POLICIES = `@id("all") permit (principal, action, resource);
@id("none") forbid (principal, action == Action::"bank/close", resource);`;

/** Each part of it takes its own time, in milliseconds. */
async function slowWorld(): Promise<GuardWorld> {
  const made: { here?: GuardWorld } = {};
  const detector: Detector = {
    id: 'slow',
    kinds: [],
    version: '1',
    detect() {
      made.here?.clock.advance(3);
      return [];
    },
  };
  const here = await guardWorld({
    policies: POLICIES,
    ports: { detectors: [{ detector, mode: 'block' }] },
    wrapLog: (log: LogWriter) => ({
      origin: log.origin,
      close: () => log.close(),
      append(draft) {
        made.here?.clock.advance(5);
        return log.append(draft);
      },
    }),
    portsOver: (ports) => ({
      ...ports,
      policy: {
        ...ports.policy,
        scope: ports.policy.scope,
        current() {
          const point = ports.policy.current();
          return {
            ...point,
            decide(query) {
              made.here?.clock.advance(2);
              return point.decide(query);
            },
          };
        },
      },
    }),
  });
  made.here = here;
  return here;
}

function entriesOf({ log }: GuardWorld): readonly Entry[] {
  return Array.from({ length: log.reader.size() }, (_, index) => log.reader.entry(index).entry).filter(
    ({ kind }) => kind === 'decision' || kind === 'outcome',
  );
}

test('a call that runs has the time of each step, in whole microseconds', async () => {
  const here = await slowWorld();
  await here.guard.enforce(toolCall('bank/pay', { amount: 5 }), async () => {
    here.clock.advance(7);
    return { paid: true };
  });
  expect(entriesOf(here)).toMatchObject([
    { kind: 'decision', decision: { spentUs: { identify: 0, admit: 0, facts: 3_000, decide: 2_000 } } },
    { kind: 'outcome', spentUs: { record: 5_000, perform: 7_000, inspect: 5_000 } },
  ]);
});

test('what ended earlier has no time of what it did not reach', async () => {
  const here = await slowWorld();
  const never = async (): Promise<never> => expect.unreachable();
  await here.guard.enforce(toolCall('bank/close', {}), never);
  await here.kill('all', '*');
  await here.guard.enforce(toolCall('bank/pay', {}), never);
  const spent = entriesOf(here).map((entry) => (entry.kind === 'decision' ? entry.decision.spentUs : 'none'));
  expect(spent).toEqual([
    { identify: 0, admit: 0, facts: 3_000, decide: 2_000 },
    { identify: 0, admit: 0 },
  ]);
});
