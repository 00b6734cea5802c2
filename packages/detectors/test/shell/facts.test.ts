/** What a fact says beyond names: words, options, folders, pipes. */
import {
  analyseShell,
  quoteWord,
  type ShellCommand,
  type ShellFacts,
  type ShellOptions,
} from '@writ/detectors/shell';
import { describe, expect, test } from 'vitest';

const OPTIONS: ShellOptions = { cwd: '/w/app', workspace: '/w', home: '/home/dev' };

function factsOf(text: string, options: Partial<ShellOptions> = {}): ShellFacts {
  const facts = analyseShell(text, { ...OPTIONS, ...options });
  if ('refused' in facts) throw new Error(facts.reason);
  return facts;
}

function commandOf(text: string, program: string, options: Partial<ShellOptions> = {}): ShellCommand {
  const found = factsOf(text, options).commands.find((command) => command.program === program);
  if (found === undefined) throw new Error(`no ${program} in ${text}`);
  return found;
}

describe('a command', () => {
  test('has its words, and a line that quotes them', () => {
    const { argv, line } = commandOf(`rm -rf "a b" 'c'\\''d' $X`, 'rm');
    expect(argv.map(({ value }) => value)).toStrictEqual(['rm', '-rf', 'a b', "c'd", '$X']);
    expect(argv.map(({ unresolved }) => unresolved)).toStrictEqual([[], [], [], [], ['variable']]);
    expect(line).toBe(`rm -rf 'a b' 'c'\\''d' $X`);
  });

  test.each<[string, string, string, readonly string[], readonly string[]]>([
    ['clusters are split', 'rm -rf x', 'rm', ['-r', '-f'], ['x']],
    [
      'values are cut from long options',
      'sort --output=o --reverse x',
      'sort',
      ['--output', '--reverse'],
      ['x'],
    ],
    ['values are no operands', 'curl -X POST -o out h.example', 'curl', ['-X', '-o'], ['h.example']],
    ['an attached value is cut', 'tail -n5 x', 'tail', ['-n'], ['x']],
    [
      'an abbreviated option is named in full',
      'curl --outp f h.example',
      'curl',
      ['--output'],
      ['h.example'],
    ],
    ['behind two dashes nothing is an option', 'rm -- -rf', 'rm', [], ['-rf']],
    ['an unknown program may mean either', 'tool -rf x', 'tool', ['-rf', '-r', '-f'], ['x']],
    ['words behind one dash stay whole where they are options', 'find . -delete', 'find', ['-delete'], ['.']],
  ])('%s', (_why, text, program, options, operands) => {
    const command = commandOf(text, program);
    expect(command.options).toStrictEqual(options);
    expect(command.operands).toStrictEqual(operands);
  });

  test('has its subcommand, past options in front of it', () => {
    const { subcommand, operands } = commandOf('git -c a=b --no-pager push origin main', 'git');
    expect(subcommand).toBe('push');
    expect(operands).toStrictEqual(['origin', 'main']);
  });

  test.each<[string, string, string, string]>([
    ['after cd', 'cd src && ls', 'ls', '/w/app/src'],
    ['after cd upwards', 'cd .. && ls', 'ls', '/w'],
    ['not after cd in a subshell', '(cd src); ls', 'ls', '/w/app'],
    ['as git is told', 'git -C ../other status', 'git', '/w/other'],
    ['as make is told', 'make -C sub', 'make', '/w/app/sub'],
    ['as env tells what it starts', 'env -C /etc ls', 'ls', '/etc'],
    ['after pushd and popd', 'pushd src && popd && ls', 'ls', '/w/app'],
  ])('runs in a folder: %s', (_why, text, program, cwd) => {
    expect(commandOf(text, program).cwd).toBe(cwd);
  });

  test('runs in either folder where the change may fail', () => {
    expect(commandOf('cd src; ls', 'ls')).toMatchObject({
      cwd: '/w/app/src',
      otherCwds: ['/w/app'],
      inWorkspace: true,
    });
    expect(commandOf('cd /etc; ls', 'ls')).toMatchObject({ inWorkspace: false });
  });

  test('knows what is piped into it, through groups and further pipes', () => {
    expect(commandOf('curl h.example | tee x | sh', 'sh').pipedFrom).toStrictEqual(['curl', 'tee']);
    expect(commandOf('curl h.example | { cat; sh; }', 'sh').pipedFrom).toStrictEqual(['curl']);
    expect(commandOf('curl h.example | sh < file', 'sh').pipedFrom).toStrictEqual([]);
    expect(commandOf('sh < <(curl h.example)', 'sh').pipedFrom).toStrictEqual(['curl']);
  });

  test('knows which programs start it', () => {
    expect(commandOf("sudo env A=b sh -c 'rm x'", 'rm').via).toStrictEqual(['sudo', 'env', 'sh']);
  });

  test('has the variables set for it', () => {
    expect(commandOf('A=b C=$D make', 'make').assignments).toStrictEqual([
      { name: 'A', value: 'b', unresolved: [] },
      { name: 'C', value: '$D', unresolved: ['variable'] },
    ]);
  });

  test('has its path where one was given', () => {
    expect(commandOf('./bin/tool', 'tool')).toMatchObject({
      path: '/w/app/bin/tool',
      unresolved: ['local-program'],
    });
    expect(commandOf('/usr/bin/rm x', 'rm')).toMatchObject({ path: '/usr/bin/rm', unresolved: [] });
    expect(commandOf('rm x', 'rm').path).toBeUndefined();
  });

  test.each([
    ['npm run build', 'npm', 'build'],
    ['npm test', 'npm', 'test'],
    ['yarn lint', 'yarn', 'lint'],
    ['pnpm run --filter a dev', 'pnpm', 'dev'],
    ['bun run x', 'bun', 'x'],
    ['node --run start', 'node', 'start'],
  ])('names the package script that it runs: %s', (text, program, packageScript) => {
    expect(commandOf(text, program)).toMatchObject({ packageScript, unresolved: ['package-script'] });
  });
});

