// Workflows run other people's code with our rights: each action is pinned or says why not, and rights are given job by job.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const WORKFLOWS = globSync('.github/workflows/*.yml', { cwd: ROOT });
const lines = (path) => readFileSync(join(ROOT, path), 'utf8').split('\n');

test('there are workflows to check', () => {
  expect(WORKFLOWS.length).toBeGreaterThanOrEqual(5);
});

test.each(WORKFLOWS)(
  '%s: each action is a full commit with its version beside it, or says that it is a tag',
  (path) => {
    const uses = lines(path).filter((line) => /^\s*(?:- )?uses:/.test(line));
    const loose = uses.filter(
      (line) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line) && !/@v\d+ # by tag: /.test(line),
    );
    expect(loose).toEqual([]);
    expect(uses.length).toBeGreaterThan(0);
  },
);

test.each(WORKFLOWS)('%s: no rights but those a job asks for, and no job without an end', (path) => {
  const text = lines(path).join('\n');
  expect(text).toMatch(/^permissions: \{\}$/m);
  const jobs = text.match(/^ {4}runs-on: /gm)?.length;
  expect(text.match(/^ {4}permissions:$/gm)?.length).toBe(jobs);
  expect(text.match(/^ {4}timeout-minutes: \d+$/gm)?.length).toBe(jobs);
  expect(text).not.toMatch(/permissions: write-all|pull_request_target/);
});
