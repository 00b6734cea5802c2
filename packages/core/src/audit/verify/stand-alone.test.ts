/** The verifier in one file, as an auditor runs it: copied to a folder of its own, with nothing beside it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';

import { toHex } from '../../kernel/index.ts';
import { hasMlDsa44, sha256 } from '../../kernel/crypto/index.ts';
import {
  addSignatures,
  byteTreeHasher,
  cosign,
  formatNote,
  formatVerifierKey,
  parseNote,
  treeRoot,
  verifyLog,
} from '../../proof/index.ts';
import { sampleEntries, sampleLog, sampleMlDsaSigner, sampleSigner } from '../../testing/index.ts';

const VERIFIER = join(import.meta.dirname, '../../../verify/verify.mjs');
const hasher = byteTreeHasher(sha256);
const signer = sampleSigner('example.org/log', 1);
const MAKE_PIPE = 'mkfifo';
const SIZE = 70_000;
const log = sampleLog(sampleEntries(SIZE), signer);
let home: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'writ-alone-'));
  copyFileSync(VERIFIER, join(home, 'verify.mjs'));
  writeFileSync(join(home, 'log.vkey'), formatVerifierKey(signer.key));
  write('log', log.files);
  return () => rmSync(home, { recursive: true, force: true });
});

function write(name: string, files: ReadonlyMap<string, Uint8Array>): void {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(home, name, path)), { recursive: true });
    writeFileSync(join(home, name, path), bytes);
  }
}

function run(...flags: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['verify.mjs', ...flags], {
    cwd: home,
    encoding: 'utf8',
    env: {},
  });
  return { status, stdout, stderr };
}

describe('how it ends', () => {
  test.each([
    ['verified', ['log', '--key', 'log.vkey', '--opaque'], 0],
    ['verified as far as the root', ['log', '--key', 'log.vkey', '--root-only'], 0],
    ['without a key', ['log', '--opaque'], 1],
    ['entries that are not those of Writ, taken for such', ['log', '--key', 'log.vkey'], 1],
    ['no folder named', ['--key', 'log.vkey'], 2],
    ['an unknown flag', ['log', '--kee', 'log.vkey'], 2],
    ['no number', ['log', '--key', 'log.vkey', '--size', 'many'], 2],
    ['two starts', ['log', '--key', 'log.vkey', '--from', 'log.vkey', '--from', 'log.vkey'], 2],
    ['a key file that is none', ['log', '--key', 'log/checkpoint'], 2],
    ['a key file that is not there', ['log', '--key', 'gone.vkey'], 2],
    ['no log at all', ['nowhere', '--key', 'log.vkey'], 1],
  ])('%s', (_what, flags, status) => {
    const ran = run(...flags);
    expect(ran, ran.stdout + ran.stderr).toMatchObject({ status });
    expect(ran.stdout.startsWith('verified')).toBe(status === 0);
  });

  test('a pipe in place of a file ends it, and nothing waits', () => {
    write('piped', new Map([['checkpoint', log.files.get('checkpoint')!]]));
    mkdirSync(join(home, 'piped/tile/entries'), { recursive: true });
    execFileSync(MAKE_PIPE, [join(home, 'piped/tile/entries/000')]);
    expect(run('piped', '--key', 'log.vkey', '--opaque')).toMatchObject({ status: 2, stdout: '' });
  });
});

test('two lines that show one entry are refused, because only one of them could be what is checked', () => {
  const line = JSON.stringify({ index: 0, body: { fields: {} } });
  writeFileSync(join(home, 'twice'), `${line}\n${line}\n`);
  expect(run('log', '--key', 'log.vkey', '--disclosed', 'twice')).toMatchObject({ status: 2, stdout: '' });
});

test('what a log says cannot move the cursor of a terminal', () => {
  const name = 'example.org/\u009b2J\u202e';
  write('odd', sampleLog(sampleEntries(3), sampleSigner('odd.example', 2)).files);
  const note = Buffer.from(log.files.get('checkpoint')!).toString();
  write('odd', new Map([['checkpoint', Buffer.from(note.replace(/^example.org\/log/, name))]]));
  expect(run('odd', '--key', 'log.vkey').stdout).toMatch(/^[\n -~]*$/);
});

describe('a start from a checkpoint verified earlier', () => {
  const from = (size: number, name = 'log') => {
    writeFileSync(join(home, 'earlier'), log.checkpointAt(size));
    return run(name, '--key', 'log.vkey', '--opaque', '--from', 'earlier');
  };

  test.each([1, 256, 65_535, 65_536, 65_792, 69_999, SIZE])('at %i verifies', (size) => {
    const ran = from(size);
    expect(ran, ran.stdout).toMatchObject({ status: 0 });
    expect(ran.stdout).toMatch(/consistency +passed/);
  });

  test('reads no entry under it but those of its last, begun bundle', () => {
    const files = new Map([...log.files].filter(([path]) => !/^tile\/(?:0|entries)\/[01]/.test(path)));
    write('later', files);
    expect(from(66_000, 'later')).toMatchObject({ status: 0 });
    expect(run('later', '--key', 'log.vkey', '--opaque')).toMatchObject({ status: 1 });
  });

  test('is refused where the tiles before it are not those under it', () => {
    const files = new Map(log.files);
    files.set(
      'tile/1/000',
      files.get('tile/1/000')!.map((byte, at) => (at === 64 ? byte ^ 1 : byte)),
    );
    const forged = files.get('tile/2/000.p/1')!.map((byte, at) => (at === 0 ? byte ^ 1 : byte));
    write('forged', files.set('tile/2/000.p/1', forged));
    expect(from(66_000, 'forged')).toMatchObject({ status: 1 });
  });
});

test('its root is that of a naive recomputation, for any entries', async () => {
  const entry = fc.uint8Array({ maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 600, size: 'max' }), async (entries) => {
      const one = sampleLog(entries, signer);
      const report = await verifyLog({ source: one.source, trust: one.trust });
      expect(report).toMatchObject({ ok: true, size: entries.length });
      const naive = treeRoot(
        hasher,
        entries.map((bytes) => hasher.leaf(bytes)),
      );
      expect(toHex(report.root ?? new Uint8Array())).toBe(toHex(naive));
    }),
    { numRuns: 30 },
  );
});

test('every size to 300 verifies, and every checkpoint noted on the way', async () => {
  for (let size = 0; size <= 300; size += 1) {
    const one = sampleLog(sampleEntries(size), signer);
    const noted = [0, Math.floor(size / 2), size].map(one.checkpointAt);
    expect(await verifyLog({ source: one.source, trust: one.trust, noted }), String(size)).toMatchObject({
      ok: true,
    });
    const other = sampleLog(sampleEntries(size, 'other'), signer);
    if (size > 0) expect((await verifyLog({ source: other.source, trust: one.trust, noted })).ok).toBe(false);
  }
});

test.skipIf(!hasMlDsa44())(
  'a witness with a post-quantum key counts, until its cosignature is altered',
  () => {
    const witness = sampleMlDsaSigner('witness.example/pq', 5);
    writeFileSync(join(home, 'pq.vkey'), formatVerifierKey(witness.key));
    const demand = ['--key', 'log.vkey', '--opaque', '--witness', 'pq.vkey', '--quorum', '1'];
    const one = sampleLog(sampleEntries(300), signer);
    one.edit('checkpoint', (note) =>
      addSignatures(note, [cosign(parseNote(note).text, witness, 1_760_000_000)]),
    );
    write('witnessed', one.files);
    const ran = run('witnessed', ...demand);
    expect(ran, ran.stdout).toMatchObject({ status: 0 });
    expect(ran.stdout).toContain('witnessed 300 of 300');
    one.edit('checkpoint', (note) => {
      const { text, signatures } = parseNote(note);
      const altered = signatures.map((line) => ({
        ...line,
        signature: line.signature.with(7, line.signature[7]! ^ 1),
      }));
      return formatNote({ text, signatures: [signatures[0]!, altered[1]!] });
    });
    write('witnessed', one.files);
    const other = run('witnessed', ...demand);
    expect(other).toMatchObject({ status: 1 });
    expect(other.stdout).toMatch(
      /problem signature-invalid[\s\S]*witnesses-missing|witnesses-missing[\s\S]*signature-invalid/,
    );
  },
);