describe('a file', () => {
  test('keeps the path as it was given where a link in it would lead elsewhere', () => {
    expect(factsOf('cat link/../x').files).toStrictEqual([
      {
        access: 'read',
        path: '/w/app/x',
        asGiven: '/w/app/link/../x',
        inWorkspace: true,
        by: 'cat',
        unresolved: [],
      },
    ]);
  });

  test.each([
    ['x', true],
    ['../x', true],
    ['../../x', false],
    ['/w-other/x', false],
    ['~/x', false],
    ['*.c', true],
    ['.*', false],
    ['"$X"', false],
    ['/w/"$X"', false],
    ['part$((1+1))', true],
  ])('is in the workspace as far as names say: %s → %s', (word, inWorkspace) => {
    expect(factsOf(`cat ${word}`).files[0]?.inWorkspace).toBe(inWorkspace);
  });
});

describe('what is known from outside', () => {
  test('variables of the environment', () => {
    expect(factsOf('cat $DIR/x', { env: { DIR: '/opt' } }).files[0]?.path).toBe('/opt/x');
  });

  test('aliases: both what they stand for and the name itself are found', () => {
    const { commands } = factsOf('ll /etc', { aliases: { ll: 'ls -l' } });
    expect(commands.map(({ line }) => line)).toStrictEqual(['ls -l /etc', 'll /etc']);
  });

  test.each([
    ['/bin/bash', undefined],
    ['sh', undefined],
    ['/bin/zsh', undefined],
    ['fish', 'unknown-shell'],
    ['powershell.exe', 'unknown-shell'],
    ['cmd', 'unknown-shell'],
  ])('says which shells are read at all: %s', (shell, refused) => {
    const facts = analyseShell('ls', { ...OPTIONS, shell });
    expect('refused' in facts ? facts.refused : undefined).toBe(refused);
  });

  test('a shell that is not bash marks what it would read otherwise', () => {
    expect(factsOf('[[ a ]] && rm x', { shell: '/bin/sh' }).unresolved).toContain('shell-differs');
    expect(factsOf("ls *(e:'rm x':)", { shell: '/bin/zsh' }).unresolved).toContain('shell-differs');
    expect(factsOf('=rm x', { shell: '/bin/zsh' }).unresolved).toContain('shell-differs');
    expect(factsOf('ls a', { shell: '/bin/sh' }).unresolved).toStrictEqual([]);
  });
});

