import { expect, test } from 'vitest';
import { configFromFlags } from '../config/index.ts';
import { withAuditEnd } from './audit-end.ts';

const NOON = Date.UTC(2026, 10, 20, 12);
const base = configFromFlags({ policies: ['p.cedar'], folder: '/project', command: ['server'] });

test('audit mode without an end ends after a week, the same for every process of one day', () => {
  const config = withAuditEnd({ ...base, mode: 'audit' }, NOON);
  expect(config.auditUntil).toBe(Date.UTC(2026, 10, 28));
  expect(withAuditEnd({ ...base, mode: 'audit' }, NOON + 3_600_000)).toEqual(config);
});

test('an end that the configuration names stands', () => {
  expect(withAuditEnd({ ...base, mode: 'audit', auditUntil: 5 }, NOON).auditUntil).toBe(5);
});

test('other modes get none', () => {
  expect(withAuditEnd(base, NOON).auditUntil).toBeUndefined();
});
