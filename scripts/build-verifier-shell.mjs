// The command line of verify.mjs: build-verifier.mjs puts the engine in place of the line that names it.
import { createPublicKey, hash, verify } from 'node:crypto';
import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
// ENGINE
const USAGE = `usage: node verify.mjs FOLDER --key FILE [--witness FILE --quorum N] [more]
  --key FILE        verifier keys of the log, from its owner and never from FOLDER; may be repeated
  --witness FILE    verifier keys of witnesses that you trust; --quorum N: how many must have cosigned
  --since FILE      a checkpoint that you noted earlier, which the log must extend; --size N: its least size
  --from FILE       a checkpoint that you verified earlier: entries under it are not read again
  --disclosed FILE  what you were shown, one line for each entry: {"index":3,"entry":{...},"body":{...}}
  --opaque          nothing in the entries is read; --root-only: nor are tiles
ends with 0: verified, 1: not verified, 2: could not be done`;
/** Room for the largest tile, or checkpoint, and for the largest bundle. */
const [TILE_SPACE, BUNDLE_SPACE] = [2 ** 20, 256 * 65_537].map((length) => Buffer.allocUnsafe(length));
const KEY_TYPES = { 1: 'ed25519', 4: 'cosignature/v1', 6: 'ml-dsa-44' };
/** What makes a SubjectPublicKeyInfo of a raw key of that length (RFC 8410, RFC 9881). */
const KEY_PREFIX = { 32: '302a300506032b6570032100', 1312: '30820532300b06096086480165030403110382052100' };
/** What somebody else wrote, so that a terminal shows it and does not obey it. */
const visible = (text) => JSON.stringify(text).replace(/[^ -~]/g, '?');
const readLines = (file) =>
  (readFileSync(file, 'utf8').match(/\S[^\n]*/g) ?? []).filter((line) => !line.startsWith('#'));
/** A verifier key, `name+id+base64` (c2sp.org/signed-note). */
function readKey(line) {
  const [, name, id, encoded = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)\s*$/.exec(line) ?? [];
  const typed = fromLatin1(readBase64(encoded));
  const algorithm = KEY_TYPES[typed[0]];
  const isKey = algorithm !== undefined && typed.length === (algorithm === 'ml-dsa-44' ? 1313 : 33);
  const digest = hash('sha256', Buffer.concat([utf8(`${name}\n`), typed]), 'hex');
  if (!isKey || !digest.startsWith(id)) throw new Error(`\`${line}\` is no verifier key`);
  return { name, keyId: Number.parseInt(id, 16), algorithm, publicKey: typed.slice(1) };
}
function verifySignature(publicKey, message, signature) {
  const key = Buffer.concat([Buffer.from(KEY_PREFIX[publicKey.length], 'hex'), publicKey]);
  return (
    attempt(() => verify(null, message, createPublicKey({ key, format: 'der', type: 'spki' }), signature)) ===
    true
  );
}
/** The regular file at `path`, read into `space`: no pipe, no device, nothing larger than a file of a log. */
function readFile(path, space) {
  if (!existsSync(path)) return undefined;
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const found = fstatSync(file);
  const length = found.isFile() ? readSync(file, space) : -1;
  closeSync(file);
  if (length === found.size) return space.subarray(0, length);
  throw new Error(`\`${path}\` is no file, or larger than one of a log can be`);
}
/** What was shown, by index: lines as `writ log show --json` prints them, one for an entry. */
function readShown(files) {
  const shown = files.flatMap(readLines).map((line) => JSON.parse(line));
  const isShown = ({ index, body }) =>
    Number.isSafeInteger(index) && typeof body === 'object' && body !== null;
  const byIndex = new Map(shown.map((one) => [one.index, one]));
  if (shown.every(isShown) && byIndex.size === shown.length) return byIndex;
  throw new Error(
    'a line of what was shown is not {"index":...,"body":{...}}, or is of an entry that another line shows',
  );
}
function readArguments() {
  const texts = ['key', 'witness', 'quorum', 'since', 'from', 'size', 'disclosed'];
  const [text, flag] = [{ type: 'string', multiple: true, default: [] }, { type: 'boolean' }];
  const options = {
    opaque: flag,
    'root-only': flag,
    ...Object.fromEntries(texts.map((name) => [name, text])),
  };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [folder = '', ...rest] = positionals;
  const [quorum, size] = [values.quorum, values.size].map(([number = '0']) =>
    /^\d{1,15}$/.test(number) ? Number(number) : NaN,
  );
  const isRepeated = [values.quorum, values.from, values.size].some(({ length }) => length > 1);
  if (folder === '' || rest.length > 0 || isRepeated || Number.isNaN(quorum + size)) throw new Error(USAGE);
  const [keys, witnesses] = [values.key, values.witness].map((files) =>
    files.flatMap(readLines).map(readKey),
  );
  return {
    source: {
      readCheckpoint: () => readFile(join(folder, 'checkpoint'), TILE_SPACE),
      readTile: ({ level, index, width }) =>
        readFile(join(folder, tilePath(level, index, width)), TILE_SPACE),
      readBundle: ({ index, width }) =>
        readFile(join(folder, tilePath('entries', index, width)), BUNDLE_SPACE),
    },
    trust: {
      sha256Latin1: (data) => hash('sha256', data, 'binary'),
      verifySignature,
      keys,
      witnesses,
      minimumWitnesses: quorum,
    },
    noted: values.since.map((file) => readFileSync(file)),
    from: values.from.map((file) => readFileSync(file)).at(0),
    minimumSize: size,
    disclosed: values.disclosed.length === 0 ? undefined : readShown(values.disclosed),
    entries: values.opaque || values['root-only'] ? 'opaque' : 'ordered',
    rootOnly: values['root-only'],
    progress: (entries) => entries % 2 ** 20 === 2 ** 19 && console.error(`${entries} entries read`),
  };
}
try {
  const asked = readArguments();
  const report = await verifyEntries(asked);
  const {
    ok,
    origin = '',
    size = 0,
    root = new Uint8Array(0),
    opened,
    witnessed,
    uncovered,
    pruned,
  } = report;
  console.log(
    `${ok ? 'verified' : 'not verified'}  ${visible(origin)}, ${size} entries, root ${btoa(toLatin1(root))}`,
  );
  for (const { check, status } of summarise(report, asked)) console.log(`  ${check.padEnd(12)} ${status}`);
  console.log(
    `  witnessed ${witnessed.entries} of ${size}, ${opened} fields opened, ${uncovered} entries beyond the checkpoint`,
  );
  if (pruned) console.log(`  entries below ${pruned.below} are pruned, as entry ${pruned.entry} tells`);
  for (const { code, message } of report.problems) console.log(`  problem ${code}: ${visible(message)}`);
  process.exitCode = ok ? 0 : 1;
} catch (fault) {
  console.error(fault.message);
  process.exitCode = 2;
}
