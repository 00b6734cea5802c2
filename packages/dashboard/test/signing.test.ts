// What a page signs is what nodes verify: its digest, its statement and its challenge are those of core.
import {
  assertionChallenge,
  createSigningKey,
  type JsonObject,
  parseApprovalStatement,
  shownDigest,
  signApproval,
  systemRandom,
} from '@writ/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  challengeOf,
  digestOfShown,
  type ShownHold,
  statementOf,
} from '../src/pages/approvals/signing/index.ts';

const { key } = createSigningKey('ann', systemRandom);
const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const HASH = fc.constantFrom('a', 'b', 'c', 'd').map((digit) => digit.repeat(64));

const shownHold = fc
  .record({
    logNode: text,
    agent: text,
    chain: fc.array(text, { maxLength: 3 }),
    person: fc.option(text, { nil: undefined }),
    method: text,
    targets: fc.array(
      fc.record({ action: text, type: text, id: text, server: fc.option(text, { nil: undefined }) }),
      { maxLength: 3 },
    ),
    args: fc.dictionary(text, fc.jsonValue({ maxDepth: 3 })),
    digested: fc.record({
      tenant: text,
      session: text,
      initiator: fc.constantFrom('agent', 'server'),
      phase: fc.constantFrom('call', 'result'),
      definitionPin: fc.option(text, { nil: undefined }),
    }),
  })
  .map((shown) => ({ ...shown, masked: 0, digest: coreDigest(shown) }));

function coreDigest(shown: Omit<ShownHold, 'digest' | 'masked'>): string {
  try {
    return shownDigest(shown.logNode, {
      ...shown,
      parts: shown.targets.map(({ action, type, id, server }) => ({
        action: { name: action },
        resource: { type, id, ...(server === undefined ? {} : { server }) },
      })),
      args: shown.args as JsonObject,
    } as never);
  } catch {
    return 'none';
  }
}

describe('what is shown', () => {
  test('has the digest that nodes hold it under', () => {
    fc.assert(
      fc.property(shownHold, (shown) => {
        expect(digestOfShown(shown)).toBe(shown.digest === 'none' ? 'other' : 'same');
      }),
    );
  });

  const SHOWN: Omit<ShownHold, 'digest'> = {
    logNode: 'node-1',
    agent: 'bot',
    chain: ['boss'],
    person: 'ann',
    method: 'tools/call',
    targets: [{ action: 'tools/call', type: 'tool', id: 'bank/pay', server: 'bank' }],
    args: { amount: 100 },
    masked: 0,
    digested: { tenant: 't', session: 's', initiator: 'agent', phase: 'call', definitionPin: 'p' },
  };
  const shown: ShownHold = { ...SHOWN, digest: coreDigest(SHOWN) };
  test.each<[string, Partial<ShownHold>]>([
    ['another amount', { args: { amount: 1 } }],
    ['an argument less', { args: {} }],
    ['another tool', { targets: [{ action: 'tools/call', type: 'tool', id: 'bank/look', server: 'bank' }] }],
    ['another server', { targets: [{ action: 'tools/call', type: 'tool', id: 'bank/pay' }] }],
    ['another agent', { agent: 'b0t' }],
    ['no delegation', { chain: [] }],
    ['another person', { person: 'bob' }],
    ['nobody', { person: undefined }],
    ['another node', { logNode: 'node-2' }],
    ['another method', { method: 'resources/read' }],
    ['another definition', { digested: { tenant: 't', session: 's', initiator: 'agent', phase: 'call' } }],
    ['what has no canonical form', { args: { amount: Number.POSITIVE_INFINITY } }],
  ])('with %s in it is found out', (_what, lie) => {
    expect(digestOfShown(shown)).toBe('same');
    expect(digestOfShown({ ...shown, ...lie })).toBe('other');
  });

  test('cannot be checked where secrets are masked, arguments are too large, or the node tells too little', () => {
    expect(digestOfShown({ ...shown, masked: 1 })).toBe('unknown');
    expect(digestOfShown({ ...shown, args: undefined })).toBe('unknown');
    expect(digestOfShown({ ...shown, digested: undefined })).toBe('unknown');
  });
});

describe('what is signed', () => {
  test('is the statement that core signs, and its challenge', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('approve' as const, 'deny' as const),
        fc.array(HASH, { maxLength: 4 }),
        text,
        HASH,
        fc.nat(),
        (answer, lifts, reason, digest, at) => {
          const about = { hold: 'log#7', logNode: 'node-1', digest, policyHash: digest, expires: at + 1 };
          const statement = statementOf(about, { answer, lifts, keyId: key.keyId, at, reason });
          const core = signApproval(
            {
              answer,
              hold: about.hold,
              node: about.logNode,
              performedDigest: digest,
              lifts: answer === 'deny' ? [] : lifts,
              policyHash: digest,
              expires: about.expires,
              at,
              ...(reason === '' ? {} : { reason }),
            },
            key,
          );
          expect(statement).toBe(core.statement);
          expect(parseApprovalStatement(statement).answer).toBe(answer);
          expect(challengeOf(statement)).toBe(assertionChallenge(statement));
        },
      ),
    );
  });
});
