// Approvals by passkeys: what a verifier of ours takes as one, and all that it must not.
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isFault, toBase64, utf8 } from '../../kernel/index.ts';
import type { Approver } from '../../model/index.ts';
import {
  assertionChallenge,
  assertionText,
  parseApproverKey,
  passkeyText,
  verifyAnswer,
  verifyAssertion,
} from '../index.ts';

const ORIGIN = 'https://plane.example.org';
const STATEMENT = '{"answer":"approve"}';

interface Lies {
  readonly type?: string;
  readonly challenge?: string;
  readonly origin?: string;
  readonly client?: object;
  readonly host?: string;
  readonly flags?: number;
  readonly more?: Uint8Array;
  readonly key?: KeyObject;
}

function passkeyOf(algorithm: 'ES256' | 'EdDSA') {
  const { publicKey, privateKey } =
    algorithm === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('ed25519');
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const cose =
    algorithm === 'ES256'
      ? Buffer.concat([
          Buffer.from('a5010203262001215820', 'hex'),
          Buffer.from(x, 'base64url'),
          Buffer.from('225820', 'hex'),
          Buffer.from(y, 'base64url'),
        ])
      : Buffer.concat([Buffer.from('a4010103272006215820', 'hex'), Buffer.from(x, 'base64url')]);
  const signatureOver = (statement: string, lies: Lies = {}): string => {
    const client = utf8(
      JSON.stringify({
        type: lies.type ?? 'webauthn.get',
        challenge: lies.challenge ?? assertionChallenge(statement),
        origin: lies.origin ?? ORIGIN,
        crossOrigin: false,
        ...lies.client,
      }),
    );
    const host = lies.host ?? new URL(ORIGIN).hostname;
    const data = Buffer.concat([
      createHash('sha256').update(host).digest(),
      Buffer.from([lies.flags ?? 0x1d, 0, 0, 0, 7]),
      lies.more ?? new Uint8Array(),
    ]);
    const signed = Buffer.concat([data, createHash('sha256').update(client).digest()]);
    const hash = algorithm === 'ES256' ? 'sha256' : null;
    return assertionText({
      authenticatorData: data.toString('base64url'),
      clientDataJSON: Buffer.from(client).toString('base64url'),
      signature: sign(hash, signed, lies.key ?? privateKey).toString('base64url'),
    });
  };
  return { cose: new Uint8Array(cose), signatureOver };
}

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (fault) {
    if (isFault(fault)) return fault.code;
    throw fault;
  }
  return 'none';
};

