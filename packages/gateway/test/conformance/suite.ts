/** Runs the conformance suite of MCP as a program, and reads what it found. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const EXPECTED_FAILURES = fileURLToPath(new URL('./expected-failures.yml', import.meta.url));
/** Whole runs may take this long, in milliseconds: the suite has a limit of its own for each scenario. */
const RUN_MS = 240_000;
/** Longest that one scenario may take, in milliseconds: in client mode all of them run at once. */
const SCENARIO_MS = 60_000;

/** What the suite says of one requirement. */
export interface Check {
  readonly id: string;
  readonly name: string;
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';
  readonly errorMessage?: string;
  /** What it saw; absent where it keeps nothing. */
  readonly details?: unknown;
}

/** Checks by scenario. */
export type Results = ReadonlyMap<string, readonly Check[]>;

/** One selection of scenarios. */
export interface Selection {
  readonly name: string;
  readonly args: readonly string[];
  /** Revision of the wire, under which a scenario of it can be run alone; absent where it is one alone. */
  readonly version?: string;
}

/**
 * What servers are held to. Requirements are frozen lists of one revision, in its own era, with the extensions and what is pending besides;
 * the older revisions have no such list.
 */
export const SERVER_SELECTIONS: readonly Selection[] = [
  { name: '2025-06-18', args: ['--suite', 'all', '--spec-version', '2025-06-18'], version: '2025-06-18' },
  requirements('2025-11-25'),
  requirements('2026-07-28'),
  ...['directory', 'enumeration', 'manifest'].map((part) => ({
    name: `skills ${part}`,
    args: ['--scenario', `sep-2640-skills-${part}`],
  })),
];

/** What clients are held to. */
export const CLIENT_SELECTIONS: readonly Selection[] = [
  requirements('2025-11-25'),
  requirements('2026-07-28'),
];

/** What a revision requires. */
export function requirements(version: string): Selection {
  return { name: version, args: ['--requirements', version], version };
}

/** Runs scenarios against the server at `url`. `folder` is the suite's package. */
export function runAgainstServer(folder: string, url: string, selection: Selection): Promise<Results> {
  return run(folder, ['server', '--url', url, ...selection.args]);
}

/** Runs scenarios against a client: `command` gets the scenario's address as its last word. */
export function runAgainstClient(
  folder: string,
  command: string,
  selection: Selection,
  environment: Readonly<Record<string, string>> = {},
): Promise<Results> {
  return run(folder, ['client', '--command', command, ...selection.args], environment);
}

async function run(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Results> {
  const output = mkdtempSync(join(tmpdir(), 'writ-suite-'));
  try {
    const child = spawn(
      process.execPath,
      [join(folder, 'dist/index.js'), ...args, ...limits(args), '-o', output],
      { stdio: ['ignore', 'ignore', 'ignore'], env: { ...process.env, ...environment }, timeout: RUN_MS },
    );
    // Its exit code tells of failures, which are looked for here.
    await once(child, 'exit');
    return read(output, args[0] ?? '');
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

/** A single scenario takes no list of expected failures. */
function limits(args: readonly string[]): readonly string[] {
  const expected = args.includes('--scenario') ? [] : ['--expected-failures', EXPECTED_FAILURES];
  return ['--timeout', String(SCENARIO_MS), ...expected];
}

/** Folders are `server-SCENARIO-INSTANT` for servers, `SCENARIO-INSTANT` for clients, with `checks.json` in each. */
function read(output: string, mode: string): Results {
  const found = new Map<string, readonly Check[]>();
  const files = readdirSync(output, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('checks.json'),
  );
  for (const file of files.sort()) {
    const scenario = file
      .replace(/\/checks\.json$/, '')
      .replace(/-\d{4}-\d{2}-\d{2}T[\d-]+Z$/, '')
      .replace(mode === 'server' ? /^server-/ : /^client-/, '');
    found.set(scenario, JSON.parse(readFileSync(join(output, file), 'utf8')) as Check[]);
  }
  return found;
}
