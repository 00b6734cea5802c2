/** Runs the conformance suite of MCP as a program, and reads what it found. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const EXPECTED_FAILURES = fileURLToPath(new URL('./expected-failures.yml', import.meta.url));
/** Whole runs may take this long, in milliseconds: the suite has a limit of its own for each scenario. */
const RUN_MS = 180_000;
/** Longest that one scenario may take, in milliseconds. */
const SCENARIO_MS = 20_000;

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

/** What a run found. */
export interface Run {
  readonly results: Results;
  /** 0 where the suite holds the implementation to be conformant. */
  readonly exitCode: number | null;
}

/** One selection of scenarios. */
export interface Selection {
  readonly name: string;
  readonly args: readonly string[];
}

/**
 * What servers are held to. Requirements are frozen lists of one revision, in its own era, with the extensions and what is pending besides;
 * the older revisions have no such list.
 */
export const SERVER_SELECTIONS: readonly Selection[] = [
  { name: '2025-06-18', args: ['--suite', 'all', '--spec-version', '2025-06-18'] },
  { name: '2025-11-25', args: ['--requirements', '2025-11-25'] },
  { name: '2026-07-28', args: ['--requirements', '2026-07-28'] },
  ...['directory', 'enumeration', 'manifest'].map((part) => ({
    name: `skills ${part}`,
    args: ['--scenario', `sep-2640-skills-${part}`],
  })),
];

/** What clients are held to. */
export const CLIENT_SELECTIONS: readonly Selection[] = [
  { name: '2025-11-25', args: ['--requirements', '2025-11-25'] },
  { name: '2026-07-28', args: ['--requirements', '2026-07-28'] },
];

/** Runs scenarios against the server at `url`. `folder` is the suite's package. */
export function runAgainstServer(folder: string, url: string, selection: Selection): Promise<Run> {
  return run(folder, ['server', '--url', url, ...selection.args]);
}

/** Runs scenarios against a client: `command` gets the scenario's address as its last word. */
export function runAgainstClient(
  folder: string,
  command: string,
  selection: Selection,
  environment: Readonly<Record<string, string>> = {},
): Promise<Run> {
  return run(folder, ['client', '--command', command, ...selection.args], environment);
}

async function run(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const output = mkdtempSync(join(tmpdir(), 'writ-suite-'));
  try {
    const child = spawn(
      process.execPath,
      [join(folder, 'dist/index.js'), ...args, ...limits(args), '-o', output],
      { stdio: ['ignore', 'ignore', 'ignore'], env: { ...process.env, ...environment }, timeout: RUN_MS },
    );
    await once(child, 'exit');
    return { results: read(output, args[0] ?? ''), exitCode: child.exitCode };
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
