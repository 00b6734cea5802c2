// What a start of `writ` loads: its own command, and of the libraries what that needs. Most of a short command's time is loading.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, '../src/main.ts');
const COMMANDS = join(import.meta.dirname, '../src/commands/index.ts');
/** Prints the URL of everything that the process loaded, as its last line. */
const TELL = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  const loaded = [];
  registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
  process.on('exit', () => console.log(JSON.stringify(loaded)));
`)}`;

/** The last line that Node prints, as JSON. */
function lastLine(...args: readonly string[]): readonly string[] {
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: join(import.meta.dirname, '..'),
    encoding: 'utf8',
  });
  const line = stdout.trimEnd().split('\n').at(-1);
  if (line === undefined || line === '') throw new Error(stderr);
  return JSON.parse(line) as readonly string[];
}

test('a command loads neither another, nor what serves, parses shells or checks tokens', () => {
  const loaded = lastLine('--import', TELL, MAIN, 'kill', '--help');
  const ours = loaded.flatMap((url) => /\/cli\/src\/commands\/(.+)$/.exec(url)?.[1] ?? []);
  expect(ours.sort()).toEqual(['index.ts', 'kill.ts']);
  const heavy =
    /node_modules\/(?:undici|jose|oauth4webapi|prom-client|libphonenumber-js|unbash|hono|kysely|openid-client)\/|gateway\/src\/(?:mcp|serve|egress|authz|hook)\/|\/server\/src\//;
  expect(loaded.filter((url) => heavy.test(url))).toEqual([]);
});

test.each(['people', 'api', 'login', 'server', 'up'])(
  '`writ %s` loads nothing of a control plane before one is started',
  (word) => {
    const loaded = lastLine('--import', TELL, MAIN, word, '--help');
    expect(
      loaded.filter((url) =>
        /packages\/server\/src\/|node_modules\/(?:hono|kysely|openid-client)\//.test(url),
      ),
    ).toEqual([]);
  },
);

test('each word loads the command of that word, and no other than what goes with it', () => {
  const code = `
    import { Command } from 'commander';
    import { COMMANDS } from ${JSON.stringify(COMMANDS)};
    const wrong = [];
    for (const [word, load] of COMMANDS) {
      const program = new Command();
      (await load())(program);
      const names = program.commands.map((one) => one.name());
      if (!names.includes(word) || names.some((name) => COMMANDS.get(name) !== load)) wrong.push(word + ': ' + names);
    }
    console.log(JSON.stringify([COMMANDS.size, ...wrong]));
  `;
  const [size, ...wrong] = lastLine('--input-type=module', '-e', code);
  expect(Number(size)).toBeGreaterThan(20);
  expect(wrong).toEqual([]);
});
