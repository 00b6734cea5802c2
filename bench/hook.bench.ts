// What a hook takes more than a bare `node -e 0`, as a host starts both: with a daemon that is there (a permitted call, a refused one, the end of a
// call), in turns; and where the hook has to start the daemon first.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemRandom } from '@writ/core';
import { hookFolder, installHook, stopHookDaemon } from '@writ/gateway/hook';
import { durableFolder, fileSystem } from './durable.ts';
import { print, quantile, rounded } from './measure.ts';

const ROUNDS = 60;
const COLD_ROUNDS = 5;
const US_PER_MS = 1_000;
const POLICIES = `
@id("all") permit(principal, action in [Action::"tools/call", Action::"process/exec", Action::"file/read", Action::"results/deliver"], resource);
@id("no-push") forbid(principal, action == Action::"process/exec", resource) when { context.args has subcommand && context.args.subcommand == "push" };
`;

const folder = realpathSync(durableFolder('hook'));
const hooks = hookFolder(join(folder, '.writ'));
try {
  mkdirSync(join(folder, 'policies'));
  writeFileSync(join(folder, 'policies/a.cedar'), POLICIES);
  writeFileSync(join(folder, 'writ.yaml'), 'policies: [policies]\nagent: {id: coder}\n');
  const main = join(import.meta.dirname, '../packages/cli/dist/main.js');
  const words = ['--import', join(import.meta.dirname, 'built.mjs'), main, 'daemon', 'run', '--config'];
  const { file } = installHook({
    host: 'claude-code',
    scope: { home: folder },
    folder: hooks,
    node: process.execPath,
    daemon: [process.execPath, ...words, join(folder, 'writ.yaml')],
    deadlineMs: 30_000,
    random: systemRandom,
  });
  const [before = '', after = ''] = commands(readFileSync(file, 'utf8'));
  await measure(before, after);
} finally {
  await stopHookDaemon(hooks).catch(() => undefined);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function measure(before: string, after: string): Promise<void> {
  let id = 0;
  const call = (event: string, command: string, more: object = {}): string =>
    JSON.stringify({
      hook_event_name: event,
      session_id: 'bench',
      cwd: folder,
      tool_name: 'Bash',
      tool_input: { command },
      tool_use_id: `call-${id}`,
      ...more,
    });
  const bare = `${process.execPath} -e 0`;
  const runs: Readonly<Record<string, () => number>> = {
    bare: () => timed(bare, '', 0),
    permitted: () => {
      id += 1;
      return timed(before, call('PreToolUse', 'git status --short'), 0);
    },
    end: () =>
      timed(after, call('PostToolUse', 'git status --short', { tool_response: { stdout: 'M a.ts' } }), 0),
    refused: () => timed(before, call('PreToolUse', 'git push'), 2),
  };
  const cold: number[] = [];
  for (let round = 0; round < COLD_ROUNDS; round += 1) {
    await stopHookDaemon(hooks).catch(() => undefined);
    while (await stopHookDaemon(hooks).catch(() => true)) {
      // Until it has gone.
    }
    cold.push(runs['permitted']?.() ?? Number.NaN);
    runs['end']?.();
  }
  const warm = new Map<string, number[]>(Object.keys(runs).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [name, run] of Object.entries(runs)) warm.get(name)?.push(run());
  const bareMs = warm.get('bare') ?? [];
  const common = { fs: fileSystem(folder), rounds: ROUNDS };
  for (const [name, samples] of warm) {
    // Side by side: what disturbs one start mostly disturbs its neighbour.
    const added = samples.map((sample, index) => sample - (bareMs[index] ?? Number.NaN));
    const over = name === 'bare' ? {} : { added_p50_us: us(added, 0.5), added_p95_us: us(added, 0.95) };
    print('hook', { daemon: 'warm', what: name, ...common }, { ...figures(samples), ...over });
  }
  print('hook', { daemon: 'cold', what: 'permitted', ...common, rounds: COLD_ROUNDS }, figures(cold));
}

function figures(samples: readonly number[]): object {
  return { min_us: us(samples, 0), p50_us: us(samples, 0.5), p95_us: us(samples, 0.95) };
}

function us(samples: readonly number[], part: number): number {
  return rounded(quantile(samples, part) * US_PER_MS);
}

/** Milliseconds until the command has ended as it should. */
function timed(command: string, input: string, expected: number): number {
  const started = performance.now();
  const { status, stderr } = spawnSync('/bin/sh', ['-c', command], { input, cwd: folder, encoding: 'utf8' });
  const elapsed = performance.now() - started;
  if (status !== expected) throw new Error(`a hook ended with ${status}: ${stderr}`);
  return elapsed;
}

function commands(text: string): readonly string[] {
  const { hooks: listed } = JSON.parse(text) as {
    readonly hooks: Readonly<
      Record<string, readonly { readonly hooks: readonly { readonly command: string }[] }[]>
    >;
  };
  return ['PreToolUse', 'PostToolUse'].map((event) => listed[event]?.[0]?.hooks[0]?.command ?? '');
}
