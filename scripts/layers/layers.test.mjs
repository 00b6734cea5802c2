// Plants violations of each import rule in a tree of its own and expects the checker to name them, and nothing else:
// a checker that reads no file, or matches no path, passes every tree.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LAYERS, PORT_MODULES, PORTED_ROOMS } from './rooms.mjs';

const ROOT = join(import.meta.dirname, '../..');
const CRUISER = join(ROOT, 'node_modules/.bin/depcruise');
const CORE = 'packages/core/src';

let tree;

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'layers-'));
  mkdirSync(join(tree, 'node_modules/@writ'), { recursive: true });
  for (const name of readdirSync(join(ROOT, 'packages'))) {
    mkdirSync(join(tree, 'packages', name), { recursive: true });
    copyFileSync(join(ROOT, 'packages', name, 'package.json'), join(tree, 'packages', name, 'package.json'));
    symlinkSync(join(tree, 'packages', name), join(tree, 'node_modules/@writ', name));
  }
  writeFileSync(join(tree, 'package.json'), '{"name":"planted","type":"module"}');
});

afterAll(() => rmSync(tree, { recursive: true, force: true }));

/** What the checker says about a tree of these files, as `file: rule`. Every folder's index.ts exists. */
function check(files) {
  for (const name of ['core', 'detectors', 'gateway', 'cli']) {
    for (const part of ['src', 'test'])
      rmSync(join(tree, 'packages', name, part), { recursive: true, force: true });
  }
  rmSync(join(tree, 'examples'), { recursive: true, force: true });
  const doors = [
    ...LAYERS.flat().map((room) => `${CORE}/${room}/index.ts`),
    ...['core', 'detectors', 'gateway', 'cli'].map((name) => `packages/${name}/src/index.ts`),
  ];
  const all = { ...Object.fromEntries(doors.map((path) => [path, 'export const door = 1;\n'])), ...files };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  const args = ['--config', join(ROOT, '.dependency-cruiser.mjs'), '--output-type', 'json', 'packages'];
  if (Object.keys(files).some((path) => path.startsWith('examples/'))) args.push('examples');
  const { stdout, stderr } = spawnSync(CRUISER, args, { cwd: tree, encoding: 'utf8' });
  if (!stdout) throw new Error(stderr);
  const { summary } = JSON.parse(stdout);
  expect(summary.totalCruised).toBeGreaterThanOrEqual(Object.keys(all).length);
  return [...new Set(summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`))].sort();
}

/** The files of the rows together, one run for all: each row is [file, source, rule]. */
function plant(rows) {
  return check(Object.fromEntries(rows.map(([path, text]) => [path, text])));
}

const named = (rows) => rows.map(([path, , rule]) => `${path}: ${rule}`).sort();

const from = (specifier, how = 'import') =>
  `${how} { door } from '${specifier}';\nexport const here = door;\n`;
const typeFrom = (specifier) =>
  `import type { door } from '${specifier}';\nexport type Here = typeof door;\n`;

test('a tree that keeps the rules has no violation', () => {
  const allowed = {
    [`${CORE}/policy/a.ts`]: from('../model/index.ts'),
    [`${CORE}/policy/language/index.ts`]: from('./deep.ts'),
    [`${CORE}/policy/language/deep.ts`]: from('../b.ts'),
    [`${CORE}/policy/b.ts`]: from('../kernel/index.ts'),
    [`${CORE}/policy/c.ts`]: from('./language/index.ts'),
    [`${CORE}/policy/c.test.ts`]: `${from('../testing/index.ts')}import 'node:http';\n`,
    [`${CORE}/model/hash.ts`]: from('../kernel/crypto/index.ts'),
    [`${CORE}/kernel/crypto/index.ts`]: `import 'node:crypto';\n${from('../fault.ts')}`,
    [`${CORE}/kernel/fault.ts`]: 'export const door = 1;\n',
    [`${CORE}/runtime/process.ts`]: "import 'node:child_process';\n",
    [`${CORE}/guard/g.ts`]: from('../runtime/index.ts'),
    [`${CORE}/testing/t.ts`]: from('../guard/index.ts'),
    'packages/gateway/src/a.ts': from('@writ/core'),
    'packages/gateway/src/b.ts': from('@writ/core/proof'),
    'packages/core/test/a.ts': from('../src/policy/index.ts'),
  };
  expect(check(allowed)).toEqual([]);
});

describe('rule 1: imports go to lower layers only', () => {
  test('a higher layer and a sibling are refused from every room, type imports and re-exports included', () => {
    const rooms = LAYERS.flat();
    const rows = LAYERS.flatMap((layer, level) =>
      layer.flatMap((room) => {
        const refused = LAYERS.slice(level)
          .flat()
          .filter((other) => other !== room);
        return refused.map((other, at) => [
          `${CORE}/${room}/to-${other}.ts`,
          [from, typeFrom, (to) => from(to, 'export')]
            [at % 3](`../${other}/index.ts`)
            .replace(/^(export .*)\n[^]*/, '$1\n'),
          `layer-order-${room}`,
        ]);
      }),
    );
    expect(rows.length).toBeGreaterThan(rooms.length * 3);
    expect(plant(rows)).toEqual(named(rows));
  });

  test('a room may not use the entry point above it', () => {
    const rows = [[`${CORE}/model/a.ts`, from('../index.ts'), 'layer-order-model']];
    expect(plant(rows)).toEqual(named(rows));
  });

  test('a test beside the code may use testing, but no sibling', () => {
    const rows = [[`${CORE}/policy/a.test.ts`, from('../audit/index.ts'), 'layer-order-policy-tests']];
    expect(plant(rows)).toEqual(named(rows));
  });

  test('a room that stands in no layer is refused', () => {
    const path = `${CORE}/unheard-of/a.ts`;
    expect(plant([[path, from('../kernel/index.ts')]])).toEqual([`${path}: known-rooms-only`]);
    const user = `${CORE}/guard/a.ts`;
    expect(
      plant([
        [user, from('../unheard-of/index.ts')],
        [`${CORE}/unheard-of/index.ts`, from('./b.ts')],
        [`${CORE}/unheard-of/b.ts`, 'export const door = 1;'],
      ]),
    ).toContain(`${user}: known-rooms-only-imported`);
  });

  test('a package may not use one above it', () => {
    const rows = [
      ['packages/core/src/guard/a.ts', from('@writ/gateway'), 'package-order-core'],
      ['packages/detectors/src/a.ts', from('@writ/cli'), 'package-order-detectors'],
      ['packages/gateway/src/a.ts', from('@writ/cli'), 'package-order-gateway'],
    ];
    expect(plant(rows)).toEqual(named(rows));
  });
});

describe('rule 2: no cycles', () => {
  test.each([
    ['of values', from],
    ['of types alone', typeFrom],
  ])('%s', (_why, write) => {
    const found = plant([
      [`${CORE}/policy/a.ts`, write('./b.ts')],
      [`${CORE}/policy/b.ts`, write('./c.ts')],
      [`${CORE}/policy/c.ts`, write('./a.ts')],
    ]);
    expect(found).toContain(`${CORE}/policy/a.ts: no-cycles`);
  });
});

describe('rule 3: L0 to L2 reach the world through ports', () => {
  test('each module that opens a socket, starts a process or reads clock or environment is refused in each room', () => {
    const rows = PORTED_ROOMS.filter((room) => room !== 'proof').flatMap((room) =>
      PORT_MODULES.map((name, at) => [
        `${CORE}/${room}/uses-${name.replace('/', '-')}.ts`,
        at % 2 ? `import 'node:${name}';\n` : `export const lazy = import('${name}');\n`,
        'ports-only',
      ]),
    );
    expect(plant(rows)).toEqual(named(rows));
  });

  test('proof uses no built-in module at all', () => {
    const rows = [[`${CORE}/proof/a.ts`, "import 'node:crypto';\n", 'proof-runs-in-a-browser']];
    expect(plant(rows)).toEqual(named(rows));
  });
});

describe('rule 4: folders are entered through index.ts, packages through their entry points', () => {
  test('a file behind the door of another folder is refused', () => {
    const target = 'export const door = 1;\n';
    const rows = [
      [`${CORE}/policy/a.ts`, from('../model/verdict.ts'), 'enter-through-index-depth-1'],
      [`${CORE}/policy/b.ts`, from('./language/parse.ts'), 'enter-through-index-depth-1'],
      [`${CORE}/index.ts`, from('./model/verdict.ts'), 'enter-through-index-depth-0'],
      [`${CORE}/guard/a.ts`, from('../policy/language/index.ts'), 'enter-through-index-depth-1'],
      [`${CORE}/policy/engine/a.ts`, from('../language/parse.ts'), 'enter-through-index-depth-2'],
      [`${CORE}/policy/engine/deep/a.ts`, from('../../language/parse.ts'), 'enter-through-index-depth-3'],
      [`${CORE}/policy/a.test.ts`, from('../model/verdict.ts'), 'enter-through-index-depth-1'],
      ['packages/gateway/src/a.ts', from('./mcp/stdio.ts'), 'enter-through-index-depth-0'],
      ['packages/core/test/a.ts', from('../src/policy/language/parse.ts'), 'tests-enter-through-index'],
    ];
    const targets = [
      [`${CORE}/model/verdict.ts`, target],
      [`${CORE}/policy/language/parse.ts`, target],
      [`${CORE}/policy/language/index.ts`, target],
      ['packages/gateway/src/mcp/stdio.ts', target],
    ];
    expect(plant([...rows, ...targets])).toEqual(named(rows));
  });

  test('a path into another package, and an entry it does not declare, are refused', () => {
    const rows = [
      ['packages/cli/src/d.ts', from('../../gateway/test/governed.ts'), 'no-fixtures-in-code'],
      ['packages/gateway/src/a.ts', from('../../core/src/model/index.ts'), 'package-entries-only'],
      ['packages/gateway/src/a.ts', '', 'package-by-name'],
      ['packages/cli/src/a.ts', from('../../core/src/index.ts'), 'package-by-name'],
      [
        'examples/story/main.ts',
        from('../../packages/core/src/model/index.ts'),
        'package-entries-only-outside',
      ],
      ['packages/detectors/src/a.ts', from('@writ/core/src/model/index.ts'), 'resolvable'],
    ];
    expect(
      check({
        ...Object.fromEntries(rows.filter(([, text]) => text).map(([path, text]) => [path, text])),
        'packages/gateway/test/governed.ts': 'export const door = 1;\n',
      }),
    ).toEqual(named(rows));
  });
});
