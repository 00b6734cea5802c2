/** The key that signs a log's checkpoints, and its own check of what it signed before. */
import { equalBytes, Fault, fromUtf8, toHex, utf8 } from '../../kernel/index.ts';
import {
  ed25519KeyFromSeed,
  ed25519PublicKey,
  ed25519Sign,
  ed25519Verify,
  sha256,
} from '../../kernel/crypto/index.ts';
import {
  type Checkpoint,
  createVerifierKey,
  formatCheckpoint,
  type NoteSigner,
  parseCheckpoint,
  parseNote,
  signNote,
  type VerifierKey,
} from '../../proof/index.ts';

function signerOf(origin: string, seed: Uint8Array): NoteSigner {
  const privateKey = ed25519KeyFromSeed(seed);
  const key = createVerifierKey(sha256, origin, 'ed25519', privateKey.publicKey);
  return { key, sign: (message) => ed25519Sign(privateKey, message) };
}

/** Signs and re-reads the checkpoints of one origin. */
export interface CheckpointKey {
  readonly origin: string;
  readonly verifierKey: VerifierKey;
  /** The signed note for a tree head. */
  sign(size: number, root: Uint8Array): string;
  /** The checkpoint in a note that this key signed for this origin. Throws `note.unverified`, `note.malformed`, `checkpoint.malformed`. */
  open(note: string): Checkpoint;
}

/**
 * The key of `origin` from its Ed25519 `seed`; the key's name is the origin (c2sp.org/tlog-checkpoint). While keys change, the keys of `overlapping` sign beside
 * it, so that whoever knows one of them can verify; what any of them signed is this log's own.
 */
export function createCheckpointKey(
  origin: string,
  seed: Uint8Array,
  overlapping: readonly Uint8Array[] = [],
): CheckpointKey {
  const [signer, ...others] = [seed, ...overlapping].map((one) => signerOf(origin, one)) as [
    NoteSigner,
    ...NoteSigner[],
  ];
  const signers = [signer, ...others];
  return {
    origin,
    verifierKey: signer.key,
    sign: (size, root) => fromUtf8(signNote(formatCheckpoint({ origin, size, root }), signers)),
    open(text) {
      const note = parseNote(utf8(text));
      const message = utf8(note.text);
      const isSigned = signers.some(({ key }) =>
        note.signatures.some(
          ({ name, keyId, signature }) =>
            name === origin &&
            keyId === key.keyId &&
            ed25519Verify(ed25519PublicKey(key.publicKey), message, signature),
        ),
      );
      if (!isSigned) {
        throw new Fault('note.unverified', 'a stored checkpoint is not signed by the key of this log');
      }
      const checkpoint = parseCheckpoint(note.text);
      if (checkpoint.origin !== origin) {
        throw new Fault(
          'note.unverified',
          `a stored checkpoint is of \`${checkpoint.origin}\`, expected \`${origin}\``,
        );
      }
      return checkpoint;
    },
  };
}

/** Throws `log.corrupt` unless `checkpoint` is of exactly this tree head. */
export function requireHead(checkpoint: Checkpoint, size: number, root: Uint8Array): void {
  if (checkpoint.size === size && equalBytes(checkpoint.root, root)) return;
  throw new Fault(
    'log.corrupt',
    `the tree of ${size} entries has root ${toHex(root)}, its signed checkpoint says ${toHex(checkpoint.root)}`,
    { size },
  );
}

/** The fault of a database that holds less than was signed and published from it: going on would sign a second history. */
export function rolledBack(published: number, size: number): Fault {
  return new Fault(
    'log.corrupt',
    `the published checkpoint covers ${published} entries, the database holds ${size}: it was put back to an earlier state`,
    { published, size },
  );
}
