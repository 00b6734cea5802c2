/** What is wrong with a manifest: clauses that no test shows, and tests that do not exist. */
import type { Manifest, Row } from './manifest.ts';
import { contractNames, testNames, texts } from './test-names.ts';

/** Reads a file of the repository by its path from the root; nothing where it is not there. */
export type ReadFile = (path: string) => string | undefined;

/** Shortest part of a name that is believed to name a test, in characters. */
const SHORTEST_NAME = 12;
/** `path > part of a name`, and for one row of a table ` | its first cell` behind it. */
const TEST_ID =
  /^((?:deploy|packages|scripts|examples|requirements|docs)\/[\w./-]+(?:\.test\.(?:ts|mjs)|-contract\.ts)) > (.+?)(?: \| (.+))?$/;

/** The problems of `manifest`, one sentence each; `clauses` are those that it must speak of. */
export function manifestProblems(
  manifest: Manifest,
  clauses: readonly string[],
  readFile: ReadFile,
): readonly string[] {
  const rows = manifest.rows.map(({ clause }) => clause);
  const owed = manifest.owed.map(({ clause }) => clause);
  const all = [...rows, ...owed];
  return [
    ...clauses.filter((clause) => !all.includes(clause)).map((clause) => `${clause} is not spoken of`),
    ...all.filter((clause, at) => all.indexOf(clause) !== at).map((clause) => `${clause} stands twice`),
    ...manifest.rows.flatMap((row) => rowProblems(row, readFile)),
  ];
}

function rowProblems({ clause, tests }: Row, readFile: ReadFile): readonly string[] {
  if (tests.length === 0) return [`${clause} has no test`];
  return tests.flatMap((id) => {
    const problem = idProblem(id, readFile);
    return problem === undefined ? [] : [`${clause}: ${problem}`];
  });
}

function idProblem(id: string, readFile: ReadFile): string | undefined {
  const [, path, name, row] = TEST_ID.exec(id) ?? [];
  if (path === undefined || name === undefined) return `\`${id}\` is not \`path > name\``;
  if (name.length < SHORTEST_NAME) return `\`${name}\` is too short to name a test`;
  const source = readFile(path);
  if (source === undefined) return `there is no file \`${path}\``;
  const tests = path.endsWith('-contract.ts') ? contractNames(source) : testNames(source);
  const named = tests.filter((test) => test.name.includes(name));
  if (named.length === 0) return `no test in \`${path}\` is called \`${name}\``;
  if (row !== undefined && !texts(source).has(row)) return `no row in \`${path}\` is called \`${row}\``;
  return named.every(({ isIdle }) => isIdle) ? `the test \`${name}\` in \`${path}\` is not run` : undefined;
}
