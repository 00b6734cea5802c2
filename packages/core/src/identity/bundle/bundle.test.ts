import { describe, expect, test } from 'vitest';
import { formatVerifierKey } from '../../proof/index.ts';
import { fakeRandom, sampleSigner } from '../../testing/index.ts';
import { canonicalJson, isFault, toBase64, utf8 } from '../../kernel/index.ts';
import { createSigningKey, publicKeyText } from '../signing-key.ts';
import { preAuthenticationEncoding, readEnvelope, sealEnvelope } from './dsse.ts';
import {
  type BundleContent,
  bundleMark,
  bundleScope,
  bundleStanding,
  OUT_OF_REACH_MS,
  parseTrustAnchors,
  requireNewerBundle,
  requireOwnBundle,
  signBundle,
  verifyBundle,
} from './index.ts';

const random = fakeRandom();
const { key: signer } = createSigningKey('acme/policy-2026', random);
const { key: next } = createSigningKey('acme/policy-2027', random);
const { key: foreign } = createSigningKey('evil', random);
const { key: alice } = createSigningKey('alice', random);
const anchors = parseTrustAnchors([publicKeyText(signer)]);
const ORGANISATION = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const HOUR = 3_600_000;

const content = (more: Partial<BundleContent> = {}): BundleContent => ({
  organisation: ORGANISATION,
  environment: 'production',
  version: 1,
  created: 1_000_000,
  maxAge: HOUR,
  offline: 'cached_with_expiry',
  mode: 'strict',
  policies: [
    { path: 'policy-set.yaml', text: 'name: acme\nversion: 1\n' },
    { path: 'organisation/main.cedar', text: 'permit (principal, action, resource);' },
  ],
  approvers: [{ id: 'alice', key: publicKeyText(alice), groups: [] }],
  ...more,
});

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (fault) {
    if (isFault(fault)) return fault.code;
    throw fault;
  }
  return 'none';
}

/** The envelope with its document changed by `edit`, its signature as it was. */
function edited(text: string, edit: (document: Record<string, unknown>) => void): string {
  const envelope = JSON.parse(text);
  const document = JSON.parse(Buffer.from(envelope.payload, 'base64').toString());
  edit(document);
  envelope.payload = toBase64(utf8(canonicalJson(document)));
  return JSON.stringify(envelope);
}

const TYPE = 'application/vnd.writ.bundle+json';

/** `document` as it stands, signed: what whoever holds the key could write by hand. */
function signedAsIs(document: unknown, text = canonicalJson(document as never)): string {
  const payload = utf8(text);
  const signature = signer.sign(preAuthenticationEncoding(TYPE, payload));
  return sealEnvelope(TYPE, payload, [{ keyId: signer.keyId, signature }]);
}

const documentOf = (text: string): Record<string, unknown> =>
  JSON.parse(new TextDecoder().decode(readEnvelope(text).payload));

