/** One row for each edit of a published log, with and without the log's own key: each is found, and named, by the verifier in one file. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  addSignatures,
  cosign,
  encodeBundle,
  formatNote,
  formatVerifierKey,
  parseBundle,
  parseNote,
  signNote,
  type VerifierKey,
} from '../../proof/index.ts';
import {
  committed,
  openDraft,
  outcomeDraft,
  SAMPLE_LOG_KEYS,
  type SampleLog,
  sampleLog,
  sampleLogIdentity,
  sampleSigner,
} from '../../testing/index.ts';
import { openLog } from '../index.ts';
import { verifyFolder } from './index.ts';

const VERIFIER = join(import.meta.dirname, '../../../verify/verify.mjs');
const ORIGIN = sampleLogIdentity().origin;
const signer = sampleSigner(ORIGIN, 7);
const witnesses = [1, 2].map((id) => sampleSigner(`witness.example/w${id}`, 20 + id, 'cosignature/v1'));
const [first, second] = witnesses as [typeof signer, typeof signer];
/** Enough for a full bundle and a partial one. */
const CALLS = 150;
const FULL = 'tile/entries/000';
const PARTIAL = 'tile/entries/001.p/46';
const TIME_SECONDS = 1_760_000_000;

/** The checks that a problem may fail. */
const CHECK_OF: Readonly<Record<string, RegExp>> = {
  'checkpoint-missing': /signatures/,
  'checkpoint-malformed': /signatures/,
  'signature-invalid': /signatures/,
  'no-trusted-key': /signatures/,
  'witnesses-missing': /witnesses/,
  'tail-cut': /size|consistency/,
  'entry-count': /size/,
  'entry-misplaced': /order/,
  'entry-malformed': /order/,
  'producer-gap': /producers/,
};

type Json = Record<string, unknown>;
/** Something to look at: the files of a log, and what the verifier holds. */
interface Case {
  readonly log: SampleLog;
  disclosed: { index: number; entry?: Json; body: Json }[];
  readonly since: Uint8Array[];
  readonly flags: string[];
}

let entries: readonly Uint8Array[];
let disclosed: Case['disclosed'];
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'writ-matrix-'));
  const log = await openLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, path: join(folder, 'data') });
  for (let at = 0; at < CALLS; at += 1) {
    const draft = openDraft(`d${at}`, { committed: { note: `n${at}`, agent: 'a' }, input: { sum: at } });
    const { index } = await committed(log, draft);
    await committed(log, outcomeDraft(index));
  }
  await committed(log, openDraft('last'));
  const size = 2 * CALLS + 2;
  entries = Array.from({ length: size }, (_, index) => log.reader.entry(index).bytes);
  disclosed = [1, 3].map((index) => ({
    index,
    entry: JSON.parse(Buffer.from(entries[index]!).toString()) as Json,
    body: log.reader.body(index) as Json,
  }));
  await log.close();
  writeFileSync(join(folder, 'log.vkey'), `# the log\n${formatVerifierKey(signer.key)}\n`);
  writeFileSync(join(folder, 'witness.vkey'), witnesses.map(({ key }) => formatVerifierKey(key)).join('\n'));
  return () => rmSync(folder, { recursive: true, force: true });
});

/** A log that its own key and both witnesses signed, whatever its entries are. */
function caseOf(changed: readonly Uint8Array[] = entries): Case {
  const log = sampleLog(changed, signer);
  log.edit('checkpoint', cosigned);
  return { log, disclosed: structuredClone(disclosed), since: [], flags: [] };
}

function cosigned(note: Uint8Array): Uint8Array {
  const { text } = parseNote(note);
  return addSignatures(note, [cosign(text, first, TIME_SECONDS), cosign(text, second, TIME_SECONDS)]);
}

interface Found {
  readonly status: number | null;
  readonly printed: string;
  /** Problem codes, each once, sorted. */
  readonly codes: readonly string[];
  readonly failed: readonly string[];
}

