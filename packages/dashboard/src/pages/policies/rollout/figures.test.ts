import { expect, test } from 'vitest';
import type { Bundle, NodeShown } from '../policy-data.ts';
import { figuresOf, shareSaid, waysBack } from './figures.ts';

const bundle = (version: number, policyVersion: string, environment = 'production'): Bundle => ({
  id: `b${version}`,
  environment,
  version,
  hash: '',
  policyVersion,
  policyHash: `hash of ${policyVersion}`,
  created: 0,
  maxAge: 1,
  offline: 'fail_closed',
  signers: [],
  uploadedBy: '',
  uploaded: 0,
});
const counts = { allow: 6, modify: 1, step_up: 1, defer: 1, deny: 1, errors: 2 };
const node = (id: string, lastHeartbeat: number, environment = 'production'): NodeShown => ({
  id,
  name: id,
  environment,
  origin: '',
  logKeys: [],
  keys: [],
  status: 'active',
  created: 0,
  live: {
    lastHeartbeat,
    isStale: false,
    bundle: 2,
    ingested: 0,
    lag: 0,
    omissions: { entries: 0, evidence: 0 },
    decisions: [
      { policyHash: 'hash of new', ...counts },
      { policyHash: 'hash of old', ...counts },
    ],
  },
});

test('figures are sums of the nodes of the environment that spoke since the candidate set out, under its set alone', () => {
  const nodes = [node('a', 10), node('b', 20), node('c', 5), node('d', 20, 'test')];
  expect(figuresOf({ environment: 'production' }, bundle(2, 'new'), nodes, 10)).toEqual({
    nodes: 3,
    decisions: 20,
    denied: 6,
    errors: 4,
  });
  expect(figuresOf({ environment: 'production' }, undefined, nodes, 0).decisions).toBe(0);
  expect(shareSaid(6, 20)).toBe('30.0 %');
  expect(shareSaid(0, 0)).toBe('not known');
});

test('the way back is newer than the candidate and holds what is in force', () => {
  const bundles = [
    bundle(1, 'old'),
    bundle(2, 'new'),
    bundle(3, 'old'),
    bundle(4, 'new'),
    bundle(5, 'old', 'test'),
  ];
  expect(waysBack(bundles[1], bundles[0], bundles).map(({ version }) => version)).toEqual([3]);
  expect(waysBack(bundles[1], undefined, bundles)).toEqual([]);
});
