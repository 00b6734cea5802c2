import { describe, expect, test } from 'vitest';
import { proveRequest, readNodeProof, verifyNodeProof } from './node-proof.ts';
import { parseEd25519PublicKey } from '../proof/index.ts';
import { signingKeyFromSeed } from './signing-key.ts';

const KEY = signingKeyFromSeed('node', new Uint8Array(32).fill(3));
const PUBLIC_KEY = parseEd25519PublicKey(KEY.publicKey);
const NOW = 1_790_000_000_000;
const REQUEST = { method: 'POST', url: 'https://plane.example.org/v1/x?y=1', body: new Uint8Array([1, 2]) };
const WHO = { node: 'N', organisation: 'O', at: NOW, nonce: 'n'.repeat(20) };
const proofOf = (header: string) => {
  const proof = readNodeProof(header);
  if (proof === undefined) throw new Error('no proof');
  return proof;
};
const HEADER = proveRequest(REQUEST, WHO, KEY);

describe('a node’s proof', () => {
  test('verifies for its request, key and time', () => {
    expect(() =>
      verifyNodeProof(proofOf(HEADER), { request: REQUEST, publicKey: PUBLIC_KEY, now: NOW }),
    ).not.toThrow();
    expect(proofOf(HEADER)).toMatchObject({ node: 'N', organisation: 'O', keyId: KEY.keyId });
  });

  test.each([
    ['another method', { request: { ...REQUEST, method: 'DELETE' } }],
    ['another URL', { request: { ...REQUEST, url: 'https://plane.example.org/v1/x?y=2' } }],
    ['another body', { request: { ...REQUEST, body: new Uint8Array([1]) } }],
    [
      'another key',
      { publicKey: parseEd25519PublicKey(signingKeyFromSeed('x', new Uint8Array(32).fill(4)).publicKey) },
    ],
    ['a time two minutes later', { now: NOW + 120_001 }],
    ['a time two minutes before', { now: NOW - 120_001 }],
  ])('is refused for %s', (_why, change) => {
    const expected = { request: REQUEST, publicKey: PUBLIC_KEY, now: NOW, ...change };
    expect(() => verifyNodeProof(proofOf(HEADER), expected)).toThrow(/^the node’s proof /);
  });

  test.each([
    'WritNode',
    'WritNode a.b',
    `WritNode ${Buffer.from('{"type":"writ/node-proof/v1"}').toString('base64url')}.${'A'.repeat(86)}`,
    HEADER.replace('.', '..'),
  ])('that is malformed is refused: %s', (header) => {
    expect(() => readNodeProof(header)).toThrow(expect.objectContaining({ code: 'identity.signature' }));
  });

  test.each<[string, Record<string, unknown>]>([
    ['of another type', { type: 'writ/node-rotation/v1' }],
    ['with a field that nobody knows', { extra: 1 }],
    ['with a nonce that is short', { nonce: 'n'.repeat(15) }],
    ['with a nonce that is none', { nonce: '/'.repeat(20) }],
    ['at no instant', { at: NOW + 0.5 }],
    ['without a body', { body: undefined }],
  ])('%s is refused', (_why, change) => {
    const [, claim = ''] = /^WritNode ([^.]+)/.exec(HEADER) ?? [];
    const edited = { ...JSON.parse(Buffer.from(claim, 'base64url').toString()), ...change };
    const header = `WritNode ${Buffer.from(JSON.stringify(edited)).toString('base64url')}.${'A'.repeat(86)}`;
    expect(() => readNodeProof(header)).toThrow(expect.objectContaining({ code: 'identity.signature' }));
  });

  test('is not looked for in another scheme', () => {
    expect(readNodeProof('Bearer x')).toBeUndefined();
  });
});
