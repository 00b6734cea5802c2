/** Key-encryption keys as text: in a file of mode 0600, or in a variable of the environment. */
import { AEAD_KEY_BYTES } from '../../kernel/crypto/index.ts';
import { Fault, fromBase64, isFault, type Random, toBase64 } from '../../kernel/index.ts';
import { readKeyFile } from '../key-file.ts';
import { type KeyEncryption, localKeyEncryption } from './key-encryption.ts';

const PREFIX = 'writ-key-encryption-key-v1 ';

/** A new key with the text of its file. */
export function createEncryptionKey(random: Random): {
  readonly encryption: KeyEncryption;
  readonly text: string;
} {
  const bytes = random.bytes(AEAD_KEY_BYTES);
  return { encryption: localKeyEncryption(bytes, random), text: `${PREFIX}${toBase64(bytes)}\n` };
}

/**
 * The key in `text`: 32 bytes in base64, with or without what `createEncryptionKey` writes before them. Throws `key.malformed` with `where` it stands; the text is
 * never quoted.
 */
export function parseEncryptionKey(text: string, random: Random, where = 'the text'): KeyEncryption {
  const trimmed = text.trim();
  const encoded = trimmed.startsWith(PREFIX) ? trimmed.slice(PREFIX.length) : trimmed;
  let bytes: Uint8Array | undefined;
  try {
    bytes = fromBase64(encoded);
  } catch {
    // Told below: a fault of the decoder might quote the text.
  }
  if (bytes?.length !== AEAD_KEY_BYTES)
    throw new Fault('key.malformed', `${where} is not a key-encryption key`, {
      hint: `expected ${AEAD_KEY_BYTES} bytes in base64, such as \`writ key new-kek FILE\` writes`,
    });
  return localKeyEncryption(bytes, random);
}

/** The key in the file at `path`. Throws `key.unavailable` where there is none, and as `readKeyFile` and {@link parseEncryptionKey}. */
export function fileKeyEncryption(path: string, random: Random): KeyEncryption {
  try {
    return parseEncryptionKey(readKeyFile(path), random, `what stands at \`${path}\``);
  } catch (fault) {
    if (!isFault(fault, 'key.missing')) throw fault;
    throw new Fault('key.unavailable', `no key-encryption key stands at \`${path}\``, {
      file: path,
      hint: 'mount what holds it, or put the file back: without it no sealed body can be read or written',
    });
  }
}