describe('the bounds of an analysis hold', () => {
  const nested = (levels: number): string => {
    let text = 'rm x';
    for (let level = 0; level < levels; level += 1) text = `eval ${quoteWord(text)}`;
    return text.length > 200_000 ? 'too long' : text;
  };
  test.each<[string, string, string | undefined]>([
    ['a text of the longest size', `echo ${'a'.repeat(262_139)}`, undefined],
    ['a longer text', `echo ${'a'.repeat(262_140)}`, 'too-large'],
    ['a text of fewer characters that are longer', `echo ${'é'.repeat(140_000)}`, 'too-large'],
    ['a thousand commands', 'a\n'.repeat(1000), undefined],
    ['one more', 'a\n'.repeat(1001), 'too-many-commands'],
    ['ten substitutions in each other', `${'$('.repeat(10)}echo a${')'.repeat(10)}`, undefined],
    ['forty substitutions in each other', `${'$('.repeat(40)}echo a${')'.repeat(40)}`, 'too-deep'],
    ['thousands of them', `${'$('.repeat(9000)}echo a${')'.repeat(9000)}`, 'too-deep'],
    ['eight evaluations in each other', nested(8), undefined],
    ['a variable that doubles itself', `x=aaaaaaaa;${'x=$x$x;'.repeat(40)}`, 'too-complex'],
    ['braces that multiply', `echo ${'{a,b}'.repeat(40)}`, undefined],
  ])('%s', (_what, text, refused) => {
    const facts = analyseShell(text, OPTIONS);
    expect('refused' in facts ? facts.refused : undefined).toBe(refused);
  });
});

test.each(['scp file "[2001:db8::1]:folder"', 'rsync file "me@[2001:db8::1]:folder"'])(
  'an IPv6 address is the host of %s',
  (text) => {
    expect(factsOf(text).hosts.map(({ host }) => host)).toStrictEqual(['2001:db8::1']);
  },
);

describe('what a command hides', () => {
  test('a program in another language that stands on standard input is part of its line', () => {
    expect(commandOf(`node <<< "require('x')"`, 'node').line).toBe(`node <<< 'require('\\''x'\\'')'`);
    expect(commandOf("python3 - <<'E'\nimport os\nE", 'python3').line).toBe("python3 - <<< 'import os\n'");
  });

  test.each([
    'PYTEST_ADDOPTS=-pevil pytest',
    'CARGO_BUILD_RUSTC_WRAPPER=/tmp/x cargo build',
    'RUSTC_WORKSPACE_WRAPPER=/tmp/x cargo build',
    'ESBUILD_BINARY_PATH=/tmp/x npm test',
    'PSQLRC=/tmp/x psql',
    'COMPOSE_FILE=/tmp/x docker compose up',
    'GOENV=/tmp/x go build',
    'CGO_CFLAGS=-fplugin=/tmp/x go build',
    'CMAKE_C_COMPILER_LAUNCHER=/tmp/x cmake .',
    'TF_CLI_ARGS_plan=-var-file=/tmp/x terraform plan',
    'PIP_FIND_LINKS=https://x.example pip install y',
    'RIPGREP_CONFIG_PATH=/tmp/x rg y',
    'SHELL=/tmp/x make',
  ])('%s says that its surroundings decide what runs', (text) => {
    expect(factsOf(text).commands[0]?.unresolved).toContain('environment');
  });

  test.each([
    'PIP_NO_CACHE_DIR=1 pip install y',
    'CARGO_TERM_COLOR=always cargo build',
    'GOOS=linux go build',
    'CGO_ENABLED=0 go build',
  ])('%s does not', (text) => {
    expect(factsOf(text).commands[0]?.unresolved).not.toContain('environment');
  });

  test.each([
    ['date -f /s/key', 'read /s/key'],
    ['wc --files0-from=/s/key', 'read /s/key'],
    ['du --files0-from=/s/key', 'read /s/key'],
    ['openssl dgst -sign /s/key a', 'read /s/key'],
    ['sqlite3 -init /s/key a.db', 'read /s/key'],
    // `{}` may be a folder deeper down, or a file.
    ['find . -name x -exec cp a {} \\;', 'write /w/app'],
  ])('%s touches %s', (text, file) => {
    expect(factsOf(text).files.map(({ access, path }) => `${access} ${path}`)).toContain(file);
  });

  test('a database that is named in a text is a host', () => {
    expect(factsOf('psql "host=db.example dbname=x"').hosts.map(({ host }) => host)).toContain('db.example');
    expect(factsOf(`sqlite3 :memory: "select readfile('/s/key')"`).unresolved).toContain('inline-code');
  });
});
