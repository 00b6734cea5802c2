/** Published files: each edit is named, and nothing waits for what stands in place of a file. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { signNote } from '../../proof/index.ts';
import { sampleSigner } from '../../testing/index.ts';
import { DATABASE_FILE, verifyFolder } from '../index.ts';
import { MAKE_PIPE, key, earlier, copy, startFault, verified } from './fixtures.ts';

/** Published files: the edit · what verification of the files names. */
const FILES: readonly (readonly [string, (log: string) => void, string])[] = [
  [
    'a bundle with a byte behind it',
    (log) => appendFileSync(join(log, 'tile/entries/000'), 'x'),
    'bundle-malformed',
  ],
  [
    'a bundle with a whole entry behind it',
    (log) => appendFileSync(join(log, 'tile/entries/000'), Buffer.from([0, 1, 120])),
    'bundle-malformed',
  ],
  ['a bundle cut short', (log) => truncateSync(join(log, 'tile/entries/000'), 1000), 'bundle-malformed'],
  ['a bundle of nothing', (log) => writeFileSync(join(log, 'tile/entries/000'), ''), 'bundle-malformed'],
  ['a bundle removed', (log) => rmSync(join(log, 'tile/entries/000')), 'bundle-missing'],
  [
    'a tile with a hash behind it',
    (log) => appendFileSync(join(log, 'tile/0/000'), Buffer.alloc(32)),
    'tile-malformed',
  ],
  ['a sparse tile', (log) => writeFileSync(join(log, 'tile/0/000'), Buffer.alloc(8192)), 'leaf-mismatch'],
  ['a tile removed', (log) => rmSync(join(log, 'tile/0/000')), 'tile-missing'],
  [
    'a bundle that is a link to another',
    (log) => link(log, 'tile/entries/000', 'tile/0/000'),
    'bundle-malformed',
  ],
  [
    'a checkpoint with another key’s signature in place of the log’s',
    (log) =>
      writeFileSync(join(log, 'checkpoint'), signNote(text(log), [sampleSigner('log.example/test', 3)])),
    'no-trusted-key',
  ],
  [
    'a checkpoint of another origin by a key the verifier does not have',
    (log) =>
      writeFileSync(
        join(log, 'checkpoint'),
        signNote(text(log).replace('log.example/test', 'log.example/other'), [
          sampleSigner('log.example/other', 7),
        ]),
      ),
    'no-trusted-key',
  ],
  [
    'a line put into the checkpoint',
    (log) => editCheckpoint(log, (note) => note.replace('\n\n', '\nmore\n\n')),
    'signature-invalid',
  ],
  [
    'a size past every file',
    (log) => editCheckpoint(log, (note) => note.replace(/\n\d+\n/, '\n9007199254740991\n')),
    'signature-invalid',
  ],
  [
    'a second signature that is none',
    (log) => appendFileSync(join(log, 'checkpoint'), '— x AAAA\n'),
    'checkpoint-malformed',
  ],
  ['a checkpoint of nothing', (log) => writeFileSync(join(log, 'checkpoint'), ''), 'checkpoint-malformed'],
];

test.each(FILES)('published: %s', async (_what, edit, code) => {
  const path = copy();
  edit(join(path, 'log'));
  const report = await verifyFolder(path, { keys: [key] });
  expect(report.problems.map((problem) => problem.code)).toContain(code);
  expect(report.ok).toBe(false);
});

test('a signature by a stranger beside the log’s own says nothing, good or bad', async () => {
  const path = copy();
  const file = join(path, 'log', 'checkpoint');
  const stranger = Buffer.from(signNote(text(join(path, 'log')), [sampleSigner('stranger', 3)])).toString();
  appendFileSync(file, stranger.slice(stranger.indexOf('\n\n') + 2));
  expect(await verified(path, true)).toEqual([]);
});

test('tiles and bundles of an earlier time do not pass under the checkpoint of now', async () => {
  const path = copy();
  rmSync(join(path, 'log', 'tile'), { recursive: true });
  cpSync(join(earlier, 'log', 'tile'), join(path, 'log', 'tile'), { recursive: true });
  expect((await verifyFolder(join(path, 'log'), { keys: [key] })).ok).toBe(false);
});

/** What stands where a file should: nothing may wait for it. */
const PLACES: readonly (readonly [string, (path: string) => void])[] = [
  ['a folder', (path) => mkdirSync(path)],
  ['a pipe', (path) => void execFileSync(MAKE_PIPE, [path])],
  ['a link to a device', (path) => symlinkSync('/dev/zero', path)],
];

describe.each(PLACES)('%s in place of', (_what, put) => {
  test.each(['log/checkpoint', 'log/tile/entries/000', 'log/tile/0/000', DATABASE_FILE, 'locks/publish'])(
    '%s is a fault or a problem, and nothing waits for it',
    async (file) => {
      const path = copy();
      rmSync(join(path, file), { recursive: true, force: true });
      put(join(path, file));
      const problems = await verified(path, true);
      if (!file.startsWith('locks')) expect(problems).not.toEqual([]);
      const start = await startFault(path);
      if (file === 'log/checkpoint' || file === DATABASE_FILE) expect(start).toBe('log.unavailable');
      else expect(['starts', 'log.unavailable']).toContain(start);
    },
  );
});

function text(log: string): string {
  const note = readFileSync(join(log, 'checkpoint'), 'utf8');
  return note.slice(0, note.indexOf('\n\n') + 1);
}

function editCheckpoint(log: string, change: (note: string) => string): void {
  const file = join(log, 'checkpoint');
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

function link(log: string, from: string, to: string): void {
  renameSync(join(log, from), join(log, `${from}.kept`));
  symlinkSync(join(log, to), join(log, from));
}
