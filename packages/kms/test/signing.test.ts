import { verifySignature } from '@writ/core';
import { parseEd25519PublicKey } from '@writ/core/proof';
import { expect, test } from 'vitest';
import { openTransitSigner } from '../src/index.ts';
import { type Answer, type Asked, startServer } from '../../../scripts/testing/small-server.ts';
import { signingVersions, smallSigningTransit } from '../../../scripts/testing/small-transit.ts';

const TOKEN = 'hvs.signer';
const MESSAGE = new TextEncoder().encode('what is to be signed');

const keys = new Map([['bundles', signingVersions(2)]]);
const service = smallSigningTransit(TOKEN, keys);

async function open(
  answer: (asked: Asked) => Answer = service,
  options: { key?: string; token?: string } = {},
) {
  const { key = 'bundles', token = TOKEN } = options;
  return openTransitSigner({ address: await startServer(answer), key, token: () => token, timeoutMs: 2_000 });
}

/** The service, with what it answers to `act` changed by `edit`. */
function changed(act: string, edit: (data: Record<string, unknown>) => unknown): (asked: Asked) => Answer {
  return (asked) => {
    const answer = service(asked);
    if (answer === undefined || !asked.path.includes(`/${act}/`)) return answer;
    const { data } = answer.body as { readonly data: Record<string, unknown> };
    return { status: 200, body: { data: edit(data) } };
  };
}

test('what a key of the service signs verifies under the public half that it tells', async () => {
  const signer = await open();
  const signature = await signer.sign(MESSAGE);
  const publicKey = parseEd25519PublicKey(signer.publicKey);
  expect(verifySignature({ publicKey }, MESSAGE, signature)).toBe(true);
});

test('a key that is rotated meanwhile signs on with the version whose public half was told', async () => {
  const versions = [...signingVersions(1)];
  const signer = await open(smallSigningTransit(TOKEN, new Map([['bundles', versions]])));
  versions.push(...signingVersions(1));
  await expect(signer.sign(MESSAGE)).resolves.toHaveLength(64);
});

test.each([
  ['a key that is not there', { key: 'other' }, 'key.refused'],
  ['a stranger', { token: 'hvs.guessed' }, 'key.refused'],
])('%s is refused', async (_why, options, code) => {
  await expect(open(service, options)).rejects.toMatchObject({ code });
});

test.each([
  ['of another type', (data: Record<string, unknown>) => ({ ...data, type: 'ecdsa-p256' }), 'key.refused'],
  ['without a public half', (data: Record<string, unknown>) => ({ ...data, keys: {} }), 'key.unavailable'],
  [
    'whose public half is a point of small order',
    (data: Record<string, unknown>) => ({
      ...data,
      keys: {
        2: { public_key: Buffer.from([1, ...Array.from({ length: 31 }, () => 0)]).toString('base64') },
      },
    }),
    'key.weak',
  ],
])('a key %s signs nothing', async (_why, edit, code) => {
  await expect(open(changed('keys', edit))).rejects.toMatchObject({ code });
});

test.each([
  ['does not answer', () => ({ status: 503, body: {} })],
  ['refuses', () => ({ status: 403, body: {} })],
])(
  'where the service %s, the hint says where to look, for a node and for a command',
  async (_how, answer) => {
    await expect(open(answer)).rejects.toMatchObject({
      data: { hint: expect.stringMatching(/`keys:` in writ\.yaml.*`--service`/) },
    });
  },
);

test.each([
  ['of another message', () => smallSigningTransit(TOKEN, new Map([['bundles', signingVersions(2)]]))],
  [
    'of another version',
    () => changed('sign', ({ signature }) => ({ signature: String(signature).replace('v2', 'v1') })),
  ],
  ['of another form', () => changed('sign', () => ({ signature: 'vault:v2:AAAA' }))],
])('a signature %s is not believed, although the service says it', async (_why, answering) => {
  const lying = answering();
  const signer = await open((asked) => (asked.path.includes('/sign/') ? lying(asked) : service(asked)));
  await expect(signer.sign(MESSAGE)).rejects.toMatchObject({ code: 'key.unavailable' });
});
