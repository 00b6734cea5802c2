// The layers of @writ/core and the order of the packages (docs/architecture.md, section 2), as data for the checks that enforce them.

/** Rooms of packages/core/src from the lowest layer to the highest. A room not listed here is an error wherever it is imported. */
export const LAYERS = [
  ['kernel'],
  ['model', 'proof'],
  ['policy', 'audit', 'identity', 'detection', 'privacy', 'reliability'],
  ['runtime', 'records', 'compliance', 'marketplace', 'training'],
  ['guard'],
  ['adapter', 'testing'],
];

/** L0 to L2: they open no socket and read no clock, environment or randomness of their own. */
export const PORTED_ROOMS = LAYERS.slice(0, 3).flat();

/** Packages, each allowed to import only those before it. `@writ/` is left out. */
export const PACKAGES = [
  'core',
  'detectors',
  'postgres',
  's3',
  'kms',
  'export',
  'stream',
  'gateway',
  'server',
  'cli',
  'dashboard',
];

/** `node:` modules that reach the network, other processes, the environment or the clock. */
export const PORT_MODULES = [
  'child_process',
  'cluster',
  'dgram',
  'dns',
  'dns/promises',
  'http',
  'http2',
  'https',
  'inspector',
  'net',
  'perf_hooks',
  'process',
  'timers',
  'timers/promises',
  'tls',
];

/** Second doors of a room: subfolders whose index.ts other rooms may enter, each with its reason. */
export const SECOND_DOORS = {
  'packages/core/src/kernel/crypto':
    'uses node:crypto, which the browser entry ./proof must not reach through kernel',
};
