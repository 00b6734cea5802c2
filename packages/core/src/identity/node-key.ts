/** The key that wraps the keys of sealed bodies on one node. */
import { AEAD_KEY_BYTES, sha256Hex } from '../kernel/crypto/index.ts';
import { concatBytes, Fault, fromBase64, type Random, toBase64, utf8 } from '../kernel/index.ts';

/** Version tag under which a key's id is derived, so that the id says nothing about the key. */
const KEY_ID_TAG = 'writ/node-key-id/v1\n';
const KEY_ID_DIGITS = 16;
const PREFIX = 'writ-node-key-v1 ';

/** A wrapping key and the id that entries name it by. */
export interface NodeKey {
  /** 16 hexadecimal digits. */
  readonly id: string;
  /** 32 bytes. */
  readonly bytes: Uint8Array;
}

/** A new key with the text of its file. */
export function createNodeKey(random: Random): { readonly key: NodeKey; readonly text: string } {
  const bytes = random.bytes(AEAD_KEY_BYTES);
  return { key: nodeKey(bytes), text: `${PREFIX}${toBase64(bytes)}\n` };
}

/** The key in `text`. Throws `key.malformed`; the message never quotes the text. */
export function parseNodeKey(text: string): NodeKey {
  const trimmed = text.trim();
  if (!trimmed.startsWith(PREFIX)) throw malformed();
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(trimmed.slice(PREFIX.length));
  } catch {
    throw malformed();
  }
  if (bytes.length !== AEAD_KEY_BYTES) throw malformed();
  return nodeKey(bytes);
}

/** The key `bytes` under the id that is derived from it. */
export function nodeKey(bytes: Uint8Array): NodeKey {
  return { id: sha256Hex(concatBytes(utf8(KEY_ID_TAG), bytes)).slice(0, KEY_ID_DIGITS), bytes };
}

function malformed(): Fault {
  return new Fault(
    'key.malformed',
    `the text is not a node key: expected \`${PREFIX}\` and 32 bytes in base64`,
  );
}
