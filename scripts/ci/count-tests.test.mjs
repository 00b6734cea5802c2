// The number that CI ends with, from every way in which a run can go wrong.
import { expect, test } from 'vitest';
import { countTests } from './count-tests.mjs';

const FINE = {
  success: true,
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 0,
  testResults: [],
};
const BROKEN_FILE = { status: 'failed', assertionResults: [] };
const FAILED_TEST = { status: 'failed', assertionResults: [{ status: 'failed' }] };

test.each([
  ['all passed', FINE, 0, { passed: 3, failed: 0, skipped: 1 }],
  ['no report', undefined, 0, { passed: 0, failed: 1, skipped: 0 }],
  [
    'a failed test',
    { ...FINE, success: false, numFailedTests: 1, testResults: [FAILED_TEST] },
    1,
    { failed: 1 },
  ],
  [
    'a file that could not be loaded',
    { ...FINE, success: false, testResults: [BROKEN_FILE] },
    1,
    { failed: 1 },
  ],
  ['an error outside any test', FINE, 1, { failed: 1 }],
  ['no test at all', { ...FINE, numPassedTests: 0 }, 0, { failed: 1 }],
])('%s', (_why, report, status, expected) => {
  expect(countTests(report, status)).toMatchObject(expected);
});
