import { expect, test } from 'vitest';
import type { PolicyVersion } from '../policy-data.ts';
import { whyNotReview } from './review-rights.ts';

const VERSION: PolicyVersion = {
  id: 'v',
  name: 'acme',
  hash: '',
  policyHash: '',
  authors: ['ann'],
  source: { kind: 'draft' },
  cases: { passed: 1, failed: 0 },
  created: 0,
  status: 'in_review',
  rule: { reviewers: 2, groups: [], teams: [] },
  missing: 2,
  reviews: [],
};
const bob = { id: 'bob', canWork: true };

test('whoever wrote a version is told why they do not review it; somebody else does, once', () => {
  expect(whyNotReview(VERSION, { ...bob, id: 'ann' })).toMatch(/^You wrote it/);
  expect(whyNotReview(VERSION, { ...bob, canWork: false })).toMatch(/takes the role/);
  expect(whyNotReview(VERSION, bob)).toBeUndefined();
  const approved: PolicyVersion = { ...VERSION, reviews: [{ person: 'bob', verdict: 'approve', at: 5 }] };
  expect(whyNotReview(approved, bob)).toMatch(/already/);
  const replay = { report: '', same: 1, differs: 0, others: 0, by: 'ann', at: 6 };
  expect(whyNotReview({ ...approved, replay }, bob)).toBeUndefined();
});

test.each(['approved', 'rejected'] as const)('a version that is %s is reviewed no more', (status) => {
  expect(whyNotReview({ ...VERSION, status }, bob)).toBeDefined();
});
