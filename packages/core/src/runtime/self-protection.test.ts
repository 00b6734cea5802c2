import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSelfProtection, type SelfProtection } from './self-protection.ts';

let root = '';
let protection: SelfProtection;

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'writ-self-')));
  mkdirSync(join(root, '.writ', 'keys'), { recursive: true });
  writeFileSync(join(root, 'writ.yaml'), '');
  symlinkSync(join(root, '.writ'), join(root, 'innocent'));
  symlinkSync(join(root, 'writ.yaml'), join(root, 'bare'));
  symlinkSync(join(root, '.writ', 'not-there-yet'), join(root, 'dangling'));
  symlinkSync('circle-b', join(root, 'circle-a'));
  symlinkSync('circle-a', join(root, 'circle-b'));
  protection = createSelfProtection({ paths: [join(root, '.writ'), join(root, 'writ.yaml')], bases: [root] });
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('self-protection', () => {
  test.each([
    ['an absolute path', () => ({ path: join(root, '.writ/writ.db') })],
    ['the folder itself', () => ({ path: join(root, '.writ') })],
    ['a relative path', () => ({ path: '.writ/keys/log.key' })],
    ['a path with detours', () => ({ path: 'notes/../.writ//writ.db' })],
    ['a file URL', () => ({ uri: `file://${join(root, 'writ.yaml')}` })],
    ['a percent-encoded path', () => ({ uri: '%2ewrit/writ.db' })],
    ['a twice-encoded path', () => ({ uri: '%252ewrit/writ.db' })],
    ['a symbolic link', () => ({ path: 'innocent/writ.db' })],
    ['a bare name that is a symbolic link', () => ({ path: 'bare' })],
    ['a link to a file that does not exist yet', () => ({ path: 'dangling' })],
    ['a word of a command line', () => ({ command: 'cat a.txt >.writ/writ.db; true' })],
    ['an element of a nested list', () => ({ paths: [['ok', { deep: './writ.yaml' }]] })],
    [
      'a path in other letters, where the file system may not tell them apart',
      () => ({ path: '.WRIT/Writ.db' }),
    ],
    ['a percent-encoding beside one that is none', () => ({ uri: '%zz %2ewrit%2fwrit.db' })],
    [
      'a path behind much text',
      () => ({ command: `true ${'# padding '.repeat(20_000)}\ncat .writ/keys/log.key` }),
    ],
    [
      'an encoded path behind much text',
      () => ({ command: `${'# padding '.repeat(20_000)} %2ewrit/keys/log.key` }),
    ],
    [
      'a path with detours behind much text',
      () => ({ command: `${'x '.repeat(50_000)} cat ./notes/../.writ/writ.db` }),
    ],
    ['a property name', () => ({ '.writ/writ.db': 1 })],
  ])('%s is seen', (_what, args) => {
    expect(protection.reachedBy(args())).toBeDefined();
  });

  test.each([
    ['a circle of links', () => ({ path: './circle-a' })],
    ['a neighbour', () => ({ path: join(root, 'notes.md') })],
    ['a longer name', () => ({ path: join(root, '.writer/x') })],
    ['prose', () => ({ text: 'the writ was served; see writ-2 and .write' })],
    ['an invalid percent sign', () => ({ text: '100% of .wri' })],
  ])('%s is not', (_what, args) => {
    expect(protection.reachedBy(args())).toBeUndefined();
  });

  test('what was seen by one look is seen anew by the next: links made meanwhile', () => {
    const held = realpathSync(mkdtempSync(join(tmpdir(), 'writ-self-later-')));
    try {
      const base = join(held, 'work');
      mkdirSync(join(held, 'data', 'keys'), { recursive: true });
      mkdirSync(base);
      const later = createSelfProtection({ paths: [join(held, 'data')], bases: [base] });
      const wanted = [
        { path: 'fresh/keys/log.key' },
        { path: 'fresh' },
        { text: 'see ./deep/fresh/keys now' },
      ];
      expect(wanted.map((args) => later.reachedBy(args))).toEqual([undefined, undefined, undefined]);
      symlinkSync(join(held, 'data'), join(base, 'fresh'));
      mkdirSync(join(base, 'deep'));
      symlinkSync(join(held, 'data'), join(base, 'deep', 'fresh'));
      for (const args of wanted) expect(later.reachedBy(args)).toBe(join(held, 'data'));
      // The folder itself, from which relative paths start, made a link.
      rmSync(base, { recursive: true });
      symlinkSync(join(held, 'data'), base);
      expect(later.reachedBy({ path: 'nothing/there/yet' })).toBe(join(held, 'data'));
    } finally {
      rmSync(held, { recursive: true, force: true });
    }
  });

  test.each([
    ['a name in ASCII', 'writ.yaml', 'cat WRIT.yaml|true'],
    ['a letter that only folds to one of its name', 'kind.yaml', 'cat \u212aind.yaml'],
    ['a name beyond ASCII', 'schlüssel', 'cat SCHLU\u0308SSEL'],
    ['an encoded name', 'writ.yaml', 'cat wri%74.yaml;'],
    ['a name beside letters that compose', 'writ.yaml', 'x=\u0338 writ.yaml=\u0338'],
  ])('%s is seen as a bare word', (_what, name, command) => {
    const words = createSelfProtection({ paths: [join(root, name)], bases: [root] });
    expect(words.reachedBy({ command })).toBe(join(root, name));
  });
});

describe('what goes along with something else', () => {
  let folder = '';
  let own: SelfProtection;
  beforeAll(() => {
    folder = join(root, 'deep/project');
    mkdirSync(join(folder, '.writ'), { recursive: true });
    mkdirSync(join(folder, 'policies/more'), { recursive: true });
    for (const file of ['writ.yaml', 'policies/30-never.cedar', 'policies/more/a.cedar'])
      writeFileSync(join(folder, file), '');
    const paths = ['.writ', 'writ.yaml', 'policies'].map((name) => join(folder, name));
    own = createSelfProtection({ paths, bases: [folder] });
  });

  test.each([
    ['delete', ''],
    ['delete', '..'],
    ['delete', '*'],
    ['delete', 'pol*'],
    ['delete', '[p]olicies'],
    ['delete', 'p?licies/more'],
    ['delete', '*/more'],
    ['delete', '.wri?'],
    ['delete', '**/30-never.cedar'],
    ['delete', '**/a/**/b/**/c/**/d/**/e'],
    ['write', '*/30-never.cedar'],
    ['write', 'po*s/*'],
    ['write', '*/*.cedar'],
    ['write', '**/*.cedar'],
    ['write', 'writ.y*'],
    ['write', 'pol*'],
    ['write', '*'],
  ] as const)('%s %s', (access, pattern) => {
    expect(own.sweptBy([{ path: join(folder, pattern), access }])).toBeDefined();
  });

  test.each([
    ['delete', 'src'],
    ['delete', '*.log'],
    ['delete', '*/*.log'],
    ['delete', 'policies-old'],
    ['delete', '../other'],
    ['write', ''],
    ['write', '*/*.ts'],
    ['write', 'src/**/*.ts'],
    ['delete', '**/*.log'],
    ['delete', '**/keys'],
  ] as const)('but not by %s %s', (access, pattern) => {
    expect(own.sweptBy([{ path: join(folder, pattern), access }])).toBeUndefined();
  });
});
