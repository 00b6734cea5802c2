// The four import rules of docs/architecture.md, section 2. scripts/layers/layers.test.ts plants a violation of each.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LAYERS, PACKAGES, PORT_MODULES, PORTED_ROOMS, SECOND_DOORS } from './scripts/layers/rooms.mjs';

const CORE = '^packages/core/src';
/** What tests stand on, those of other packages too; `no-fixtures-in-code` keeps code from it. */
const FIXTURES = '^packages/[^/]+/test/';
/** Tests, and what tests beside the code share; the build leaves both out. */
const TEST = '(?:\\.test|/fixtures)\\.tsx?$';
const ROOMS = LAYERS.flat();
/** Folders below a room in which the rule about doors still holds. */
const DEEPEST = 5;

const anyOf = (names) => `(?:${names.join('|')})`;
const builtIns = (names) => `^(?:node:)?${anyOf(names)}$`;

/** Files that the packages of the tree being checked declare as entry points. */
const entries = readdirSync('packages').flatMap((folder) => {
  const { exports = {} } = JSON.parse(readFileSync(join('packages', folder, 'package.json'), 'utf8'));
  return Object.values(exports).map(
    (target) => `^${join('packages', folder, target).replaceAll('.', '\\.')}$`,
  );
});

/** Rule 1: imports go to lower layers only. Tests may also use testing/. */
function layerRules() {
  return LAYERS.flatMap((rooms, level) =>
    rooms.map((room) => {
      const higher = LAYERS.slice(level)
        .flat()
        .filter((other) => other !== room);
      return [
        {
          name: `layer-order-${room}`,
          comment: `${room} (L${level}) imports lower layers only`,
          severity: 'error',
          from: { path: `${CORE}/${room}/`, pathNot: TEST },
          to: { path: [`${CORE}/${anyOf(higher)}/`, `${CORE}/[^/]+$`] },
        },
        {
          name: `layer-order-${room}-tests`,
          comment: `tests of ${room} (L${level}) import lower layers and testing only`,
          severity: 'error',
          from: { path: `${CORE}/${room}/.*${TEST}` },
          to: { path: `${CORE}/${anyOf([...higher.filter((other) => other !== 'testing'), '-'])}/` },
        },
      ];
    }),
  ).flat();
}

/** Rule 4: a folder is entered through its index.ts, and only from within the folder that holds it. */
function doorRules() {
  return Array.from({ length: DEEPEST + 1 }, (_, depth) => {
    const above = Array.from({ length: depth + 1 }, (_unused, level) =>
      ['^packages/$1/src', ...Array.from({ length: level }, (__, at) => `$${at + 2}`)].join('/'),
    );
    return {
      name: `enter-through-index-depth-${depth}`,
      comment: 'a folder is entered through its index.ts, and a subfolder only from within its own room',
      severity: 'error',
      from: { path: `^packages/([^/]+)/src/${'([^/]+)/'.repeat(depth)}[^/]+$` },
      to: {
        path: '^packages/$1/src/',
        pathNot: [
          ...above.flatMap((folder) => [`${folder}/[^/]+$`, `${folder}/[^/]+/index\\.ts$`]),
          ...Object.keys(SECOND_DOORS).map((folder) => `^${folder}/index\\.ts$`),
        ],
      },
    };
  });
}

/** Packages know the ones before them, by their entry points. */
function packageRules() {
  return PACKAGES.map((name, at) => ({
    name: `package-order-${name}`,
    comment: `@writ/${name} imports only the packages below it`,
    severity: 'error',
    from: { path: `^packages/${name}/` },
    to: { path: `^packages/${anyOf([...PACKAGES.slice(at + 1), '-'])}/` },
  }));
}

export default {
  forbidden: [
    ...layerRules(),
    {
      name: 'known-rooms-only',
      comment: 'a new folder of core belongs in a layer first (scripts/layers/rooms.mjs)',
      severity: 'error',
      from: { path: `${CORE}/(?!${anyOf(ROOMS)}/)[^/]+/` },
      to: {},
    },
    {
      name: 'known-rooms-only-imported',
      comment: 'a new folder of core belongs in a layer first (scripts/layers/rooms.mjs)',
      severity: 'error',
      from: {},
      to: { path: `${CORE}/(?!${anyOf(ROOMS)}/)[^/]+/` },
    },
    {
      name: 'no-cycles',
      comment: 'no cycles, type imports included',
      severity: 'error',
      from: { pathNot: 'node_modules' },
      to: { circular: true },
    },
    {
      name: 'ports-only',
      comment:
        'L0 to L2 open no socket, start no process and read no clock or environment: these come in as ports',
      severity: 'error',
      from: { path: `${CORE}/${anyOf(PORTED_ROOMS)}/`, pathNot: TEST },
      to: { path: builtIns(PORT_MODULES), dependencyTypes: ['core'] },
    },
    {
      name: 'proof-runs-in-a-browser',
      comment: 'proof is pure: no built-in module',
      severity: 'error',
      from: { path: `${CORE}/proof/`, pathNot: TEST },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'interface-runs-in-a-browser',
      comment:
        'the web interface has the verifier of core, and nothing else of this house; no built-in module',
      severity: 'error',
      from: { path: '^packages/dashboard/src/', pathNot: TEST },
      to: { path: '^packages/(?!dashboard/src/|core/src/proof/index\\.ts$)' },
    },
    {
      name: 'interface-without-built-ins',
      comment: 'no built-in module is there in a browser',
      severity: 'error',
      from: { path: '^packages/dashboard/src/', pathNot: TEST },
      to: { dependencyTypes: ['core'] },
    },
    ...doorRules(),
    {
      name: 'tests-enter-through-index',
      // What of the interface is tried in Node stands in its `test`: its sources are typed for browsers, tests beside them too.
      comment: 'tests that do not stand beside the code use a package as a user does, or a folder’s index.ts',
      severity: 'error',
      from: { path: '^packages/([^/]+)/test/', pathNot: '^packages/dashboard/test/' },
      to: {
        path: '^packages/$1/src/.+',
        pathNot: ['^packages/$1/src/[^/]+$', '/index\\.ts$'],
      },
    },
    {
      name: 'package-entries-only',
      comment: 'another package is used through an entry point it declares',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/', pathNot: ['^packages/$1/', FIXTURES, ...entries] },
    },
    {
      name: 'package-by-name',
      comment: 'another package is used by its name, never by a path into it',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/', pathNot: ['^packages/$1/', FIXTURES], dependencyTypes: ['local'] },
    },
    {
      name: 'package-entries-only-outside',
      comment: 'examples, benches and requirements use packages as a user does',
      severity: 'error',
      from: { path: '^(?:examples|bench|requirements)/' },
      to: { path: '^packages/', pathNot: entries },
    },
    ...packageRules(),
    {
      name: 'resolvable',
      comment: 'what cannot be found cannot be checked',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-fixtures-in-code',
      comment: 'code does not import what tests stand on',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { path: FIXTURES },
    },
    {
      name: 'no-tests-in-code',
      comment: 'code does not import tests',
      severity: 'error',
      from: { pathNot: TEST },
      to: { path: TEST },
    },
  ],
  options: {
    // TypeScript 7 is not one that dependency-cruiser can use; without swc .ts files would pass unread.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(?:packages/[^/]+/dist|\\.pack)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node'] },
  },
};
