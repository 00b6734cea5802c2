// The guides, run as they stand: every block marked for it, in order, in a scratch folder, by the `writ` of this checkout.
//
// ```LANGUAGE file=PATH      is written to PATH
// ```sh run [exit=N]         runs under `sh -eu` and ends with N (default 0)
// ```text expect             each line is found in what the block before it printed, in this order; `…` stands for anything
// <!-- continues: NAME.md --> at the beginning: the steps of that guide come first, in the same folder
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const WRIT = join(ROOT, 'packages/cli/bin/writ.js');
const GUIDES = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.md'));
/** Longest time one block may take, in milliseconds. */
const BLOCK_TIMEOUT_MS = 60_000;
/** Longest time one guide may take, in milliseconds. */
const GUIDE_TIMEOUT_MS = 300_000;

type Step =
  | { readonly type: 'file'; readonly at: string; readonly path: string; readonly text: string }
  | {
      readonly type: 'run';
      readonly at: string;
      readonly script: string;
      readonly exit: number;
      readonly expected: readonly string[];
    };

/** The steps of a guide, those of the guide that it continues first. Throws for a block that is marked wrongly. */
function stepsOf(name: string): readonly Step[] {
  const text = readFileSync(join(import.meta.dirname, name), 'utf8');
  const continued = /^<!-- continues: (\S+) -->/.exec(text)?.[1];
  const steps: Step[] = [];
  for (const match of text.matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm)) {
    const [, info = '', body = ''] = match;
    const at = `${name}:${text.slice(0, match.index).split('\n').length}`;
    const [language = '', ...words] = info.trim().split(/\s+/);
    const options = new Map(words.map((word) => word.split('=', 2) as [string, string | undefined]));
    const path = options.get('file');
    if (path !== undefined) steps.push({ type: 'file', at, path, text: body });
    else if (options.has('run')) {
      steps.push({ type: 'run', at, script: body, exit: Number(options.get('exit') ?? 0), expected: [] });
    } else if (options.has('expect')) {
      const before = steps.pop();
      if (before?.type !== 'run') throw new Error(`${at}: nothing was run before this`);
      steps.push({ ...before, expected: body.split('\n').filter((line) => line !== '') });
    } else if (words.length > 0) throw new Error(`${at}: \`${language} ${words.join(' ')}\` means nothing`);
  }
  return [...(continued === undefined ? [] : stepsOf(continued)), ...steps];
}

let scratch = '';

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'writ-guide-'));
  for (const folder of ['bin', 'home', 'project']) mkdirSync(join(scratch, folder));
  writeFileSync(join(scratch, 'bin/writ'), `#!/bin/sh\nexec '${WRIT}' "$@"\n`);
  chmodSync(join(scratch, 'bin/writ'), 0o755);
});

afterEach(() => rmSync(scratch, { recursive: true, force: true }));

/** What a reader has: `writ`, Node, the servers that the guides install, and a home of their own. */
function environment(): NodeJS.ProcessEnv {
  const { XDG_CONFIG_HOME: _config, FORCE_COLOR: _color, ...inherited } = process.env;
  const path = [join(scratch, 'bin'), join(ROOT, 'node_modules/.bin'), inherited['PATH']].join(delimiter);
  return { ...inherited, PATH: path, HOME: join(scratch, 'home'), NO_COLOR: '1' };
}

function take(step: Step): void {
  const project = join(scratch, 'project');
  if (step.type === 'file') {
    const file = join(project, step.path);
    if (relative(project, file).startsWith('..')) throw new Error(`${step.at}: a file outside the folder`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, step.text);
    return;
  }
  const { status, signal, stdout, stderr } = spawnSync('sh', ['-eu', '-c', `exec 2>&1\n${step.script}`], {
    cwd: project,
    env: environment(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: BLOCK_TIMEOUT_MS,
  });
  const printed = `${stdout}${stderr}`;
  expect({ at: step.at, exit: status ?? signal, printed }).toEqual({
    at: step.at,
    exit: step.exit,
    printed,
  });
  let from = 0;
  for (const line of step.expected) {
    const pattern = new RegExp(line.split('…').map(escaped).join('[^\\n]*'));
    const found = pattern.exec(printed.slice(from));
    if (found === null) throw new Error(`${step.at}: \`${line}\` is not in what was printed:\n${printed}`);
    from += found.index + found[0].length;
  }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

describe('the guides do what they say', () => {
  test.each(GUIDES)(
    '%s',
    (name) => {
      const steps = stepsOf(name);
      expect(steps.filter(({ type }) => type === 'run').length).toBeGreaterThan(0);
      for (const step of steps) take(step);
    },
    GUIDE_TIMEOUT_MS,
  );
});
