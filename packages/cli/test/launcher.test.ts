// Behaviour of bin/writ.js, started as a desktop client or hook starts it: outside npm, with whatever PATH there is.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const LAUNCHER = join(import.meta.dirname, '../bin/writ.js');
const REPORT =
  'console.log(JSON.stringify({ node: process.execPath, entry: process.argv[1], args: process.argv.slice(2) }));';
const UNUSABLE = 69;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'launcher-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the command as npm installs it, whose main prints what it was started with (or is `main`). */
function installed(main: string = REPORT): string {
  const home = join(folder, 'app/node_modules/@writ/cli');
  mkdirSync(join(home, 'bin'), { recursive: true });
  mkdirSync(join(home, 'dist'));
  writeFileSync(join(home, 'package.json'), '{"type":"module"}');
  writeFileSync(join(home, 'dist/main.js'), main);
  copyFileSync(LAUNCHER, join(home, 'bin/writ.js'));
  chmodSync(join(home, 'bin/writ.js'), 0o755);
  return join(home, 'bin/writ.js');
}

/** A folder for PATH holding what any POSIX system has, and `node` if a script for it is given. */
function pathWith(node?: string): string {
  const bin = mkdtempSync(join(folder, 'bin-'));
  for (const tool of ['env', 'sh', 'readlink']) {
    symlinkSync(
      spawnSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).stdout.trim(),
      join(bin, tool),
    );
  }
  if (node !== undefined) executable(join(bin, 'node'), node);
  return bin;
}

function executable(path: string, script: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

const OLDER =
  '[ "$1" = --version ] && echo v20.20.2 && exit 0; echo "older node ran the program" >&2; exit 3';
const NEWER = `exec ${process.execPath} "$@"`;

function run(command: string, PATH: string, env: NodeJS.ProcessEnv = {}, args: string[] = ['a b', '*']) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env: { PATH, ...env } });
  return {
    status,
    stderr,
    started: stdout ? (JSON.parse(stdout) as { entry: string; args: string[] }) : undefined,
  };
}

describe('finds a Node that can run it', () => {
  test('a new enough node on PATH runs the built program, arguments untouched', () => {
    const { started } = run(installed(), pathWith(NEWER));
    expect(started).toMatchObject({ args: ['a b', '*'] });
    expect(started?.entry).toMatch(/dist\/main\.js$/);
  });

  test('a pinned node in an ancestor is taken although PATH has an older one first', () => {
    const command = installed();
    executable(join(folder, 'app/node_modules/.bin/node'), NEWER);
    expect(run(command, pathWith(OLDER))).toMatchObject({ status: 0, stderr: '' });
  });

  test('the checkout runs its source on its own Node although PATH has an older one first', () => {
    const { status, stdout } = spawnSync(LAUNCHER, ['--version'], {
      encoding: 'utf8',
      env: { PATH: pathWith(OLDER) },
    });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(status).toBe(0);
  });

  test('a node beside a link to the command is taken, as version managers lay it out', () => {
    const command = installed();
    executable(join(folder, 'manager/bin/node'), NEWER);
    symlinkSync(command, join(folder, 'manager/bin/writ'));
    expect(run(join(folder, 'manager/bin/writ'), pathWith(OLDER))).toMatchObject({ status: 0, stderr: '' });
  });

  test.each([
    ['one absolute link', (command: string) => command],
    ['a relative link', () => '../app/node_modules/@writ/cli/bin/writ.js'],
  ])('through %s', (_why, target) => {
    const command = installed();
    mkdirSync(join(folder, 'links'));
    symlinkSync(target(command), join(folder, 'links/first'));
    symlinkSync('first', join(folder, 'links/writ'));
    expect(run(join(folder, 'links/writ'), pathWith(NEWER)).status).toBe(0);
  });

  test('WRIT_NODE comes before everything else', () => {
    // A stand-in that answers --version with a good one and runs nothing.
    executable(join(folder, 'chosen'), `[ "$1" = --version ] && echo v24.0.0 && exit 0; echo '"chosen"'`);
    expect(run(installed(), pathWith(NEWER), { WRIT_NODE: join(folder, 'chosen') }).started).toBe('chosen');
  });
});

describe('says what to do when there is none', () => {
  test.each([
    ['only an older node', OLDER, 'found v20.20.2 at '],
    ['no node', undefined, 'found none on PATH'],
    ['a node that does not start', 'exit 127', 'found one that does not start at '],
  ])('%s', (_why, node, found) => {
    const { status, stderr, started } = run(installed(), pathWith(node));
    expect(status).toBe(UNUSABLE);
    expect(stderr).toContain(found);
    expect(stderr).toMatch(/^writ: needs Node 24 or later, .*set WRIT_NODE .*\n$/);
    expect(started).toBeUndefined();
  });

  test('a WRIT_NODE that is too old is refused, not passed over', () => {
    executable(join(folder, 'old'), OLDER);
    const { status, stderr } = run(installed(), pathWith(NEWER), { WRIT_NODE: join(folder, 'old') });
    expect(status).toBe(UNUSABLE);
    expect(stderr).toContain('which is not a Node 24 or later');
  });
});

describe('is the program, not its parent', () => {
  test('the exit code is the program’s', () => {
    expect(run(installed('process.exitCode = 7'), pathWith(NEWER)).status).toBe(7);
  });

  test('a signal reaches the program', async () => {
    const command = installed(
      "process.on('SIGTERM', () => process.exit(42)); setInterval(() => {}, 1e6); console.log('ready');",
    );
    const child = spawn(command, [], { env: { PATH: pathWith(NEWER) } });
    child.stdout.once('data', () => child.kill('SIGTERM'));
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(42);
  });
});

describe('started by Node itself, as shims for Windows do', () => {
  /** Makes the running Node believe that it is an older one. */
  const PRETEND_OLDER =
    'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.0.0"}})';

  function runByOlder(command: string, env: NodeJS.ProcessEnv = {}) {
    return spawnSync(process.execPath, ['--import', PRETEND_OLDER, command, 'a b'], {
      encoding: 'utf8',
      env: { PATH: pathWith(), ...env },
    });
  }

  test('a new enough one runs the program in the same process', () => {
    const { stdout } = spawnSync(process.execPath, [installed(), 'a b'], { encoding: 'utf8' });
    expect(JSON.parse(stdout)).toMatchObject({ args: ['a b'] });
  });

  test('an older one hands over to WRIT_NODE and takes its exit code', () => {
    const command = installed(`${REPORT} process.exitCode = 7;`);
    const { status, stdout } = runByOlder(command, { WRIT_NODE: process.execPath });
    expect(status).toBe(7);
    expect(JSON.parse(stdout)).toMatchObject({ args: ['a b'] });
  });

  test('an older one alone says what to do', () => {
    const { status, stderr } = runByOlder(installed());
    expect(status).toBe(UNUSABLE);
    expect(stderr).toContain('needs Node 24 or later, this is 20.0.0');
  });
});

test('PATH is left as it was, so that what the program starts finds the user’s own tools', () => {
  const path = [pathWith(NEWER), '/nowhere'].join(delimiter);
  const command = installed('console.log(JSON.stringify({ entry: process.env.PATH, args: [] }))');
  expect(run(command, path).started?.entry).toBe(path);
});