describe('a bundle', () => {
  test('reads back as it was signed, its files in order, with the approvers’ keys', () => {
    const approvers = [
      { id: 'alice', key: publicKeyText(alice), groups: ['leads'], person: 'alice@example.org' },
    ];
    const verified = verifyBundle(signBundle(content({ approvers }), [signer]), anchors);
    expect(verified.bundle.policies.map(({ path }) => path)).toEqual([
      'organisation/main.cedar',
      'policy-set.yaml',
    ]);
    expect(verified.bundle.signers).toEqual([signer.keyId]);
    expect(verified.approvers).toMatchObject([
      { id: 'alice', keyId: alice.keyId, groups: ['leads'], person: 'alice@example.org' },
    ]);
  });

  test('is signed over its type and lengths (DSSE v1)', () => {
    expect(
      new TextDecoder().decode(
        preAuthenticationEncoding('http://example.com/HelloWorld', utf8('hello world')),
      ),
    ).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  });

  test.each([
    ['a policy that was changed', (document: Record<string, unknown>) => (document['mode'] = 'permissive')],
    ['an expiry that was moved', (document: Record<string, unknown>) => (document['maxAge'] = HOUR * 24)],
    [
      'an offline mode that was weakened',
      (document: Record<string, unknown>) => (document['offline'] = 'cached_indefinite'),
    ],
    ['an approver that was added', (document: Record<string, unknown>) => (document['approvers'] = [])],
    ['a version that was raised', (document: Record<string, unknown>) => (document['version'] = 9)],
  ])('%s is refused', (_what, edit) => {
    expect(codeOf(() => verifyBundle(edited(signBundle(content(), [signer]), edit), anchors))).toBe(
      'bundle.unverified',
    );
  });

  test('of a key that is no anchor is refused, also where it calls itself by an anchor’s id', () => {
    const text = signBundle(content(), [foreign]);
    expect(codeOf(() => verifyBundle(text, anchors))).toBe('bundle.unverified');
    const renamed = text.replace(foreign.keyId, signer.keyId);
    expect(codeOf(() => verifyBundle(renamed, anchors))).toBe('bundle.unverified');
  });

  test('a signature that is taken away, or added, is seen: key ids are among what is signed', () => {
    const both = JSON.parse(signBundle(content(), [signer, next]));
    const one = { ...both, signatures: both.signatures.slice(0, 1) };
    expect(codeOf(() => verifyBundle(JSON.stringify(one), anchors))).toBe('bundle.unverified');
    const single = JSON.parse(signBundle(content(), [signer]));
    const more = { ...single, signatures: [...single.signatures, both.signatures[1]] };
    expect(codeOf(() => verifyBundle(JSON.stringify(more), anchors))).toBe('bundle.unverified');
  });

  test('one bad signature under an anchor spoils the good ones', () => {
    const two = parseTrustAnchors([publicKeyText(signer), publicKeyText(next)]);
    const envelope = JSON.parse(signBundle(content(), [signer, next]));
    envelope.signatures[1].sig = toBase64(new Uint8Array(64));
    expect(codeOf(() => verifyBundle(JSON.stringify(envelope), two))).toBe('bundle.unverified');
  });

  test('a key follows another by overlap: while both are anchors, either signs', () => {
    const both = parseTrustAnchors([publicKeyText(signer), publicKeyText(next)]);
    const only = parseTrustAnchors([publicKeyText(next)]);
    expect(verifyBundle(signBundle(content(), [signer]), both).anchors).toEqual([signer.keyId]);
    expect(verifyBundle(signBundle(content(), [next]), both).anchors).toEqual([next.keyId]);
    expect(codeOf(() => verifyBundle(signBundle(content(), [signer]), only))).toBe('bundle.unverified');
    expect(verifyBundle(signBundle(content(), [signer, next]), only).anchors).toEqual([next.keyId]);
  });

  test.each([
    ['the neutral element', Uint8Array.of(1, ...new Uint8Array(31))],
    ['zero', new Uint8Array(32)],
  ])('an anchor of small order, %s, vouches for nothing, however it was made', (_what, publicKey) => {
    // Under such a key the constant signature R = neutral element, S = 0 verifies for a part of all messages (defect 41).
    const weak = { name: 'weak', keyId: signer.keyId, publicKey };
    const forged = JSON.parse(signBundle(content(), [signer]));
    forged.signatures[0].sig = toBase64(Uint8Array.of(1, ...new Uint8Array(63)));
    expect(codeOf(() => verifyBundle(JSON.stringify(forged), [weak]))).toBe('key.weak');
  });

  test.each([
    ['an unknown field', (document: Record<string, unknown>) => (document['extra'] = 1)],
    ['an unknown offline mode', (document: Record<string, unknown>) => (document['offline'] = 'permit_all')],
    ['an age without end', (document: Record<string, unknown>) => (document['maxAge'] = 1e15)],
    [
      'files out of order',
      (document: Record<string, unknown>) => (document['policies'] as unknown[]).reverse(),
    ],
    [
      'a path that leads upward',
      (document: Record<string, unknown>) => (document['policies'] = [{ path: '../x.cedar', text: '' }]),
    ],
    ['no policies', (document: Record<string, unknown>) => (document['policies'] = [])],
    [
      'a first version that follows one',
      (document: Record<string, unknown>) => (document['previous'] = 'a'.repeat(64)),
    ],
    ['a second version that follows none', (document: Record<string, unknown>) => (document['version'] = 2)],
    [
      'an approver twice',
      (document: Record<string, unknown>) =>
        (document['approvers'] as unknown[]).push((document['approvers'] as unknown[])[0]),
    ],
    [
      'two keys of one approver',
      (document: Record<string, unknown>) =>
        (document['approvers'] as unknown[]).push({ id: 'alice', key: publicKeyText(next), groups: [] }),
    ],
    [
      'one key of two approvers',
      (document: Record<string, unknown>) =>
        (document['approvers'] as unknown[]).push({ id: 'bo', key: publicKeyText(alice), groups: [] }),
    ],
    ['an agent twice', (document: Record<string, unknown>) => (document['agents'] = ['bot', 'bot'])],
    [
      'more bytes than it may have, in fewer letters',
      (document: Record<string, unknown>) =>
        (document['policies'] = [1, 2, 3].map((at) => ({ path: `f${at}.cedar`, text: '¢'.repeat(700_500) }))),
    ],
    [
      'an approver who signs it',
      (document: Record<string, unknown>) =>
        (document['approvers'] = [{ id: 'bo', key: publicKeyText(signer), groups: [] }]),
    ],
  ])('with %s is refused although it is signed', (_what, edit) => {
    const document = documentOf(signBundle(content(), [signer]));
    edit(document);
    expect(codeOf(() => verifyBundle(signedAsIs(document), anchors))).toBe('bundle.malformed');
  });

  test('in another form than the canonical one is refused although it is signed', () => {
    const document = documentOf(signBundle(content(), [signer]));
    expect(codeOf(() => verifyBundle(signedAsIs(document, JSON.stringify(document, null, 1)), anchors))).toBe(
      'bundle.malformed',
    );
  });

  test.each([
    ['with a field that nobody knows', (envelope: Record<string, unknown>) => (envelope['alg'] = 'none')],
    ['of another type', (envelope: Record<string, unknown>) => (envelope['payloadType'] = 'text/plain')],
    ['without signatures', (envelope: Record<string, unknown>) => (envelope['signatures'] = [])],
    [
      'with one key twice',
      (envelope: Record<string, unknown>) =>
        (envelope['signatures'] as unknown[]).push((envelope['signatures'] as unknown[])[0]),
    ],
    [
      'with a signature that has a field that nobody knows',
      ({ signatures }: Record<string, unknown>) =>
        Object.assign((signatures as Record<string, unknown>[])[0] ?? {}, { alg: 'none' }),
    ],
    [
      'with a signature of another length, of whichever key',
      ({ signatures }: Record<string, unknown>) =>
        (signatures as unknown[]).push({ keyid: foreign.keyId, sig: toBase64(new Uint8Array(63)) }),
    ],
    [
      'with more signatures than anybody needs',
      (envelope: Record<string, unknown>) =>
        (envelope['signatures'] = Array.from({ length: 9 }, (_unused, at) => ({
          keyid: at.toString(16).padStart(16, '0'),
          sig: toBase64(new Uint8Array(64)),
        }))),
    ],
    ['that is no base64', (envelope: Record<string, unknown>) => (envelope['payload'] = '***')],
  ])('an envelope %s is refused', (_what, edit) => {
    const envelope = JSON.parse(signBundle(content(), [signer]));
    edit(envelope);
    expect(codeOf(() => verifyBundle(JSON.stringify(envelope), anchors))).toBe('bundle.malformed');
  });

  test('that is larger than its bound is neither signed nor read', () => {
    const text = 'x'.repeat(1_000_000);
    const policies = [1, 2, 3, 4, 5].map((at) => ({ path: `f${at}.cedar`, text }));
    expect(codeOf(() => signBundle(content({ policies }), [signer]))).toBe('bundle.malformed');
    expect(codeOf(() => verifyBundle(signBundle(content(), [signer]) + ' '.repeat(7_000_000), anchors))).toBe(
      'bundle.malformed',
    );
  });
});

