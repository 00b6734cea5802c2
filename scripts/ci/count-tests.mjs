// Prints `PASSED FAILED` from vitest's JSON report and its exit status. A file that could not be loaded, an error outside any test and a
// missing report count as failures: zero failed tests must never mean that none ran.
import { readFileSync } from 'node:fs';

/** Counts of a report; `status` is the exit status of the run that wrote it. */
export function countTests(report, status) {
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  const brokenFiles = report.testResults.filter(
    ({ status: result, assertionResults }) =>
      result === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = report.numFailedTests + brokenFiles;
  const nothingSaid = failed === 0 && (status !== 0 || !report.success || report.numPassedTests === 0);
  return {
    passed: report.numPassedTests,
    failed: failed + (nothingSaid ? 1 : 0),
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const [path, status] = process.argv.slice(2);
  const { passed, failed, skipped } = countTests(readReport(path), Number(status));
  process.stderr.write(`-- tests: ${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  process.stdout.write(`${passed} ${failed}\n`);
}
