import { expect, test } from 'vitest';
import { isFault } from '../kernel/index.ts';
import { formatVerifierKey } from '../proof/index.ts';
import { fakeRandom, sampleSigner } from '../testing/index.ts';
import {
  createSigningKey,
  publicKeyText,
  signEnrolment,
  signLogKey,
  signRotation,
  type SignedEnrolment,
  type SignedRotation,
  verifyEnrolment,
  verifyLogKey,
  verifyRotation,
} from './index.ts';

const random = fakeRandom();
const make = (name: string) => createSigningKey(name, random).key;
const [node, next, other] = [make('node'), make('node'), make('node')];
const [log, nextLog, foreignLog] = [make('log.example/1'), make('log.example/1'), make('log.example/2')];
const ASKED = { audience: 'https://plane.example.org', code: 'writ_enrol_1' };
const WHO = {
  audience: ASKED.audience,
  organisation: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  node: '01BX5ZZKBKACTAV9WEVGEMMVRZ',
};

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (fault) {
    if (isFault(fault)) return fault.code;
    throw fault;
  }
  return 'none';
}

test('an enrolment is good where each key in it signed it', () => {
  const { key, logKeys } = verifyEnrolment(signEnrolment(ASKED, node, [log, nextLog]));
  expect(key.publicKey).toEqual(node.publicKey);
  expect(logKeys.map(({ name }) => name)).toEqual(['log.example/1', 'log.example/1']);
});

test.each<[string, Partial<SignedEnrolment>]>([
  ['shown to another control plane', { audience: 'https://evil.example' }],
  ['with another code', { code: 'writ_enrol_2' }],
  ['with a key that somebody else holds', { key: publicKeyText(other) }],
  ['with the log of somebody else', { logKeys: [publicKeyText(foreignLog)] }],
  ['with a log key that signed nothing', { logProofs: [] }],
  ['with a log key more', { logKeys: [publicKeyText(log), publicKeyText(nextLog)] }],
  ['with a proof that is no base64', { proof: '*' }],
  ['with a proof that is short', { proof: 'AAAA' }],
])('an enrolment %s is none', (_what, change) => {
  const signed = signEnrolment(ASKED, node, [log]);
  expect(codeOf(() => verifyEnrolment({ ...signed, ...change }))).toBe('identity.signature');
});

test.each<[string, SignedEnrolment]>([
  [
    'with a key that whoever signs its log did not mean',
    {
      ...signEnrolment(ASKED, other, [log]),
      logProofs: signEnrolment(ASKED, node, [log]).logProofs,
    },
  ],
  [
    'with a log that its node did not mean',
    { ...signEnrolment(ASKED, node, [nextLog]), proof: signEnrolment(ASKED, node, [log]).proof },
  ],
  [
    'whose log key somebody else signed for',
    { ...signEnrolment(ASKED, node, [log]), logProofs: [signEnrolment(ASKED, node, [log]).proof] },
  ],
  [
    'with a proof too many',
    {
      ...signEnrolment(ASKED, node, [log]),
      logProofs: [...signEnrolment(ASKED, node, [log]).logProofs, 'AAAA'],
    },
  ],
])('an enrolment %s is none', (_what, enrolment) => {
  expect(codeOf(() => verifyEnrolment(enrolment))).toBe('identity.signature');
});

test('a key of a witness enrols nobody', () => {
  const key = formatVerifierKey(sampleSigner('node', 50, 'cosignature/v1').key);
  expect(codeOf(() => verifyEnrolment({ ...signEnrolment(ASKED, node, [log]), key }))).toBe('key.malformed');
});

test('the log of a node is one', () => {
  expect(codeOf(() => verifyEnrolment(signEnrolment(ASKED, node, [log, foreignLog])))).toBe(
    'identity.signature',
  );
});

test('a key of small order enrols nobody', () => {
  const weak = 'weak+c5cf5b9c+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
  const signed = signEnrolment(ASKED, node, [log]);
  expect(codeOf(() => verifyEnrolment({ ...signed, key: weak }))).toBe('key.weak');
});

test('a key follows another where both signed that it does', () => {
  expect(verifyRotation(signRotation(WHO, node, next)).publicKey).toEqual(next.publicKey);
});

test.each<[string, Partial<SignedRotation>]>([
  ['of another node', { node: WHO.organisation }],
  ['in another organisation', { organisation: WHO.node }],
  ['at another control plane', { audience: 'https://evil.example' }],
  ['from another key than the one that endorsed it', { previous: publicKeyText(other) }],
  ['to a key that did not sign it', { key: publicKeyText(other) }],
  ['that the key until now did not endorse', { endorsement: signRotation(WHO, other, next).endorsement }],
])('a change of key %s is none', (_what, change) => {
  const signed = signRotation(WHO, node, next);
  expect(codeOf(() => verifyRotation({ ...signed, ...change }))).toBe('identity.signature');
});

test.each<[string, SignedRotation]>([
  [
    'to a key that is held and was not endorsed',
    { ...signRotation(WHO, node, other), endorsement: signRotation(WHO, node, next).endorsement },
  ],
  [
    'to a key that was endorsed and is not held',
    { ...signRotation(WHO, node, next), proof: signRotation(WHO, node, next).endorsement },
  ],
  [
    'that the new key signed for another one before it',
    { ...signRotation(WHO, other, next), proof: signRotation(WHO, node, next).proof },
  ],
])('a change of key %s is none', (_what, rotation) => {
  expect(codeOf(() => verifyRotation(rotation))).toBe('identity.signature');
});

test.each([
  ['another control plane', { audience: 'https://evil.example' }],
  ['another organisation', { organisation: WHO.node }],
  ['another node', { node: WHO.organisation }],
])('a further key of a log is for no other place: %s', (_what, change) => {
  const proof = signLogKey(WHO, log);
  const claim = { ...WHO, key: publicKeyText(log) };
  expect(verifyLogKey(claim, proof).name).toBe('log.example/1');
  expect(codeOf(() => verifyLogKey({ ...claim, ...change }, proof))).toBe('identity.signature');
});

test('what one statement is signed with is good for no other', () => {
  const proof = signLogKey(WHO, node);
  expect(verifyLogKey({ ...WHO, key: publicKeyText(node) }, proof).publicKey).toEqual(node.publicKey);
  const rotation = signRotation(WHO, node, next);
  expect(codeOf(() => verifyLogKey({ ...WHO, key: publicKeyText(node) }, rotation.endorsement))).toBe(
    'identity.signature',
  );
});
