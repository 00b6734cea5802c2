import { expect, test } from 'vitest';
import { namesOf, rolesAfter } from './roles.ts';

test('an auditor has no other role, whichever was ticked last', () => {
  expect(rolesAfter(['writer'], ['writer', 'auditor'])).toEqual(['auditor']);
  expect(rolesAfter(['auditor'], ['auditor', 'admin'])).toEqual(['admin']);
  expect(rolesAfter(['writer'], ['writer', 'admin'])).toEqual(['writer', 'admin']);
});

test('names of a line are taken once', () => {
  expect(namesOf('payments, legal ,, payments')).toEqual(['payments', 'legal']);
});