describe('trust anchors', () => {
  test.each([
    ['none', []],
    ['one twice', [publicKeyText(signer), publicKeyText(signer)]],
    [
      'more than anybody needs',
      Array.from({ length: 9 }, (_unused, at) => publicKeyText(createSigningKey(`key-${at}`, random).key)),
    ],
  ])('%s are refused', (_what, texts) => {
    expect(codeOf(() => parseTrustAnchors(texts))).toBe('bundle.malformed');
  });

  test('a key of a witness is none', () => {
    const witness = formatVerifierKey(sampleSigner('witness', 50, 'cosignature/v1').key);
    expect(codeOf(() => parseTrustAnchors([witness]))).toBe('key.malformed');
  });
});

describe('whether a bundle is for this node', () => {
  const place = { organisation: ORGANISATION, environment: 'production', node: '01ARZ3NDEKTSV4RRFFQ69G5FAW' };
  const other = '01BX5ZZKBKACTAV9WEVGEMMVRZ';
  test.each([
    ['another organisation', { organisation: other }],
    ['another environment', { environment: 'staging' }],
    ['a team that it is not of', { team: other }],
    ['other nodes', { nodes: [other] }],
  ])('one for %s is foreign', (_what, more) => {
    const { bundle } = verifyBundle(signBundle(content(more), [signer]), anchors);
    expect(codeOf(() => requireOwnBundle(bundle, place))).toBe('bundle.foreign');
  });

  test('one for its nodes by name is its own', () => {
    const { bundle } = verifyBundle(signBundle(content({ nodes: [place.node] }), [signer]), anchors);
    expect(codeOf(() => requireOwnBundle(bundle, place))).toBe('none');
  });
});

