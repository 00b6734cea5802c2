// A published log of any size, made of the two entries of a typical call without a database between: for measuring verification.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  bundlePath,
  byteTreeHasher,
  CHECKPOINT_PATH,
  createVerifierKey,
  encodeBundle,
  formatCheckpoint,
  formatVerifierKey,
  signNote,
  TILE_WIDTH,
  tilePath,
  TileWriter,
  type WrittenTile,
} from '@writ/core/proof';

/** A decision and its outcome, as JSON texts of a log. */
export type CallTexts = readonly [string, string];

const BOOT = '01JD0000000000000000000000';
/** The last digits of an id, in Crockford's alphabet. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ID_DIGITS = 26;
const FIRST_TIME_MS = 1_760_000_000_000;

/** Writes a log of `size` entries to `folder`, and its verifier key to `log.vkey` in it; answers the path of that key. */
export function writeSyntheticLog(folder: string, size: number, texts: CallTexts): string {
  const hasher = byteTreeHasher((data) => createHash('sha256').update(data).digest());
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const entryAt = entryMaker(texts);
  const origin = entryAt(0).origin;
  const key = createVerifierKey((data) => createHash('sha256').update(data).digest(), origin, 'ed25519', raw);
  const tiles = new TileWriter(hasher);
  const writeTile = ({ tile, bytes }: WrittenTile): void => writePublished(folder, tilePath(tile), bytes);
  for (let first = 0; first < size; first += TILE_WIDTH) {
    const width = Math.min(TILE_WIDTH, size - first);
    const entries = Array.from({ length: width }, (_, at) =>
      Buffer.from(JSON.stringify(entryAt(first + at))),
    );
    for (const entry of entries) tiles.append(hasher.leaf(entry));
    writePublished(folder, bundlePath({ index: first / TILE_WIDTH, width }), encodeBundle(entries));
    for (const tile of tiles.takeFull()) writeTile(tile);
  }
  for (const tile of tiles.partials()) writeTile(tile);
  const text = formatCheckpoint({ origin, size, root: tiles.root() });
  const note = signNote(text, [{ key, sign: (message) => sign(null, message, privateKey) }]);
  writePublished(folder, CHECKPOINT_PATH, note);
  const file = join(folder, 'log.vkey');
  writeFileSync(file, `${formatVerifierKey(key)}\n`);
  return file;
}

interface Template {
  readonly origin: string;
  readonly producer: { readonly id: string };
}

/** Makes entry `index`: that of the call with another id, time and place. */
function entryMaker(texts: CallTexts): (index: number) => Template {
  const templates = texts.map((text) => JSON.parse(text) as Template);
  return (index) => {
    const template = templates[index % templates.length] as Template;
    const time = FIRST_TIME_MS + index;
    return {
      ...template,
      id: idOf(index),
      time,
      ...('decisionOf' in template ? { decisionOf: index - 1 } : {}),
      producer: {
        id: template.producer.id,
        boot: BOOT,
        counter: index,
        previous: index === 0 ? null : index - 1,
      },
      timeFloor: time,
      witnessedSize: 0,
    };
  };
}

function idOf(index: number): string {
  let id = '';
  for (let rest = index; id.length < ID_DIGITS; rest = Math.floor(rest / ALPHABET.length))
    id = `${ALPHABET[rest % ALPHABET.length] ?? ''}${id}`;
  return id;
}

function writePublished(folder: string, path: string, bytes: Uint8Array): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}