describe.each(['ES256', 'EdDSA'] as const)('an assertion of %s', (algorithm) => {
  const { cose, signatureOver } = passkeyOf(algorithm);
  const key = { cose, origin: ORIGIN };
  const other = passkeyOf(algorithm);

  test('is one where the person was verified over exactly this statement', () => {
    expect(verifyAssertion(key, STATEMENT, signatureOver(STATEMENT))).toBe(true);
  });

  test('is one also where the browser adds a field', () => {
    const client = { other_keys_can_be_added_here: 'do not compare' };
    expect(verifyAssertion(key, STATEMENT, signatureOver(STATEMENT, { client }))).toBe(true);
  });

  test.each<[string, Lies]>([
    ['another challenge', { challenge: assertionChallenge('{"answer":"deny"}') }],
    ['a registration', { type: 'webauthn.create' }],
    ['the pages of another site', { origin: 'https://plane.example.com' }],
    ['the pages of another port', { origin: `${ORIGIN}:8443` }],
    ['a frame of another site', { client: { crossOrigin: true } }],
    ['a frame below another site', { client: { topOrigin: 'https://evil.example' } }],
    ['another relying party', { host: 'example.org' }],
    ['a person who was not verified', { flags: 0x01 }],
    ['nobody present', { flags: 0x04 }],
    ['backed up and not eligible', { flags: 0x15 }],
    ['extensions', { flags: 0x8d, more: utf8('\u00a0') }],
    ['a credential in it', { flags: 0x4d, more: new Uint8Array(20) }],
    ['bytes after its end', { more: new Uint8Array(1) }],
    ['a reserved flag', { flags: 0x2d }],
  ])('for %s is none', (_why, lies) => {
    expect(verifyAssertion(key, STATEMENT, signatureOver(STATEMENT, lies))).toBe(false);
  });

  test('of another key, or with a bit flipped, is none', () => {
    expect(verifyAssertion(key, STATEMENT, other.signatureOver(STATEMENT))).toBe(false);
    const bent = JSON.parse(Buffer.from(signatureOver(STATEMENT), 'base64').toString());
    const signature = Buffer.from(bent.signature, 'base64url');
    signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1;
    expect(
      verifyAssertion(key, STATEMENT, assertionText({ ...bent, signature: signature.toString('base64url') })),
    ).toBe(false);
  });

  test('with a field beside its three, or in another form than the canonical one, is none', () => {
    const good = JSON.parse(Buffer.from(signatureOver(STATEMENT), 'base64').toString());
    const text = (value: object): string => toBase64(utf8(JSON.stringify(value)));
    expect(verifyAssertion(key, STATEMENT, text({ ...good, userHandle: 'AAAA' }))).toBe(false);
    expect(verifyAssertion(key, STATEMENT, toBase64(utf8(JSON.stringify(good, null, 1))))).toBe(false);
    expect(verifyAssertion(key, STATEMENT, 'no base64 at all')).toBe(false);
  });

  test('is no answer of an approver with an Ed25519 key, and the other way round', () => {
    const passkey: Approver = { id: 'ann', groups: [], ...parseApproverKey(passkeyText(cose, ORIGIN)) };
    const { passkey: _gone, ...plain } = passkey;
    const hash = 'd'.repeat(64);
    const statement = `{"answer":"approve","at":1,"expires":9,"hold":"log#1","keyId":"${passkey.keyId}","lifts":["${hash}"],"node":"n","performedDigest":"${hash}","policyHash":"${hash}","type":"writ/approval/v1"}`;
    const answer = {
      answer: 'approve',
      keyId: passkey.keyId,
      statement,
      signature: signatureOver(statement),
    } as const;
    const forbids = [{ id: 'pay', contentHash: hash, approvers: [], quorum: 1 }];
    const about = {
      hold: { index: 1, digest: hash, policyHash: hash, forbids },
      origin: 'log',
      node: 'n',
    };
    expect(verifyAnswer(answer, about, [passkey]).status).toBe('genuine');
    expect(verifyAnswer(answer, about, [plain]).status).toBe('refused');
    expect(verifyAnswer({ ...answer, signature: toBase64(new Uint8Array(64)) }, about, [passkey])).toEqual(
      expect.objectContaining({ code: 'approval.invalid' }),
    );
  });
});

describe('the key of a passkey', () => {
  const { cose } = passkeyOf('ES256');
  test('reads back as it was written', () => {
    expect(parseApproverKey(passkeyText(cose, ORIGIN))).toEqual({
      publicKey: cose,
      keyId: createHash('sha256').update(cose).digest('hex').slice(0, 16),
      passkey: { origin: ORIGIN },
    });
  });

  test.each([
    ['of a page in the clear', () => passkeyText(cose, 'http://plane.example.org')],
    ['with a path', () => passkeyText(cose, `${ORIGIN}/x`)],
    ['of another algorithm', () => passkeyText(Uint8Array.of(0xa5, 1, 3, ...cose.slice(3)), ORIGIN)],
    ['with bytes after it', () => passkeyText(Uint8Array.of(...cose, 0), ORIGIN)],
    [
      'with another’s id',
      () => parseApproverKey(passkeyText(cose, ORIGIN).replace(/:[0-9a-f]{16}:/, ':0000000000000000:')),
    ],
  ])('%s is refused', (_why, act) => {
    expect(codeOf(act)).toBe('key.malformed');
  });

  test('that is a point of small order is refused', () => {
    const weak = Uint8Array.of(...Buffer.from('a4010103272006215820', 'hex'), 1, ...new Uint8Array(31));
    expect(codeOf(() => passkeyText(weak, ORIGIN))).toBe('key.weak');
  });
});
