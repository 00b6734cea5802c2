/** Indicators count what the record holds, and name nobody. */
import { expect, test } from 'vitest';
import { consentDraft, createRegister } from '../../privacy/index.ts';
import { actionWorld } from '../../testing/index.ts';
import { draftChange, findCase, openCase } from '../cases/index.ts';
import { privacyActivity, privacyIndicators } from './index.ts';

const DAY = 86_400_000;

test('cases, consents and restrictions are counted as they stand', async () => {
  const { log, clock } = await actionWorld();
  const times = () => ({ tenant: 'test', time: clock.now(), monotonicNs: 1n, retentionClass: 'log' });
  const random = { bytes: (length: number) => new Uint8Array(length).fill(log.reader.size()) };
  for (const [type, subject] of [
    ['access', ['ann']],
    ['objection', ['bob']],
    ['breach', []],
  ] as const)
    await log.writer.append({ ...openCase({ type, subject }, { clock, random }).draft, ...times() });
  const objection =
    log.state.records('cases').find(({ value }) => JSON.stringify(value).includes('objection'))?.key ?? '';
  for (const step of ['identity_verified', 'restrict']) {
    const { draft } = draftChange(
      findCase(log.state, objection),
      { action: 'step', step },
      {},
      { state: log.state, now: clock.now() },
    );
    await log.writer.append({ ...draft, ...times() });
  }
  const purpose = {
    id: 'insight',
    description: 'x',
    data: ['a'],
    basis: 'consent',
    retention: 'decision',
    recipients: [],
    subject: 'person',
  } as const;
  const register = createRegister({ purposes: [purpose], notices: [] });
  for (const [action, subject] of [
    ['give', 'ann'],
    ['give', 'bob'],
    ['withdraw', 'bob'],
  ] as const)
    await log.writer.append({
      ...consentDraft(register, { action, purpose: 'insight', subject }, log.state),
      ...times(),
    });

  expect(privacyIndicators(log.state, clock.now() + 4 * DAY)).toEqual({
    open: {
      access: 1,
      rectification: 0,
      erasure: 0,
      portability: 0,
      restriction: 0,
      objection: 1,
      breach: 1,
    },
    overdue: 1,
    dueSoon: 0,
    nextDueMs: -DAY,
    deferredErasures: 0,
    legalHolds: 0,
    consentsGiven: 1,
    consentsWithdrawn: 1,
    restrictions: 1,
    noticesShown: 0,
  });
});

test('what was refused for its purpose, and data that nobody classified, are counted from the last entries', async () => {
  const world = await actionWorld();
  await world.act('crm/find', 'ann', { q: 'x' }, undefined, 'insight');
  await world.act('crm/find', 'ann', { q: 'x' }, undefined, 'nothing');
  await world.act('crm/find', 'ann', { q: 'ann@example.org' }, undefined, 'support');
  await world.act('crm/find', 'ann', { q: 'ann@example.org' });
  await world.act('crm/find', 'ann', { q: '4111 1111 1111 1111' }, undefined, 'support');
  const activity = privacyActivity(world.log.reader, 1_000);
  // Not what was denied for another reason while its purpose was in force.
  expect(activity.refusedForPurpose).toEqual({ no_consent: 1, unregistered: 1 });
  expect(activity).toMatchObject({
    // Not what was denied for another reason while its purpose was in force.
    withoutPurpose: 1,
    unclassified: 1,
  });
  expect(JSON.stringify(activity)).not.toContain('ann');
  expect(privacyActivity(world.log.reader, 1).entries).toBe(1);
});