/** What the stand-alone verifier says; the library must say the same. */
async function verify({ log, disclosed: shown, since, flags }: Case): Promise<Found> {
  const path = mkdtempSync(join(folder, 'case-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, bytes] of log.files) {
    mkdirSync(dirname(join(path, 'log', name)), { recursive: true });
    writeFileSync(join(path, 'log', name), bytes);
  }
  writeFileSync(join(path, 'shown'), shown.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const noted = since.map((bytes, at) => {
    writeFileSync(join(path, `since-${at}`), bytes);
    return ['--since', join(path, `since-${at}`)];
  });
  const keys = [
    '--key',
    join(folder, 'log.vkey'),
    '--witness',
    join(folder, 'witness.vkey'),
    '--quorum',
    '2',
  ];
  const rest = ['--disclosed', join(path, 'shown'), ...noted.flat(), ...flags];
  const ran = spawnSync(process.execPath, [VERIFIER, join(path, 'log'), ...keys, ...rest], {
    encoding: 'utf8',
  });
  const printed = `${ran.stdout}${ran.stderr}`;
  const codes = [...new Set([...printed.matchAll(/problem ([a-z-]+):/g)].map(([, code]) => code!))].sort();
  const report = await verifyFolder(join(path, 'log'), {
    keys: [signer.key],
    witnesses: witnesses.map(({ key }): VerifierKey => key),
    minimumWitnesses: 2,
    noted: since,
    disclosed: new Map(shown.map((one) => [one.index, one])),
    ...(flags[0] === '--size' ? { minimumSize: Number(flags[1]) } : {}),
  });
  // The library also refuses what Writ would not have written; nothing else may differ.
  const same = report.problems.map(({ code }) => code).filter((code) => code !== 'entry-refused');
  expect([...new Set(same)].sort()).toEqual(codes);
  expect(report.ok).toBe(ran.status === 0);
  return {
    status: ran.status,
    printed,
    codes,
    failed: [...printed.matchAll(/^ {2}(\w+) +failed$/gm)].map(([, name]) => name!),
  };
}

type Edit = (one: Case) => void;

const flip =
  (path: string, at: number): Edit =>
  (one) =>
    one.log.edit(path, (bytes) =>
      bytes.map((byte, index) => (index === (at + bytes.length) % bytes.length ? byte ^ 1 : byte)),
    );
const remove =
  (path: string): Edit =>
  (one) =>
    void one.log.files.delete(path);
const cut =
  (path: string, to: number): Edit =>
  (one) =>
    one.log.edit(path, (bytes) => bytes.slice(0, to));
const bundle =
  (path: string, change: (all: Uint8Array[]) => Uint8Array[]): Edit =>
  (one) =>
    one.log.edit(path, (bytes) => encodeBundle(change([...parseBundle(bytes)])));
const text =
  (change: (checkpoint: string) => string): Edit =>
  (one) =>
    one.log.edit('checkpoint', (bytes) => Buffer.from(change(Buffer.from(bytes).toString())));
const lines = (change: (all: string[]) => string[]): Edit =>
  text((note) => change(note.split('\n')).join('\n'));
const altered = (line: string): string => line.replace(/.{6}$/, 'AAAA==');
/** Swaps the hashes at two places of a tile. */
const swapHashes =
  (path: string): Edit =>
  (one) =>
    one.log.edit(path, (bytes) => Buffer.concat([bytes.slice(32, 64), bytes.slice(0, 32), bytes.slice(64)]));
const replace = (bytes: Uint8Array, from: string, to: string): Uint8Array => {
  const before = Buffer.from(bytes).toString();
  expect(before).toContain(from);
  return Buffer.from(before.replace(from, to));
};
/** The present checkpoint with what witnesses said of an older one. */
const oldWitnesses = (one: Case) => (note: Uint8Array) => {
  const { signatures } = parseNote(older(one, 40));
  return formatNote({
    ...parseNote(note),
    signatures: [parseNote(note).signatures[0]!, ...signatures.slice(1)],
  });
};
/** A signature line of a witness, a second later. */
const later = (line: string): string => {
  const [dash, name, blob = ''] = line.split(' ');
  const bytes = Buffer.from(blob, 'base64');
  bytes.writeBigUInt64BE(BigInt(TIME_SECONDS + 1), 4);
  return `${dash} ${name} ${bytes.toString('base64')}`;
};
const older = (one: Case, size: number): Uint8Array => cosigned(one.log.checkpointAt(size));

describe('without the log’s key', () => {
  test.each<readonly [what: string, edit: Edit, code: string]>([
    ['no checkpoint', remove('checkpoint'), 'checkpoint-missing'],
    ['an empty checkpoint', cut('checkpoint', 0), 'checkpoint-malformed'],
    ['another origin', lines((all) => all.with(0, 'other.example')), 'signature-invalid'],
    ['a larger size', lines((all) => all.with(1, '303')), 'signature-invalid'],
    ['a smaller size', lines((all) => all.with(1, '301')), 'signature-invalid'],
    ['a size of two spellings', lines((all) => all.with(1, '0302')), 'checkpoint-malformed'],
    ['another root', lines((all) => all.with(2, `${'A'.repeat(43)}=`)), 'signature-invalid'],
    ['a line more in the checkpoint', lines((all) => all.toSpliced(3, 0, 'more')), 'signature-invalid'],
    ['an altered signature', lines((all) => all.with(4, altered(all[4]!))), 'signature-invalid'],
    ['a signature cut short', lines((all) => all.with(4, all[4]!.slice(0, -8))), 'signature-invalid'],
    ['no signature of the log', lines((all) => all.toSpliced(4, 1)), 'no-trusted-key'],
    [
      'a stranger’s signature under the log’s name',
      (one) =>
        one.log.edit('checkpoint', (note) => signNote(parseNote(note).text, [sampleSigner(ORIGIN, 8)])),
      'no-trusted-key',
    ],
    ['a cosignature removed', lines((all) => all.toSpliced(5, 1)), 'witnesses-missing'],
    ['an altered cosignature', lines((all) => all.with(6, altered(all[6]!))), 'signature-invalid'],
    ['one witness twice', lines((all) => all.with(6, all[5]!)), 'witnesses-missing'],
    ['a cosignature of another time', lines((all) => all.with(5, later(all[5]!))), 'signature-invalid'],
    [
      'cosignatures of an older one',
      (one) => one.log.edit('checkpoint', oldWitnesses(one)),
      'signature-invalid',
    ],
    [
      'an older checkpoint, where a newer was noted',
      (one) => {
        one.since.push(one.log.files.get('checkpoint')!);
        one.log.files.set('checkpoint', older(one, 256));
      },
      'tail-cut',
    ],
    [
      'an older checkpoint, where the size is known',
      (one) => {
        one.flags.push('--size', '302');
        one.log.files.set('checkpoint', older(one, 256));
      },
      'tail-cut',
    ],
    ['a byte of an entry', flip(FULL, 500), 'leaf-mismatch'],
    ['the last byte of the last entry', flip(PARTIAL, -1), 'leaf-mismatch'],
    [
      'a permission made a denial',
      bundle(FULL, (all) => all.with(1, replace(all[1]!, '"allow"', '"denyy"'))),
      'leaf-mismatch',
    ],
    ['an entry removed', bundle(FULL, (all) => all.toSpliced(9, 1)), 'entry-count'],
    ['the last entry removed', bundle(PARTIAL, (all) => all.slice(0, -1)), 'entry-count'],
    ['an entry twice', bundle(PARTIAL, (all) => all.toSpliced(3, 0, all[3]!)), 'entry-count'],
    ['an entry more at the end', bundle(PARTIAL, (all) => [...all, all[0]!]), 'entry-count'],
    [
      'two entries in each other’s place',
      bundle(PARTIAL, (all) => all.with(4, all[5]!).with(5, all[4]!)),
      'leaf-mismatch',
    ],
    ['a bundle removed', remove(FULL), 'bundle-missing'],
    ['the partial bundle removed', remove(PARTIAL), 'bundle-missing'],
    ['a bundle cut', cut(FULL, -1), 'bundle-malformed'],
    ['an empty bundle', cut(PARTIAL, 0), 'bundle-malformed'],
    ['a length made larger', flip(PARTIAL, 0), 'bundle-malformed'],
    ['a leaf in a full tile', flip('tile/0/000', 70), 'leaf-mismatch'],
    ['a leaf in a partial tile', flip('tile/0/001.p/46', -1), 'leaf-mismatch'],
    ['a hash above the leaves', flip('tile/1/000.p/1', 5), 'tile-mismatch'],
    ['two leaves in each other’s place', swapHashes('tile/0/000'), 'leaf-mismatch'],
    ['a full tile removed', remove('tile/0/000'), 'tile-missing'],
    ['a partial tile removed', remove('tile/0/001.p/46'), 'tile-missing'],
    ['a tile above the leaves removed', remove('tile/1/000.p/1'), 'tile-missing'],
    ['a tile cut', cut('tile/0/000', -32), 'tile-malformed'],
    ['a tile of odd length', cut('tile/1/000.p/1', 31), 'tile-malformed'],
    [
      'an entry with its leaf and all above it',
      (one) => {
        const forged = sampleLog(entries.with(5, entries[7]!), signer).files;
        for (const [path, bytes] of forged) if (path !== 'checkpoint') one.log.files.set(path, bytes);
      },
      'root-mismatch',
    ],
  ])('%s is named', async (_what, edit, code) => {
    const one = caseOf();
    edit(one);
    const found = await verify(one);
    expect(found, found.printed).toMatchObject({
      status: 1,
      codes: expect.arrayContaining([code]) as string[],
    });
    expect(found.failed.join(), found.printed).toMatch(CHECK_OF[code] ?? /root/);
  });
});

describe('with the log’s key', () => {
  /** The entries with number `at` rewritten. */
  const rewritten = (at: number, from: string | RegExp, to: string) => (): readonly Uint8Array[] => {
    const before = Buffer.from(entries[at]!).toString();
    const after = before.replace(from, to);
    expect(after).not.toBe(before);
    return entries.with(at, Buffer.from(after));
  };

  test.each<readonly [what: string, change: () => readonly Uint8Array[], code: string]>([
    ['an entry of another log', rewritten(9, `"origin":"${ORIGIN}"`, '"origin":"other"'), 'entry-misplaced'],
    ['a time floor that falls', rewritten(9, /"timeFloor":\d+/, '"timeFloor":1'), 'entry-misplaced'],
    ['a time above its floor', rewritten(9, /"time":\d+/, '"time":9999999999999'), 'entry-misplaced'],
    ['a time that is no number', rewritten(9, /"time":\d+/, '"time":"noon"'), 'entry-misplaced'],
    [
      'witnesses of more than there was',
      rewritten(9, '"witnessedSize":0', '"witnessedSize":10'),
      'entry-misplaced',
    ],
    ['an outcome before its decision', rewritten(8, /"decisionOf":\d+/, '"decisionOf":8'), 'entry-misplaced'],
    ['an entry that is no JSON', () => entries.with(9, Buffer.from('nothing')), 'entry-malformed'],
    ['an entry that is not UTF-8', () => entries.with(9, Uint8Array.of(0x7b, 0xff)), 'entry-malformed'],
    ['no JSON between its two ends', rewritten(9, '"commitments":', 'commitments,'), 'entry-malformed'],
    ['a comma too many in its middle', rewritten(9, '"commitments":', ',"commitments":'), 'entry-malformed'],
    ['an origin twice', rewritten(9, /("origin":"[^"]+"),/, '"origin":"other",$1,'), 'entry-malformed'],
    ['a time twice', rewritten(9, /("time":\d+),/, '"time":1,$1,'), 'entry-malformed'],
    ['a kind twice', rewritten(9, '"kind":"', '"kind":"stop","kind":"'), 'entry-malformed'],
    [
      'a kind twice, under two spellings',
      rewritten(9, '"time":', '"k\\u0069nd":"stop","time":'),
      'entry-malformed',
    ],
    ['a verdict twice', rewritten(9, '"verdict":', '"verdict":"deny","verdict":'), 'entry-malformed'],
    ['a verdict twice, alike', rewritten(9, /("verdict":"\w+",)/, '$1$1'), 'entry-malformed'],
    ['a counter twice', rewritten(9, /("counter":\d+),/, '"counter":0,$1,'), 'entry-malformed'],
    ['an escape that says nothing', rewritten(9, '"allow"', '"\\u0061llow"'), 'entry-malformed'],
    ['a number in another spelling', rewritten(9, '"killEpoch":0', '"killEpoch":-0'), 'entry-malformed'],
    [
      'a number that readers round',
      rewritten(9, '"killEpoch":0', '"killEpoch":9007199254740993'),
      'entry-malformed',
    ],
    ['white space in its middle', rewritten(9, '"commitments":', '"commitments": '), 'entry-malformed'],
    ['a counter that skips', rewritten(9, /"counter":\d+/, '"counter":11'), 'producer-gap'],
    ['a counter that repeats', rewritten(9, /"counter":\d+/, '"counter":8'), 'producer-gap'],
    ['a wrong entry before', rewritten(9, /"previous":\d+/, '"previous":7'), 'producer-gap'],
    ['a process that begins at 9', rewritten(9, /"boot":"./, '"boot":"7'), 'producer-gap'],
    ['an entry without producer', rewritten(9, /"producer":/, '"nobody":'), 'producer-gap'],
    ['an entry left out', () => entries.toSpliced(9, 1), 'producer-gap'],
    ['an entry twice', () => entries.toSpliced(9, 0, entries[9]!), 'producer-gap'],
    [
      'two entries in each other’s place',
      () => entries.with(9, entries[10]!).with(10, entries[9]!),
      'producer-gap',
    ],
  ])('%s, signed by the log itself, is named', async (_what, change, code) => {
    const found = await verify({ ...caseOf(change()), disclosed: [] });
    expect(found, found.printed).toMatchObject({
      status: 1,
      codes: expect.arrayContaining([code]) as string[],
    });
    if (code === 'entry-malformed') expect(found.printed).toContain('problem entry-malformed: "entry 9 ');
    expect(found.failed.join(), found.printed).toMatch(CHECK_OF[code] ?? /root/);
  });

  test.each([
    ['history rewritten and signed anew', 200, 'history-rewritten'],
    ['a second log of the same size', 302, 'fork'],
  ])('%s is named by what was noted', async (_what, size, code) => {
    const honest = caseOf();
    const one = caseOf(rewritten(100, /"monotonicNs":"\d+"/, '"monotonicNs":"2"')());
    one.since.push(honest.log.checkpointAt(size));
    const found = await verify(one);
    expect(found, found.printed).toMatchObject({ status: 1, codes: [code], failed: ['consistency'] });
  });
});

describe('what is disclosed', () => {
  type Fields = { fields: Json; salts: Json; input?: unknown };
  const body = (one: Case): Fields => one.disclosed[0]!.body as unknown as Fields;
  test.each<readonly [what: string, edit: Edit]>([
    ['another value', (one) => void (body(one).fields['note'] = 'n1')],
    ['a value of another type', (one) => void (body(one).fields['note'] = ['n0'])],
    ['another input', (one) => void (body(one).input = { sum: 1 })],
    ['another salt', (one) => void (body(one).salts['note'] = `${'A'.repeat(43)}=`)],
    ['no salt', (one) => void delete body(one).salts['note']],
    ['a field that was never committed', (one) => void (body(one).fields['more'] = 1)],
    [
      'two fields in each other’s place',
      (one) => void Object.assign(body(one), { fields: { note: 'a', agent: 'n0' } }),
    ],
    ['the body of another entry', (one) => void (one.disclosed[0]!.body = one.disclosed[1]!.body)],
    ['another text of the entry', (one) => void (one.disclosed[0]!.entry!['time'] = 0)],
    ['an entry that is not there', (one) => void (one.disclosed[0]!.index = 302)],
  ])('%s is named', async (_what, edit) => {
    const one = caseOf();
    edit(one);
    const found = await verify(one);
    expect(found, found.printed).toMatchObject({
      status: 1,
      codes: ['commitment-mismatch'],
      failed: ['commitments'],
    });
  });
});

test('untouched, everything passes, and six disclosed fields are opened', async () => {
  const one = caseOf();
  one.since.push(one.log.checkpointAt(100));
  const found = await verify(one);
  expect(found).toMatchObject({ status: 0, codes: [], failed: [] });
  expect(found.printed).toMatch(/^verified /);
  expect(found.printed.match(/ passed$/gm)).toHaveLength(8);
  expect(found.printed).toContain('witnessed 302 of 302, 6 fields opened');
});