describe('whether a bundle is for this node, where one of both says nothing', () => {
  const place = { organisation: ORGANISATION, environment: 'production' };
  const other = '01BX5ZZKBKACTAV9WEVGEMMVRZ';
  test.each<[string, Partial<BundleContent>, object]>([
    ['one for everybody is not for a node of a team', {}, { team: other }],
    ['one for nodes by name is not for a node without a name', { nodes: [other] }, {}],
  ])('%s', (_what, more, of) => {
    const { bundle } = verifyBundle(signBundle(content(more), [signer]), anchors);
    expect(codeOf(() => requireOwnBundle(bundle, { ...place, ...of }))).toBe('bundle.foreign');
  });
});

test('the floor is another one in each organisation, environment and team', () => {
  const place = { organisation: ORGANISATION, environment: 'production' };
  const team = '01BX5ZZKBKACTAV9WEVGEMMVRZ';
  const scopes = [
    place,
    { ...place, organisation: team },
    { ...place, environment: 'test' },
    { ...place, team },
  ];
  expect(new Set(scopes.map(bundleScope)).size).toBe(scopes.length);
});

describe('which bundle may follow', () => {
  const verified = (more: Partial<BundleContent>) =>
    verifyBundle(signBundle(content(more), [signer]), anchors);
  const first = verified({});
  const second = verified({ version: 2, previous: first.hash });
  test.each([
    ['the same again', second, 'none'],
    ['an older one', first, 'bundle.rolled-back'],
    [
      'the same version with other content',
      verified({ version: 2, previous: first.hash, mode: 'permissive' }),
      'bundle.rolled-back',
    ],
    ['the next one', verified({ version: 3, previous: second.hash }), 'none'],
    ['the next one of another history', verified({ version: 3, previous: first.hash }), 'bundle.rolled-back'],
    ['one after several that were missed', verified({ version: 7, previous: 'a'.repeat(64) }), 'none'],
  ])('%s: %#', (_what, one, code) => {
    expect(codeOf(() => requireNewerBundle(one, bundleMark(second)))).toBe(code);
  });
});

describe('what decides at an instant', () => {
  const at = (offline: BundleContent['offline'], age: number, silence?: number) =>
    bundleStanding(
      { created: 10 * HOUR, maxAge: HOUR, offline },
      { now: 10 * HOUR + age, ...(silence === undefined ? {} : { reachedAt: 10 * HOUR + age - silence }) },
    );
  test.each([
    ['fail_closed', 'in_force', 'closed', 'closed'],
    ['cached_with_expiry', 'in_force', 'in_force', 'closed'],
    ['cached_indefinite', 'in_force', 'in_force', 'in_force'],
    ['default_policy', 'in_force', 'in_force', 'default'],
  ] as const)(
    '%s: while reached %s, while out of reach %s, past its age %s',
    (mode, reached, silent, old) => {
      expect(at(mode, 1, 1)).toBe(reached);
      expect(at(mode, 1, OUT_OF_REACH_MS + 1)).toBe(silent);
      expect(at(mode, 1)).toBe(silent);
      expect(at(mode, HOUR + 1, 1)).toBe(old);
    },
  );

  test('the last millisecond of its age counts, the one after it does not', () => {
    expect(at('cached_with_expiry', HOUR)).toBe('in_force');
    expect(at('cached_with_expiry', HOUR + 1)).toBe('closed');
  });

  test('a bundle of a time to come is not in force: its age would not end', () => {
    expect(at('cached_with_expiry', -HOUR)).toBe('closed');
    expect(at('cached_indefinite', -HOUR)).toBe('closed');
  });

  test('a contact of a time to come is none: it would hold until then', () => {
    expect(at('fail_closed', 1, -OUT_OF_REACH_MS)).toBe('in_force');
    expect(at('fail_closed', 1, -OUT_OF_REACH_MS - 1)).toBe('closed');
  });

  test('a mode that nobody knows is closed', () => {
    expect(at('permit_all' as never, 1, 1)).toBe('closed');
  });
});
