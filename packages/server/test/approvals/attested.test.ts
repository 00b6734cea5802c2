// What the server attests, where the operator allows it.
import { createSigningKey } from '@writ/core';
import { afterAll, afterEach, expect, test } from 'vitest';
import { type Api, createApi } from '../../src/api/index.ts';
import { authenticatorsOf, ROUTES } from '../../src/index.ts';
import { PEOPLE } from '../../src/people/index.ts';
import { startSession } from '../../src/sign-in/index.ts';
import { PLANE_URL, type Someone, stopServer } from '../world.ts';
import { closeApproving, HELD, openApproving } from './approving.ts';

afterEach(closeApproving);
afterAll(stopServer);

test('where the operator allows it, the server attests who is signed in: marked, and one vote however many sign in', async () => {
  const opened = await openApproving();
  if (opened === undefined) return;
  const [ann, bob] = [await opened.approver('ann'), await opened.approver('bob')];
  const { key } = createSigningKey('server-attested', { bytes: (length) => new Uint8Array(length).fill(5) });
  const plane = { ...opened.plane, attestation: key };
  const faults: unknown[] = [];
  const api: Api = createApi({
    plane,
    authenticators: authenticatorsOf(plane),
    routes: ROUTES,
    version: '0',
    onFault: (fault) => faults.push(fault),
  });
  const { body } = await opened.hold({ policies: [{ ...HELD.policies[0], quorum: 2 }] });
  const attest = async (who: Someone): Promise<{ status: string }> => {
    const person = plane.objects(who.organisation, PEOPLE).get(who.id);
    if (person === undefined) throw new Error('nobody');
    const signingIn = { ...who, person, method: 'oidc' as const, request: new Request(PLANE_URL) };
    const [cookie = ''] = (await startSession(plane, signingIn)).split(';', 1);
    const response = await api.fetch(
      new Request(`${PLANE_URL}/v1/approvals/${body.id}/answers`, {
        method: 'POST',
        headers: {
          cookie,
          origin: PLANE_URL,
          'content-type': 'application/json',
          'idempotency-key': `attest-${who.id}`,
        },
        body: JSON.stringify({ attested: { answer: 'approve' } }),
      }),
    );
    return response.json() as Promise<{ status: string }>;
  };
  expect((await attest(ann)).status).toBe('waiting');
  expect((await attest(bob)).status).toBe('waiting');
  const shown = await opened.send('GET', `/v1/approvals/${body.id}`, { as: opened.people.reader });
  expect(shown.body.answers).toMatchObject([{ method: 'server' }, { method: 'server' }]);
  expect(faults).toEqual([]);
});
