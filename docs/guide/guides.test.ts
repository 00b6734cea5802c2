// The guides, run as they stand: every block marked for it, in order, in a scratch folder, by the `writ` of this checkout, built as all tests have it.
//
// ```LANGUAGE file=PATH      is written to PATH
// ```sh run [exit=N]         runs under `sh -eu` and ends with N (default 0)
// ```text expect             each line is found in what the block before it printed, in this order; `…` stands for anything
// <!-- continues: NAME.md --> at the beginning: it goes on in a copy of the folder in which that guide ended
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { WRIT } from '../../scripts/testing/writ.ts';

const ROOT = join(import.meta.dirname, '../..');
const GUIDES = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.md'));
/** Longest time one block may take, in milliseconds: generous, because the machines that run this are shared. */
const BLOCK_TIMEOUT_MS = 120_000;
/** Longest time one guide may take, in milliseconds. */
const GUIDE_TIMEOUT_MS = 600_000;

type Step =
  | { readonly type: 'file'; readonly at: string; readonly path: string; readonly text: string }
  | {
      readonly type: 'run';
      readonly at: string;
      readonly script: string;
      readonly exit: number;
      readonly expected: readonly string[];
    };

interface Guide {
  /** The guide whose folder this one goes on in. */
  readonly continues?: string;
  readonly steps: readonly Step[];
}

/** Reads a guide. Throws for a block that is marked wrongly. */
function readGuide(name: string): Guide {
  const text = readFileSync(join(import.meta.dirname, name), 'utf8');
  const continues = /^<!-- continues: (\S+) -->/.exec(text)?.[1];
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
  return { steps, ...(continues === undefined ? {} : { continues }) };
}

const folders = new Map<string, string>();

afterAll(() => {
  for (const folder of folders.values()) rmSync(folder, { recursive: true, force: true });
});

/** The folder of a guide after all its steps: `bin`, `home`, and `project`, in which its commands run. Each guide runs once. */
function folderAfter(name: string): string {
  const known = folders.get(name);
  if (known !== undefined) return known;
  const { continues, steps } = readGuide(name);
  const before = continues === undefined ? undefined : folderAfter(continues);
  const folder = mkdtempSync(join(tmpdir(), 'writ-guide-'));
  folders.set(name, folder);
  if (before === undefined) makeFolder(folder);
  else {
    cpSync(before, folder, { recursive: true });
    // Copying leaves out who may enter a folder, and keys in an open one are refused.
    const keys = join(folder, 'project/.writ/keys');
    if (existsSync(keys)) chmodSync(keys, 0o700);
  }
  for (const step of steps) take(step, folder);
  return folder;
}

function makeFolder(folder: string): void {
  for (const inner of ['bin', 'home', 'project']) mkdirSync(join(folder, inner));
  // As npm makes it: a link to the command within its package, beside the others; guides find what came with it there. It runs what was built of this checkout.
  const installed = join(folder, 'installed');
  mkdirSync(join(installed, 'cli/bin'), { recursive: true });
  for (const name of readdirSync(join(ROOT, 'packages')))
    if (name !== 'cli') symlinkSync(join(ROOT, 'packages', name), join(installed, name));
  const command = join(installed, 'cli/bin/writ.js');
  writeFileSync(command, `#!/bin/sh\nexec '${WRIT}' "$@"\n`, { mode: 0o755 });
  symlinkSync(command, join(folder, 'bin/writ'));
  // What the guides have the reader install from npm.
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
}

/** What a reader has: `writ`, Node, the servers that the guides install, and a home of their own. */
function environment(folder: string): NodeJS.ProcessEnv {
  const { XDG_CONFIG_HOME: _config, FORCE_COLOR: _color, ...inherited } = process.env;
  const path = [join(folder, 'bin'), join(ROOT, 'node_modules/.bin'), inherited['PATH']].join(delimiter);
  return { ...inherited, PATH: path, HOME: join(folder, 'home'), NO_COLOR: '1' };
}

function take(step: Step, folder: string): void {
  const project = join(folder, 'project');
  if (step.type === 'file') {
    const file = join(project, step.path);
    if (relative(project, file).startsWith('..')) throw new Error(`${step.at}: a file outside the folder`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, step.text);
    return;
  }
  const { status, signal, stdout, stderr } = spawnSync('sh', ['-eu', '-c', `exec 2>&1\n${step.script}`], {
    cwd: project,
    env: environment(folder),
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
    'the commands of %s, run in order, print what it says',
    (name) => {
      expect(readGuide(name).steps.some(({ type }) => type === 'run')).toBe(true);
      expect(folderAfter(name)).not.toBe('');
    },
    GUIDE_TIMEOUT_MS,
  );
});
