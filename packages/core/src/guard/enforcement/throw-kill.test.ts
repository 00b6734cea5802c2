/** Throwing a switch ends what waits for people under it: nobody may agree to what was stopped, then or after it is let go. */
import { describe, expect, test } from 'vitest';
import { type KillPlace, releaseKill, throwKill, type ThrownKill } from '../../runtime/index.ts';
import { type GuardWorld, toolCall } from '../../testing/index.ts';
import { counted, HOLD_PAYMENTS, world } from './fixtures.ts';

const place = ({ log, clock }: GuardWorld): KillPlace => ({
  state: log.state,
  reader: log.reader,
  append: (detail, rest) =>
    log.writer.append({
      detail,
      tenant: 'test',
      time: clock.now(),
      monotonicNs: clock.monotonicNs(),
      retentionClass: 'log',
      committed: {},
      concerns: [],
      ...rest,
    }),
});

const thrown = (scope: ThrownKill['scope'], id: string): ThrownKill => ({
  scope,
  id,
  reason: 'behavioural_drift',
  words: 'drill',
});

async function held() {
  const here = await world({ policies: HOLD_PAYMENTS, approvers: ['alice'] });
  const tool = counted();
  const call = () => here.guard.enforce(toolCall('bank/pay', { amount: 5 }, { wait: false }), tool.perform);
  await call();
  await here.answer(here.log.state.holds()[0]!, 'alice', 'approve');
  return { here, tool, call };
}

describe('a kill that is thrown', () => {
  test.each([
    ['agent', 'bot'],
    ['server', 'bank'],
    ['tool', 'bank/pay'],
    ['all', '*'],
  ] as const)(
    'of %s %s withdraws an approval that was given, and letting go gives none back',
    async (scope, id) => {
      const { here, tool, call } = await held();
      const [hold] = here.log.state.holds();
      const { result, withdrawn } = await throwKill(place(here), thrown(scope, id));
      expect(result.status).toBe('committed');
      expect(withdrawn).toEqual([hold!.index]);
      expect(here.log.state.hold(hold!.index)?.status).toBe('withdrawn');
      expect(await call()).toMatchObject({ verdict: 'deny', decision: { code: `kill.${scope}` } });
      await releaseKill(place(here), thrown(scope, id));
      expect((await call()).verdict).toBe('step_up');
      expect(tool.runs).toHaveLength(0);
    },
  );

  test.each([
    ['agent', 'other'],
    ['team', 'others'],
    ['server', 'mail'],
    ['tool', 'bank/read'],
  ] as const)('of %s %s leaves what it does not cover', async (scope, id) => {
    const { here, call } = await held();
    expect((await throwKill(place(here), thrown(scope, id))).withdrawn).toEqual([]);
    expect(await call()).toMatchObject({ verdict: 'allow' });
  });

  test('withdraws what cannot be read any more', async () => {
    const { here } = await held();
    const blind = {
      ...place(here),
      reader: {
        body: () => {
          throw new Error('erased');
        },
      },
    };
    expect((await throwKill(blind, thrown('tool', 'bank/read'))).withdrawn).toHaveLength(1);
  });

  test('is thrown although what waits is answered meanwhile, each time', async () => {
    const { here } = await held();
    const real = place(here);
    const raced: KillPlace = {
      ...real,
      append: (detail, rest) =>
        (rest.effects?.length ?? 0) > 1
          ? Promise.resolve({ status: 'refused', refusal: 'final' })
          : real.append(detail, rest),
    };
    expect((await throwKill(raced, thrown('all', '*'))).result.status).toBe('committed');
    expect(here.log.state.kills()).toMatchObject([{ scope: 'all', id: '*' }]);
  });

  test('says in its entry why, and what waits no more', async () => {
    const { here } = await held();
    const [hold] = here.log.state.holds();
    const { result } = await throwKill(place(here), thrown('all', '*'));
    const index = result.status === 'committed' ? result.index : -1;
    expect(here.log.reader.entry(index).entry).toMatchObject({
      kind: 'kill',
      kill: { scope: 'all', reason: 'behavioural_drift', withdrawn: [hold!.index] },
    });
  });
});
