/** The analysis of shell texts takes time in proportion to a text: of its expressions this is proved one by one. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyseShell } from '@writ/detectors/shell';
import { analyse } from 'scslre';
import { describe, expect, test } from 'vitest';

const FOLDER = join(import.meta.dirname, '..', '..', 'src', 'shell');
const SOURCES = globSync('**/*.ts', { cwd: FOLDER })
  .filter((file) => !file.endsWith('.test.ts'))
  .map((file) => ({ file, source: withoutComments(readFileSync(join(FOLDER, file), 'utf8')) }));

/** A regular expression literal: behind what an expression can follow, so that a division or a path in a string is none. */
const LITERAL =
  /(?<=[=(,:[!&|?>{;]\s*|return\s+|^\s*)\/(?![/*])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[dgimsuvy]*(?=[;,.)\s\]}])/gm;

const TABLE = SOURCES.flatMap(({ file, source }) =>
  [...source.matchAll(LITERAL)].map(([literal]) => ({ file, literal })),
);

/** What is wrong with an expression: for which of its quantifiers a text exists that takes more than linear time. */
function problemsOf(literal: string): readonly string[] {
  const end = literal.lastIndexOf('/');
  const { reports } = analyse(new RegExp(literal.slice(1, end), literal.slice(end + 1)), { maxReports: 3 });
  return reports.map(({ type, character }) => `${type} over ${character.pick}`);
}

describe('expressions of the shell analysis', () => {
  test('are found in the sources', () => {
    expect(TABLE.length).toBeGreaterThan(250);
    expect(TABLE.some(({ literal }) => literal.includes('proxycommand'))).toBe(true);
  });

  test('are all literals, so that the table holds every one', () => {
    const built = SOURCES.filter(({ source }) => /\bRegExp\(/.test(source));
    expect(built.map(({ file }) => file)).toEqual([]);
  });

  test.each(TABLE)('$file: $literal takes linear time for every text', ({ literal }) => {
    expect(problemsOf(literal)).toEqual([]);
  });

  test.each([
    ['a run that begins anywhere and may not end', '/ +$/'],
    ['the rest of a line, from any place', '/:.*$/'],
    ['two runs over the same characters', String.raw`/^\s*(.*)$/`],
    ['a run of runs', '/^(?:a+)+$/'],
  ])('%s would be refused', (_why, literal) => {
    expect(problemsOf(literal)).not.toEqual([]);
  });
});

describe('texts that are made to be slow', () => {
  const LONGEST = 262_144;
  /** Words that reach what is read of them, with `…` where they are long. */
  const COMMANDS = [
    "cp '…' folder/",
    "cp file other '…'",
    "make --eval '…'",
    "make --eval '\t…'",
    "tar -cf 'host:…' file",
    "git clone '…'",
    "git -c 'include.path=…' status",
    "git -c 'alias.x=…' status",
    "nc '…' 80",
    "curl -O 'http://host/…'",
    "curl -F 'a=@b…' http://host",
    "ssh -o '…' host",
    "ssh -o 'ProxyCommand …' host",
    "ssh -o 'HostName…' host",
    "scp '…' host:",
    "rsync '[…' 'host:…'",
    "socat 'EXEC:…' '…'",
    "vim -c '…'",
    "vim -c 'silent …'",
    "gdb -ex '…'",
    "gdb -ex 'set …'",
    "psql -c '…'",
    "sqlite3 file '.shell …'",
    "env -'…' program",
    "env '…' program",
    "npx '@…'",
    "uvx '…'",
    "apt-get -o '…' install package",
    "apt-get -o 'DPkg::Pre-Invoke…' install package",
    "parallel echo '…' ::: word",
    "export 'a[…'",
    "declare 'a…'",
    "python3 -c '…'",
    'python3 -c \'run("a"…\'',
    "bash '/dev/fd/0…'",
    "x=$(echo '…'); $x",
    "sed '…' file",
    "awk '…' file",
    "find . -name '…' -delete",
    "x='…'; echo ${x%%/*} ${x##*/} ${x//a/b}",
    "printf '…'",
    "cat <<'E'\n…\nE",
    '…',
  ];

  test.each([
    '/',
    ' ',
    '\n',
    '\t',
    '$(shell ',
    ':',
    '::',
    'a',
    '1',
    '@',
    '{',
    '[',
    '=',
    '!',
    '.',
    ',',
    '\\',
    'a://',
    'run(',
    'Pre-Invoke',
    'silent!',
    '\n\t',
  ])('end for %j, as often as a text may hold it', (piece) => {
    const refused = COMMANDS.map((command) => {
      const places = command.split('…').length - 1;
      const room = Math.floor((LONGEST - command.length) / places / piece.length);
      const facts = analyseShell(
        command.replaceAll('…', () => piece.repeat(room)),
        {
          cwd: '/work',
          workspace: '/work',
          home: '/home/someone',
        },
      );
      return 'refused' in facts ? facts.refused : undefined;
    });
    expect(refused).not.toContain('too-large');
  });
});

/** Source without comments. */
function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/ .*$/gm, '$1');
}
