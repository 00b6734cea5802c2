/** A small signed log as a map of files, for tests that read logs and for tests that tamper with them. */
import { concatBytes, Fault, utf8 } from '../kernel/index.ts';
import {
  ed25519KeyFromSeed,
  ed25519PublicKey,
  ed25519Sign,
  ed25519Verify,
  mlDsa44KeyFromSeed,
  mlDsa44Sign,
  mlDsa44Verify,
  sha256,
} from '../kernel/crypto/index.ts';
import {
  bundlePath,
  bundlesBetween,
  byteTreeHasher,
  CHECKPOINT_PATH,
  createVerifierKey,
  encodeBundle,
  formatCheckpoint,
  Frontier,
  type LogSource,
  type NoteAlgorithm,
  type NoteSigner,
  signNote,
  TILE_WIDTH,
  tilePath,
  TileWriter,
  type Trust,
  type VerifySignature,
} from '../proof/index.ts';

/** A log in memory. */
export interface SampleLog {
  /** Bytes by path, as they would be served; tests alter it. */
  readonly files: Map<string, Uint8Array>;
  /** Reads {@link SampleLog.files}. */
  readonly source: LogSource;
  readonly signer: NoteSigner;
  /** What a verifier brings: the key of the log. */
  readonly trust: Trust;
  /** The signed checkpoint over the first `size` entries. */
  checkpointAt(size: number): Uint8Array;
  /** Replaces the file at `path` by what `change` makes of it. Throws `io.failed` where there is none. */
  edit(path: string, change: (bytes: Uint8Array) => Uint8Array): void;
}

/** Verification by Node, of either algorithm. */
export const verifyWithNode: VerifySignature = (publicKey, message, signature) =>
  publicKey.length === 32
    ? ed25519Verify(ed25519PublicKey(publicKey), message, signature)
    : mlDsa44Verify(publicKey, message, signature);

/** A signer whose private key is 32 times the byte `seed`. */
export function sampleSigner(
  name: string,
  seed: number,
  algorithm: Exclude<NoteAlgorithm, 'ml-dsa-44'> = 'ed25519',
): NoteSigner {
  const privateKey = ed25519KeyFromSeed(new Uint8Array(32).fill(seed));
  return {
    key: createVerifierKey(sha256, name, algorithm, privateKey.publicKey),
    sign: (message) => ed25519Sign(privateKey, message),
  };
}

/** A post-quantum signer whose seed is 32 times the byte `seed`. Throws `key.malformed` where this Node has no ML-DSA. */
export function sampleMlDsaSigner(name: string, seed: number): NoteSigner {
  const privateKey = mlDsa44KeyFromSeed(new Uint8Array(32).fill(seed));
  return {
    key: createVerifierKey(sha256, name, 'ml-dsa-44', privateKey.publicKey),
    sign: (message) => mlDsa44Sign(privateKey, message),
  };
}

/** `count` entries, `name 0` and so on. */
export function sampleEntries(count: number, name = 'entry'): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => utf8(`${name} ${index}`));
}

/** The log of `entries` with every tile and bundle of its size, signed at that size. */
export function sampleLog(
  entries: readonly Uint8Array[],
  signer: NoteSigner = sampleSigner('example.org/log', 1),
): SampleLog {
  const hasher = byteTreeHasher(sha256);
  const leaves = entries.map((entry) => hasher.leaf(entry));
  const checkpointAt = (size: number): Uint8Array => {
    const frontier = new Frontier(hasher);
    for (const leaf of leaves.slice(0, size)) frontier.append(leaf);
    return signNote(formatCheckpoint({ origin: signer.key.name, size, root: frontier.root() }), [signer]);
  };
  const files = new Map([[CHECKPOINT_PATH, checkpointAt(entries.length)]]);
  const tiles = new TileWriter(hasher);
  for (const leaf of leaves) tiles.append(leaf);
  for (const { tile, bytes } of [...tiles.takeFull(), ...tiles.partials()]) files.set(tilePath(tile), bytes);
  for (const bundle of bundlesBetween(0, entries.length)) {
    const start = bundle.index * TILE_WIDTH;
    files.set(bundlePath(bundle), encodeBundle(entries.slice(start, start + bundle.width)));
  }
  return {
    files,
    source: sourceOfFiles(files),
    signer,
    trust: { sha256, verifySignature: verifyWithNode, keys: [signer.key] },
    checkpointAt,
    edit(path, change) {
      const bytes = files.get(path);
      if (bytes === undefined) throw new Fault('io.failed', `the sample log has no \`${path}\``);
      files.set(path, change(bytes));
    },
  };
}

/** A source that reads `files` by path. */
export function sourceOfFiles(files: ReadonlyMap<string, Uint8Array>): LogSource {
  // A copy, so that no reader can alter the log.
  const read = (path: string): Uint8Array | undefined => {
    const bytes = files.get(path);
    return bytes === undefined ? undefined : concatBytes(bytes);
  };
  return {
    readCheckpoint: () => read(CHECKPOINT_PATH),
    readTile: (tile) => read(tilePath(tile)),
    readBundle: (bundle) => read(bundlePath(bundle)),
  };
}
