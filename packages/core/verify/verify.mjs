// Verifies a Writ log, or any C2SP tiled log (c2sp.org/tlog-tiles), from the bytes of its entries up. It needs Node 24 and nothing else:
// no package and no network, and it writes no file. Take it from the project itself, never from whom you verify. Apache-2.0.
// It is the engine of `writ log verify` and of the browser, printed without types by scripts/build-verifier.mjs. Do not edit it.
import { createPublicKey, hash, verify } from 'node:crypto';
import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
/** Hashes in a full tile, and entries in a full bundle. */
const TILE_WIDTH = 256;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** What `run` answers; `undefined` where it throws, as reading malformed text does. */
function attempt(run) {
  try {
    return run();
  } catch {
    return undefined;
  }
}
const utf8 = (text) => new TextEncoder().encode(text);
const readUtf8 = (bytes) => attempt(() => UTF8.decode(bytes));
const fromLatin1 = (text) => Uint8Array.from(text, (unit) => unit.charCodeAt(0));
const toLatin1 = (bytes) => bytes.reduce((text, byte) => text + String.fromCharCode(byte), '');
/** Bytes, as latin1, of standard base64 in its one spelling (RFC 4648 §4); otherwise none. */
const readBase64 = (text) => attempt(() => [atob(text)].find((latin1) => btoa(latin1) === text)) ?? '';
/** Where a tile, or the bundle of that number, is served: `tile/0/x001/234.p/17`. */
function tilePath(level, index, width) {
  const digits = String(index).padStart(3 * Math.ceil(String(index).length / 3), '0');
  return `tile/${level}/${digits.replace(/\d{3}(?=\d)/g, 'x$&/')}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}
/** Most problems kept; entries are not read past them, because a log this broken needs no longer list. */
const MAX_PROBLEMS = 100;
class ProblemList {
  all = [];
  add(code, message, place, index) {
    if (this.all.length < MAX_PROBLEMS) this.all.push({ code, message, place, index });
  }
}
const [MAX_NOTE_BYTES, MAX_SIGNATURES] = [1_048_576, 100];
const CONTROL_CHARACTER = /[^\P{Cc}\n\u007f-\u009f]/u;
const SIGNATURE_LINE = /^\u2014 ([^\p{White_Space}\p{Cc}\ufeff+]{1,1024}) ([A-Za-z0-9+/=]+)$/u;
/** Opens a checkpoint, adding what is wrong with it to `problems`; `undefined` where it cannot be read at all. */
async function openCheckpoint(bytes, trust, problems, place) {
  if (bytes === undefined) return problems.add('checkpoint-missing', 'the log has no checkpoint', place);
  const checkpoint = readSigned(bytes);
  if (typeof checkpoint === 'string') return problems.add('checkpoint-malformed', `a checkpoint ${checkpoint}`, place);
  const { origin, signatures } = checkpoint;
  const logKeys = trust.keys.filter(({ algorithm }) => algorithm !== 'cosignature/v1');
  const keys = [...logKeys, ...(trust.witnesses ?? []).filter(({ algorithm }) => algorithm !== 'ed25519')];
  const [signers, refused] = [[], []];
  for (const line of signatures) {
    const named = keys.filter(({ name, keyId }) => name === line.name && keyId === line.keyId);
    const found = await Promise.all(named.map((key) => isSignedBy(key, line.bytes, checkpoint, trust)));
    signers.push(...named.filter((_, at) => found[at]).slice(0, 1));
    if (named.length > 0 && !found.includes(true)) refused.push(line.name);
  }
  for (const name of refused) problems.add('signature-invalid', `the signature by \`${name}\` does not verify`, place);
  const names = signers.filter((key) => logKeys.includes(key)).map(({ name }) => name);
  const signed = names.includes(origin) && refused.length === 0;
  if (names.length === 0) problems.add('no-trusted-key', `no trusted key: none of ${logKeys.length} given signed it`, place);
  else if (!names.includes(origin)) problems.add('origin-mismatch', `\`${names.join()}\` signed for \`${origin}\``, place);
  // INVARIANT: one public key counts once, whatever names it goes by, and no log vouches for itself.
  const counted = new Set(logKeys.map(({ publicKey }) => toLatin1(publicKey)));
  const isNew = ({ publicKey }) => counted.size < counted.add(toLatin1(publicKey)).size;
  return { checkpoint, signed, witnesses: signed ? signers.filter(isNew) : [] };
}
/** Whether that is what `key` signs: a log the text, a witness also the time before its signature (c2sp.org/tlog-cosignature). */
async function isSignedBy(key, bytes, { text, origin, size, root, extensions }, { verifySignature }) {
  if (key.algorithm === 'ed25519') return verifySignature(key.publicKey, utf8(text), bytes);
  const cosignature = bytes.slice(8);
  const time = bytes.length > 8 ? new DataView(bytes.buffer).getBigUint64(bytes.byteOffset) : 2n ** 53n;
  if (time >= 2n ** 53n) return false;
  if (key.algorithm === 'cosignature/v1')
    return verifySignature(key.publicKey, utf8(`cosignature/v1\ntime ${time}\n${text}`), cosignature);
  const [name = '', log = ''] = [key.name, origin].map((part) => toLatin1(utf8(part)));
  if (extensions.length > 0 || name.length > 255 || log.length > 255) return false;
  const [sized, range] = [(part) => String.fromCharCode(part.length) + part, new Uint8Array(16)];
  new DataView(range.buffer).setBigUint64(8, BigInt(size));
  const statement = sized(name) + toLatin1(bytes.subarray(0, 8)) + sized(log) + toLatin1(range) + root;
  return verifySignature(key.publicKey, fromLatin1(`subtree/v1\n\0${statement}`), cosignature);
}
/** The checkpoint and the signature lines of a note (c2sp.org/signed-note), or what is wrong with it. */
function readSigned(bytes) {
  const whole = bytes.length <= MAX_NOTE_BYTES ? readUtf8(bytes) : undefined;
  if (whole === undefined || CONTROL_CHARACTER.test(whole)) return 'is no text, or too long';
  const blank = whole.lastIndexOf('\n\n');
  if (blank < 0 || !whole.endsWith('\n')) return 'has no blank line before its signatures';
  const text = whole.slice(0, blank + 1);
  const [origin = '', decimal = '', encoded = '', ...extensions] = text.slice(0, -1).split('\n');
  const size = /^(?:0|[1-9][0-9]{0,15})$/.test(decimal) ? Number(decimal) : Number.NaN;
  const root = readBase64(encoded);
  if (origin === '' || extensions.includes('')) return 'has an empty line';
  if (!Number.isSafeInteger(size) || root.length !== 32) return 'has no size from 0 to 2^53-1, or no root of 32 bytes';
  const lines = whole.slice(blank + 2, -1).split('\n');
  const signatures = lines.map((line) => {
    const [, name = '', blob = ''] = SIGNATURE_LINE.exec(line) ?? [];
    const raw = fromLatin1(readBase64(blob).padEnd(4, '\0'));
    return { name, keyId: new DataView(raw.buffer).getUint32(0), bytes: raw.slice(4) };
  });
  if (lines.length > MAX_SIGNATURES || signatures.some((line) => line.bytes.length === 0)) return 'has not 1 to 100 signatures';
  return { text, origin, size, root, extensions, signatures };
}
/** A tree (RFC 9162 §2.1) that grows from `rows`: the tile that is filling at each level, that of the leaves empty. */
function createTree(digest, rows) {
  const [leafInput, nodeInput] = [new Uint8Array(65_536), new Uint8Array(65).fill(0x01, 0, 1)];
  /** SHA-256(0x01 || left || right). */
  function node(left = '', right = '') {
    for (let at = 0; at < 64; at += 1) nodeInput[1 + at] = (at < 32 ? left : right).charCodeAt(at % 32);
    return digest(nodeInput);
  }
  /** The hash over a row, in a list, none over none: pairs are joined level by level, and one without a partner goes up as it is. */
  function over(row) {
    if (row.length < 2) return row;
    const above = Array.from({ length: Math.floor(row.length / 2) }, (_, at) => node(row[2 * at], row[2 * at + 1]));
    return over(row.length % 2 === 0 ? above : above.concat(row.slice(-1)));
  }
  function push(level, hashes, filled) {
    const row = (rows[level] ??= { level, index: 0, hashes: [] });
    row.hashes.push(...hashes);
    if (row.hashes.length < TILE_WIDTH) return filled;
    rows[level] = { level, index: row.index + 1, hashes: [] };
    if (level > 0) filled.push(row);
    return push(level + 1, over(row.hashes), filled);
  }
  return {
    rows,
    leaf(entry) {
      leafInput.set(entry, 1);
      return digest(leafInput.subarray(0, entry.length + 1));
    },
    append: (leaves) => push(0, leaves, []),
    root: (leaves = rows[0]?.hashes ?? []) =>
      rows.slice(1).reduce((under, { hashes }) => over([...hashes, ...under]), over(leaves))[0] ?? digest(new Uint8Array(0)),
  };
}
/** Most forms kept, and the longest text that one is made of: an entry of another form is parsed, slower and judged no differently. */
const [MAX_FORMS, MAX_FORM_LENGTH] = [64, 8_192];
/** A string without escapes, and a whole number that every reader takes for the same. */
const [STRING, COUNT] = ['"[^"\\\\\\0-\\x1f]*"', '(?:0|[1-9]\\d{0,14})'];
/** What is read of an entry, and of its `producer`. */
const ENTRY = ['kind', 'origin', 'time', 'decisionOf', 'timeFloor', 'witnessedSize'];
const PRODUCER = ['boot', 'counter', 'previous'];
/** A reader of places. It calls `refuse` for what is no JSON object, or may be read in two ways. The form met last is tried first. */
function createPlaceReader() {
  const forms = [];
  return (text, refuse) => {
    let place;
    const at = forms.findIndex((form) => (place = form.exec(text)?.groups) !== undefined);
    if (at > 0) forms.unshift(...forms.splice(at, 1));
    if (place !== undefined) return place;
    const entry = text[0] === '{' ? attempt(() => JSON.parse(text)) : undefined;
    if (entry === undefined) refuse('is not a JSON object');
    else if (attempt(() => JSON.stringify(entry)) !== text) refuse('has two readings: a member twice, or another spelling');
    else if (forms.length < MAX_FORMS && text.length <= MAX_FORM_LENGTH)
      forms.push(...(attempt(() => [formOf(entry)].filter((form) => form.test(text))) ?? []));
    const read = (from) => (name) => [name, attempt(() => JSON.stringify(from[name]))];
    return entry && Object.fromEntries([...ENTRY.map(read(entry)), ...PRODUCER.map(read(entry['producer']))]);
  };
}
/** What matches `entry` with other strings and counts in it, those read as groups: parsing each entry costs more than all else. */
function formOf(entry) {
  const skeleton = JSON.stringify(entry, function (name, value) {
    const form = typeof value === 'string' ? STRING : Number.isInteger(value) ? COUNT : value === null ? 'null' : undefined;
    const read = this === entry ? ENTRY : this === entry['producer'] ? PRODUCER : [];
    return form !== undefined && read.includes(name) ? `(?<${name}>${form})` : (form ?? value);
  });
  const form = (token, text, colon) => (colon === '' ? JSON.parse(text) : token.replace(/[^\w"]/g, '\\$&'));
  return new RegExp(`^${skeleton.replace(/("(?:[^"\\]|\\.)*")(:?)|\W/g, form)}$`);
}
/** Most processes followed; a log of more is refused rather than half checked. */
const MAX_BOOTS = 1_000_000;
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
/** A check of entries in their order, from any on; `told` becomes what they tell of pruning. Memory grows with the processes that wrote, not with the log. */
function createEntryCheck(log, problems, told = { below: 0, entry: 0 }) {
  const boots = new Map();
  const [read, name] = [createPlaceReader(), JSON.stringify(log)];
  let [floor, witnessed, start] = [0, 0, -1];
  function misplaced(place, index) {
    const [time, timeFloor] = [Number(place.time), Number(place.timeFloor)];
    const [size, decisionOf] = [Number(place.witnessedSize), Number(place.decisionOf)];
    if (place.origin !== name) return `is of another log, \`${place.origin}\``;
    if (!isCount(time) || !isCount(timeFloor) || timeFloor < Math.max(time, floor)) return 'has a falling time floor';
    floor = timeFloor;
    if (!isCount(size) || size < witnessed || size > index) return 'has an impossible witnessed size';
    witnessed = size;
    if (!['"outcome"', '"answer"'].includes(place.kind ?? '') || (isCount(decisionOf) && decisionOf < index)) return undefined;
    return `names entry ${place.decisionOf}, which is not before it`;
  }
  function gap({ boot, counter, previous }, index) {
    const [count, before, last] = [Number(counter), Number(previous), boots.get(boot)];
    if (!isCount(count) || (last === undefined && boots.size >= MAX_BOOTS)) return 'is of no process that is followed';
    const expected = (last?.counter ?? -1) + 1;
    // A name cut out of an entry would keep all of its text in memory: copied when it is first seen.
    boots.set(last === undefined ? Array.from(String(boot)).join('') : boot, { counter: count, index });
    // Entries before the start are not read, and a process may have written some of them.
    if (last === undefined && count > 0 && isCount(before) && before < start) return undefined;
    if (count !== expected) return `has producer counter ${count}, expected ${expected}: entries are missing`;
    if (previous === String(last?.index ?? null)) return undefined;
    return `names ${previous} as its producer's entry before it, expected ${last?.index ?? null}`;
  }
  return (bytes, index) => {
    if (start < 0) start = index;
    const say = (code) => (what) => what && problems.add(code, `entry ${index} ${what}`, undefined, index);
    const text = readUtf8(bytes) ?? '';
    const place = read(text, say('entry-malformed'));
    say('entry-misplaced')(place && misplaced(place, index));
    say('producer-gap')(place && gap(place, index));
    if (place?.kind !== '"retention"') return;
    const { minimumIndex: below = 0 } = JSON.parse(text).retention ?? {};
    // What comes after the entry itself nobody has pruned.
    if (below > told.below && below <= index) Object.assign(told, { below, entry: index });
  };
}
/** Opens what is disclosed of an entry, calls `refuse` for each field that is not as committed, and answers how many are. */
function openDisclosed(digest, { entry: shown, body: { fields = {}, salts = {}, input } }, bytes, refuse) {
  const entry = attempt(() => JSON.parse(readUtf8(bytes) ?? '')) ?? {};
  if (shown !== undefined && canonical(shown) !== canonical(entry)) refuse('the text');
  const isOpen = ([field, value]) => {
    const salt = readBase64(String(salts[field]));
    const inList = [entry.commitments].flat().find((one) => one?.field === field);
    const committed = field === 'input' ? entry.inputCommitment : inList?.value;
    const message = canonical([entry.origin, entry.id, field, value]);
    if (salt.length === 32 && btoa(hmac(digest, salt, message)) === committed) return true;
    refuse(`the field \`${field}\``);
    return false;
  };
  return Object.entries(input === undefined ? fields : { ...fields, input }).filter(isOpen).length;
}
/** RFC 8785: keys in UTF-16 order, no white space, numbers as ECMAScript writes them. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
}
/** HMAC-SHA256 (RFC 2104) under a key of 32 bytes. */
function hmac(digest, key, message) {
  const block = fromLatin1(key.padEnd(64, '\0'));
  const keyed = (pad, text) => digest(fromLatin1(toLatin1(block.map((byte) => byte ^ pad)) + text));
  return keyed(0x5c, keyed(0x36, toLatin1(utf8(message))));
}
/** Opens all that was noted and answers what a trusted key signed of this log, smallest first; a cut tail and a fork show at once. */
async function openNoted({ noted = [], from, trust }, { checkpoint, signed }, problems) {
  const { origin, size, root } = checkpoint;
  const usable = [];
  for (const [at, bytes] of [...noted, ...(from === undefined ? [] : [from])].entries()) {
    const place = at < noted.length ? `noted checkpoint ${at}` : 'checkpoint to start from';
    const opened = await openCheckpoint(bytes, trust, problems, place);
    if (opened?.signed !== true) continue;
    const one = opened.checkpoint;
    const [own, other] = [checkpoint, one].map((it) => `${it.size} entries of \`${it.origin}\` with root ${btoa(it.root)}`);
    const what = `the log has ${own}, what was noted covers ${other}`;
    if (one.origin === origin) usable.push({ ...opened, place });
    if (one.origin !== origin) problems.add('origin-mismatch', what, place);
    else if (one.size > size) problems.add('tail-cut', what, place, size);
    else if (one.size === size && one.root !== root) problems.add(signed ? 'fork' : 'history-rewritten', what, place);
  }
  return usable.sort((left, right) => left.checkpoint.size - right.checkpoint.size);
}
/** Compares what was noted at a size from `first` on, under that of all `leaves` of the next bundle, with the root over as many entries. */
function checkNoted(noted, first, leaves, tree, problems) {
  for (const { checkpoint, place } of noted) {
    const count = checkpoint.size - first;
    if (count < 0 || count >= leaves.length) continue;
    const [found, expected] = [btoa(tree.root(leaves.slice(0, count))), btoa(checkpoint.root)];
    if (found !== expected) problems.add('history-rewritten', `${checkpoint.size} entries give ${found}, not ${expected}`, place);
  }
}
/** Replays the entries from `start` up to `size`. Memory: one bundle, one tile for each level, and the problems found. */
async function replayEntries(options, problems) {
  const { source, size, start, noted, take, progress } = options;
  const tree = await openTree(options, problems);
  if (tree === undefined) return {};
  const none = { entries: [], spare: 0 };
  let [isComplete, bundle, pruned] = [true, none, start];
  for (let first = start; first < size; first += TILE_WIDTH) {
    if (problems.all.length >= MAX_PROBLEMS) return {};
    progress?.(first);
    const [index, width] = [first / TILE_WIDTH, Math.min(TILE_WIDTH, size - first)];
    const gone = first === pruned ? await readGone(options, index, width) : undefined;
    if (gone !== undefined) pruned += TILE_WIDTH;
    bundle = gone === undefined ? await readBundle(source, index, width, problems) : none;
    const leaves = gone ?? bundle.entries.map((entry) => tree.leaf(entry));
    isComplete &&= bundle.spare !== undefined;
    await compareTile(options, { level: 0, index, hashes: leaves }, problems, width);
    if (isComplete) checkNoted(noted, first, leaves, tree, problems);
    for (const row of isComplete ? tree.append(leaves) : []) await compareTile(options, row, problems);
    bundle.entries.forEach((entry, offset) => take?.(entry, first + offset));
  }
  if (!isComplete) return { spare: bundle.spare, pruned };
  for (const row of tree.rows) if (row.level > 0 && row.hashes.length > 0) await compareTile(options, row, problems);
  return { root: tree.root(), spare: bundle.spare, pruned };
}
/** The tree over the first `start` entries, from the tiles above the leaves, as they are published for all `size`. */
async function openTree({ source, digest, start, size }, problems) {
  const rows = [{ level: 0, index: start / TILE_WIDTH, hashes: [] }];
  for (let level = 1, span = TILE_WIDTH; span <= start; level += 1, span *= TILE_WIDTH) {
    const index = Math.floor(start / span / TILE_WIDTH);
    const within = (end) => Math.min(Math.floor(end / span) - index * TILE_WIDTH, TILE_WIDTH);
    const [length, tile] = [within(start), { level, index, width: within(size) }];
    const bytes = length === 0 ? new Uint8Array(0) : await readTile(source, tile, problems);
    if (bytes === undefined) return undefined;
    rows.push({ level, index, hashes: hashesOf(bytes, length) });
  }
  return createTree(digest, rows);
}
const hashesOf = (tile, length) => Array.from({ length }, (_, at) => toLatin1(tile.subarray(at * 32, at * 32 + 32)));
/** The leaves of a full bundle that is gone, from its tile. Nothing but the signed root proves them. */
async function readGone({ source, mayLackFirst }, index, width) {
  if (!mayLackFirst || (await source.readBundle({ index, width })) !== undefined) return undefined;
  const tile = await source.readTile({ level: 0, index, width });
  return tile?.length === TILE_WIDTH * 32 ? hashesOf(tile, TILE_WIDTH) : undefined;
}
/** Reads what has that width, or what is full in its stead: a log may drop partial files once the full one exists. */
async function readEither(read, width) {
  const bytes = await read(width);
  return bytes === undefined ? { bytes: await read(TILE_WIDTH), held: TILE_WIDTH } : { bytes, held: width };
}
/** The first `width` entries of a bundle, each behind its length in two bytes, and how many follow: unknown, and a problem, where it is not whole. */
async function readBundle(source, index, width, problems) {
  const [place, first] = [tilePath('entries', index, width), index * TILE_WIDTH];
  const { bytes, held } = await readEither((wide) => source.readBundle({ index, width: wide }), width);
  const [entries, length] = [[], bytes?.length ?? 0];
  let end = 0;
  while (bytes !== undefined && end < length && entries.length <= TILE_WIDTH) {
    const start = end + 2;
    end = start + (bytes[start - 2] ?? 0) * 256 + (bytes[start - 1] ?? 0);
    entries.push(bytes.subarray(start, end));
  }
  const isBundle = end === length && entries.length > 0 && entries.length <= TILE_WIDTH;
  if (bytes === undefined) problems.add('bundle-missing', `\`${place}\` is missing`, place, first);
  else if (!isBundle) problems.add('bundle-malformed', `\`${place}\` is no bundle of 1 to 256 entries`, place, first);
  else if (entries.length !== held)
    problems.add('entry-count', `\`${place}\` holds ${entries.length} entries, expected ${width}`, place, first);
  else return { entries: entries.slice(0, width), spare: held - width };
  return { entries: isBundle ? entries.slice(0, width) : [] };
}
/** A published tile; `undefined`, and a problem, where it is missing or cut. */
async function readTile(source, { level, index, width }, problems) {
  const [place, first] = [tilePath(level, index, width), index * TILE_WIDTH ** (level + 1)];
  const { bytes, held } = await readEither((wide) => source.readTile({ level, index, width: wide }), width);
  if (bytes?.length === held * 32) return bytes;
  if (bytes === undefined) return problems.add('tile-missing', `\`${place}\` is missing`, place, first);
  return problems.add('tile-malformed', `\`${place}\` has ${bytes.length} bytes, expected ${held * 32}`, place, first);
}
/** Compares a published tile with the hashes that the entries lead to. What follows from an entry already named is left out. */
async function compareTile({ source, rootOnly = false }, { level, index, hashes }, problems, width = hashes.length) {
  const published = rootOnly ? undefined : await readTile(source, { level, index, width }, problems);
  if (published === undefined) return;
  const [place, begin, span] = [tilePath(level, index, width), index * TILE_WIDTH, TILE_WIDTH ** level];
  const named = problems.all.map((one) => one.code === 'leaf-mismatch' && Math.floor((one.index ?? -1) / span) - begin);
  const offset = hashes.findIndex((hash, at) => !isAt(published, at * 32, hash) && !named.includes(at));
  const [code, first] = [level === 0 ? 'leaf-mismatch' : 'tile-mismatch', (begin + offset) * span];
  if (offset >= 0) problems.add(code, `hash ${offset} of \`${place}\` is not that of entry ${first} on`, place, first);
}
function isAt(bytes, start, hash) {
  for (let at = 0; at < 32; at += 1) if (bytes[start + at] !== hash.charCodeAt(at)) return false;
  return true;
}
/** Verifies the log in `options.source`. What is wrong with it is a problem in the report; what its source throws, ends it. */
async function verifyEntries(options) {
  const { source, trust, minimumSize = 0 } = options;
  const { minimumWitnesses = 0, witnesses: trusted = [] } = trust;
  const isEnough = trust.hasQuorum ?? ((some) => some.length >= minimumWitnesses);
  const problems = new ProblemList();
  const latest = await openCheckpoint(await source.readCheckpoint(), trust, problems, 'checkpoint');
  const witnessed = { entries: 0, witnesses: latest?.witnesses.map(({ name }) => name) ?? [], of: trusted.length };
  if (latest === undefined) return { ok: false, uncovered: 0, opened: 0, problems: problems.all, witnessed };
  const { checkpoint, witnesses, signed } = latest;
  const { origin, size, root } = checkpoint;
  const absent = trusted.filter((key) => !witnesses.includes(key)).map(({ name }) => name);
  const cosigned = `cosigned by ${witnesses.length} of ${trusted.length} witnesses, not by ${absent.join(', ') || 'any other'}`;
  if (!isEnough(witnesses)) problems.add('witnesses-missing', cosigned, 'checkpoint');
  const noted = await openNoted(options, latest, problems);
  if (size < minimumSize) problems.add('tail-cut', `the log has ${size} entries, expected ${minimumSize}`, undefined, size);
  const { root: found, spare = 0, opened, pruned } = await replay(options, checkpoint, noted, problems);
  if (found !== undefined && found !== root)
    problems.add('root-mismatch', `the entries give ${btoa(found)}, not ${btoa(root)}`, 'checkpoint');
  // INVARIANT: proven only where every entry was read and hashed, and a trusted key signed exactly that root.
  const isProven = found === root && signed;
  const extended = noted.filter((one) => !problems.all.some(({ place }) => place === one.place));
  const proven = [latest, ...extended].filter((one) => one.witnesses.length > 0 && isEnough(one.witnesses));
  const entries = isProven ? Math.max(0, ...proven.map((one) => one.checkpoint.size)) : 0;
  const uncovered = Math.max(spare, ((await source.countEntries?.()) ?? size) - size);
  const read = { ...(found !== undefined && { root: fromLatin1(found) }), ...(pruned && { pruned }) };
  const ok = isProven && problems.all.length === 0;
  return { ok, origin, size, ...read, uncovered, opened, witnessed: { ...witnessed, entries }, problems: problems.all };
}
async function replay(options, { origin, size }, noted, problems) {
  const { trust, checkEntry, disclosed } = options;
  const digest = trust.sha256Latin1 ?? ((data) => toLatin1(trust.sha256(data)));
  // INVARIANT: not after the smallest noted, so that each is compared; what precedes it is proven by the first compared.
  const proven = options.from === undefined ? 0 : (noted[0]?.checkpoint.size ?? 0);
  const start = TILE_WIDTH * Math.floor(Math.min(size, proven) / TILE_WIDTH);
  const [isOrdered, told] = [options.entries === 'ordered' || disclosed !== undefined, { below: 0, entry: 0 }];
  const check = isOrdered ? createEntryCheck(origin, problems, told) : undefined;
  const unseen = new Set(disclosed?.keys());
  let opened = 0;
  const take = (bytes, index) => {
    check?.(bytes, index);
    const shown = disclosed?.get(index);
    const refuse = (what) => problems.add('commitment-mismatch', `${what} shown of entry ${index} is another`, undefined, index);
    if (shown !== undefined && unseen.delete(index)) opened += openDisclosed(digest, shown, bytes, refuse);
    const refusal = checkEntry?.(bytes, index);
    if (refusal !== undefined) problems.add('entry-refused', refusal, undefined, index);
  };
  const asked = { ...options, digest, size, start, noted, take, mayLackFirst: isOrdered };
  const { pruned = start, ...replayed } = await replayEntries(asked, problems);
  for (const index of unseen) problems.add('commitment-mismatch', `entry ${index} is shown and was not read`, undefined, index);
  if (pruned === start) return { ...replayed, opened };
  // INVARIANT: a missing bundle is no problem only where an entry under the signed root tells that it was pruned.
  for (let first = start; first < pruned; first += TILE_WIDTH) {
    const place = tilePath('entries', first / TILE_WIDTH, TILE_WIDTH);
    const what = `\`${place}\` is missing, and no entry tells that it was pruned`;
    if (first + TILE_WIDTH > told.below) problems.add('bundle-missing', what, place, first);
  }
  const isTold = pruned <= told.below;
  return isTold ? { ...replayed, opened, pruned: { ...told, below: pruned } } : { opened };
}
/** What became of each check of the verification with `options` that led to this report; a check is failed by problems of its codes. */
function summarise({ root, problems }, options) {
  const { noted = [], from, disclosed, entries, trust } = options;
  const isRead = root !== undefined;
  const isOrdered = isRead && (entries === 'ordered' || disclosed !== undefined);
  const checks = [
    ['signatures', /^(?:no-trusted-key|signature-invalid|origin-mismatch|checkpoint-.*)$/, true],
    ['witnesses', /^witnesses-/, isRead && ((trust?.minimumWitnesses ?? 0) > 0 || trust?.hasQuorum !== undefined)],
    ['root', /^(?:root|bundle|leaf|tile)-/, isRead],
    ['size', /^(?:entry-count|tail-cut|entries-uncovered)$/, isRead],
    ['consistency', /^(?:history-rewritten|fork)$/, isRead && (noted.length > 0 || from !== undefined)],
    ['order', /^entry-(?:malformed|misplaced|refused)$/, isOrdered],
    ['producers', /^producer-/, isOrdered],
    ['commitments', /^(?:commitment|body)-/, isRead && disclosed !== undefined],
  ];
  return checks.map(([check, codes, isRun]) => {
    // Whatever is wrong with a checkpoint that was noted, the log was not found to extend it.
    const fails = ({ place = '', code }) => (place.includes('checkpoint ') ? check === 'consistency' : codes.test(code));
    return { check, status: problems.some(fails) ? 'failed' : isRun ? 'passed' : 'not run' };
  });
}
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
const readLines = (file) => (readFileSync(file, 'utf8').match(/\S[^\n]*/g) ?? []).filter((line) => !line.startsWith('#'));
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
  return attempt(() => verify(null, message, createPublicKey({ key, format: 'der', type: 'spki' }), signature)) === true;
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
  const isShown = ({ index, body }) => Number.isSafeInteger(index) && typeof body === 'object' && body !== null;
  const byIndex = new Map(shown.map((one) => [one.index, one]));
  if (shown.every(isShown) && byIndex.size === shown.length) return byIndex;
  throw new Error('a line of what was shown is not {"index":...,"body":{...}}, or is of an entry that another line shows');
}
function readArguments() {
  const texts = ['key', 'witness', 'quorum', 'since', 'from', 'size', 'disclosed'];
  const [text, flag] = [{ type: 'string', multiple: true, default: [] }, { type: 'boolean' }];
  const options = { opaque: flag, 'root-only': flag, ...Object.fromEntries(texts.map((name) => [name, text])) };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [folder = '', ...rest] = positionals;
  const [quorum, size] = [values.quorum, values.size].map(([number = '0']) => (/^\d{1,15}$/.test(number) ? Number(number) : NaN));
  const isRepeated = [values.quorum, values.from, values.size].some(({ length }) => length > 1);
  if (folder === '' || rest.length > 0 || isRepeated || Number.isNaN(quorum + size)) throw new Error(USAGE);
  const [keys, witnesses] = [values.key, values.witness].map((files) => files.flatMap(readLines).map(readKey));
  return {
    source: {
      readCheckpoint: () => readFile(join(folder, 'checkpoint'), TILE_SPACE),
      readTile: ({ level, index, width }) => readFile(join(folder, tilePath(level, index, width)), TILE_SPACE),
      readBundle: ({ index, width }) => readFile(join(folder, tilePath('entries', index, width)), BUNDLE_SPACE),
    },
    trust: { sha256Latin1: (data) => hash('sha256', data, 'binary'), verifySignature, keys, witnesses, minimumWitnesses: quorum },
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
  const { ok, origin = '', size = 0, root = new Uint8Array(0), opened, witnessed, uncovered, pruned } = report;
  console.log(`${ok ? 'verified' : 'not verified'}  ${visible(origin)}, ${size} entries, root ${btoa(toLatin1(root))}`);
  for (const { check, status } of summarise(report, asked)) console.log(`  ${check.padEnd(12)} ${status}`);
  console.log(`  witnessed ${witnessed.entries} of ${size}, ${opened} fields opened, ${uncovered} entries beyond the checkpoint`);
  if (pruned) console.log(`  entries below ${pruned.below} are pruned, as entry ${pruned.entry} tells`);
  for (const { code, message } of report.problems) console.log(`  problem ${code}: ${visible(message)}`);
  process.exitCode = ok ? 0 : 1;
} catch (fault) {
  console.error(fault.message);
  process.exitCode = 2;
}
