// What governs between two readings: what another process of the node took, what is damaged, what is for somebody else.
import {
  type BundleContent,
  bundleMark,
  createSigningKey,
  parseTrustAnchors,
  publicKeyText,
  signBundle,
  type VerifiedBundle,
  verifyBundle,
} from '@writ/core';
import { fakeRandom, settableClock } from '@writ/core/testing';
import { expect, test } from 'vitest';
import { type BundleSource, createBundleSource } from './bundle-source.ts';

const ORGANISATION = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const NODE = '01BX5ZZKBKACTAV9WEVGEMMVRZ';
const NOW = 1_790_000_000_000;
const { key } = createSigningKey('acme/policy', fakeRandom());
const anchors = parseTrustAnchors([publicKeyText(key)]);

function bundle(more: Partial<BundleContent> = {}): string {
  const content: BundleContent = {
    organisation: ORGANISATION,
    environment: 'production',
    version: 1,
    created: NOW,
    maxAge: 3_600_000,
    offline: 'cached_with_expiry',
    mode: 'strict',
    policies: [{ path: 'organisation/main.cedar', text: 'permit (principal, action, resource);' }],
    approvers: [],
    ...more,
  };
  return signBundle(content, [key]);
}
const verified = (envelope: string): VerifiedBundle => verifyBundle(envelope, anchors);

/** A source over files and a mark that a test sets. */
function open(offline: 'fail_closed' | 'default_policy' = 'fail_closed'): {
  readonly source: BundleSource;
  readonly kept: { bundle?: string; shadow?: string; mark?: string; contact?: number };
} {
  const kept: { bundle?: string; shadow?: string; mark?: string; contact?: number } = {};
  const source = createBundleSource({
    plane: { organisation: ORGANISATION, environment: 'production', node: NODE, anchors, offline },
    cache: {
      folder: '/nowhere',
      read: (which) => kept[which],
      write: () => undefined,
      contact: () => kept.contact,
      recordContact: () => undefined,
    },
    state: {
      epochs: () => ({
        killEpoch: 0,
        policyEpoch: 0,
        ...(kept.mark === undefined ? {} : { policyHash: kept.mark }),
      }),
      timeFloor: () => 0,
    },
    clock: settableClock(NOW),
  });
  return { source, kept };
}

test.each([
  ['fail_closed', 'closed'],
  ['default_policy', 'default'],
] as const)('without any bundle a node that is configured %s is %s', (offline, standing) => {
  expect(open(offline).source.read().standing).toBe(standing);
});

test('what another process of the node took ends what governs here, at the next call', () => {
  const { source, kept } = open();
  kept.bundle = bundle();
  const governing = source.read();
  expect([governing.standing, source.stands(governing)]).toEqual(['in_force', true]);
  const next = verified(bundle({ version: 2, previous: governing.bundle?.hash ?? '' }));
  kept.mark = bundleMark(next);
  expect(source.stands(governing)).toBe(false);
});

test('a file that was damaged brings nothing back that another process of the node replaced', () => {
  const { source, kept } = open();
  kept.bundle = bundle();
  const { hash } = source.read().bundle ?? expect.unreachable();
  kept.bundle = '{';
  // By itself it takes nothing from what governs.
  expect(source.read().standing).toBe('in_force');
  kept.mark = bundleMark(verified(bundle({ version: 2, previous: hash })));
  expect(source.read().standing).toBe('closed');
});

test('a bundle that asks for its control plane governs while that was heard of, and no longer', () => {
  const { source, kept } = open();
  kept.bundle = bundle({ offline: 'fail_closed' });
  expect(source.read().standing).toBe('closed');
  kept.contact = NOW;
  expect(source.read().standing).toBe('in_force');
});

test('no candidate answers beside that is for another environment', () => {
  const { source, kept } = open();
  kept.shadow = bundle();
  expect(source.shadow()?.bundle.version).toBe(1);
  kept.shadow = bundle({ environment: 'test' });
  expect(() => source.shadow()).toThrow(expect.objectContaining({ code: 'bundle.foreign' }));
});
