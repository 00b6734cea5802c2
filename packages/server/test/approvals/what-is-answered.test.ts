// Nothing but a signature over what was shown is an answer.
import { type ApprovalClaim, type SigningKey, toBase64 } from '@writ/core';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { START, stopServer } from '../world.ts';
import { closeApproving, hash, HELD, openApproving, ORIGIN, signed } from './approving.ts';

afterEach(closeApproving);
afterAll(stopServer);

describe('what an answer is about (defect 26)', () => {
  test.each<[string, Partial<ApprovalClaim>, number]>([
    ['other arguments', { performedDigest: hash('e') }, 422],
    ['another policy', { policyHash: hash('b') }, 422],
    ['another hold', { hold: `${ORIGIN}#8` }, 422],
    ['another node', { node: 'node-2' }, 422],
    ['what is not held', { lifts: [hash('9')] }, 422],
    ['nothing', { lifts: [] }, 403],
    ['longer than the hold', { expires: HELD.expires + 1 }, 422],
    ['a time that is over', { expires: START - 1 }, 409],
  ])('one for %s is refused', async (_what, claim, status) => {
    const opened = await openApproving();
    if (opened === undefined) return;
    const ann = await opened.approver('ann');
    const { body } = await opened.hold();
    expect((await opened.answer(ann, body.id, claim)).status).toBe(status);
    expect((await opened.asNode('GET', '/v1/node/answers')).body.items).toEqual([]);
  });

  test.each<[string, (key: SigningKey) => object, number]>([
    [
      'a flipped answer',
      (key) => ({ ...signed(key), statement: signed(key).statement.replace('approve', 'deny') }),
      422,
    ],
    ['no signature at all', (key) => ({ statement: signed(key).statement }), 422],
    ['a signature of zeros', (key) => ({ ...signed(key), signature: toBase64(new Uint8Array(64)) }), 422],
    ['a field beside', (key) => ({ ...signed(key), person: 'ann' }), 422],
    ['the server’s word, which is off by default', () => ({ attested: { answer: 'approve' } }), 403],
  ])('%s is refused', async (_what, bodyOf, status) => {
    const opened = await openApproving();
    if (opened === undefined) return;
    const ann = await opened.approver('ann');
    const { body } = await opened.hold();
    const came = await opened.send('POST', `/v1/approvals/${body.id}/answers`, {
      as: ann,
      body: bodyOf(ann.key) as never,
    });
    expect(came.status).toBe(status);
  });

  test('nobody approves here what is too large to be shown', async () => {
    const opened = await openApproving();
    if (opened === undefined) return;
    const ann = await opened.approver('ann');
    const { args: _args, ...without } = HELD;
    const { body } = await opened.asNode('POST', '/v1/node/holds', without);
    expect((await opened.answer(ann, body.id)).status).toBe(403);
    expect((await opened.answer(ann, body.id, { answer: 'deny' })).body.status).toBe('denied');
  });
});
