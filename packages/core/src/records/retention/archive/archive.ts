/** Archives of bodies: one file of encrypted lines, whole or refused (docs/decisions/0038). */
import {
  canonicalJson,
  Fault,
  fromUtf8,
  isFault,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type Random,
  utf8,
} from '../../../kernel/index.ts';
import { AEAD_NONCE_BYTES, hmacSha256, openAead, sealAead, sha256Hex } from '../../../kernel/crypto/index.ts';

import type { Turns } from '../turns.ts';

/** Version tag: the first field of the first line. */
const FORMAT = 'writ-archive-v1';
const SALT_BYTES = 32;
/** Bytes of a nonce that count lines. */
const COUNTER_BYTES = 4;

/** The key of archives. It is kept apart from the log: whoever has only the log cannot open an archive, and the reverse. */
export interface ArchiveKey {
  /** Stands in the first line. */
  readonly id: string;
  /** 32 bytes. */
  readonly bytes: Uint8Array;
}

/** One archived body. */
export interface ArchivedBody {
  readonly index: number;
  /** The exact bytes of its entry: what commits to the fields of the body. */
  readonly entry: Uint8Array;
  /** As it was opened: `fields`, `salts`, perhaps `input`, `concerns`, `erased`. */
  readonly body: JsonObject;
}

/** What the first line of an archive says, in the clear. */
export interface ArchiveHead {
  readonly origin: string;
  /** The retention class. */
  readonly class: string;
  readonly bodies: number;
  readonly keyId: string;
}

/** How an archive is sealed. */
export interface ArchiveSealing {
  readonly key: ArchiveKey;
  readonly random: Random;
  /** Lets everything else run, between lines. */
  readonly turns: Turns;
}

/** The archive of `bodies`: a line in the clear, then one encrypted line for each body, then one that says that this was all. `hash` is its SHA-256 in hexadecimal. */
export async function sealArchive(
  bodies: readonly ArchivedBody[],
  of: { readonly origin: string; readonly class: string },
  { key, random, turns }: ArchiveSealing,
): Promise<{ readonly bytes: Uint8Array; readonly hash: string }> {
  const salt = toBase64(random.bytes(SALT_BYTES));
  const head = JSON.stringify({
    format: FORMAT,
    origin: of.origin,
    class: of.class,
    bodies: bodies.length,
    keyId: key.id,
    salt,
  });
  const line = lineSealer(key, head);
  const lines: string[] = [];
  for (const [at, { index, entry, body }] of bodies.entries()) {
    lines.push(line(at, { index, entry: toBase64(entry), body } satisfies JsonObject));
    await turns.next();
  }
  const bytes = utf8([head, ...lines, line(bodies.length, { end: bodies.length }), ''].join('\n'));
  return { bytes, hash: sha256Hex(bytes) };
}

/** What stands in the first line of `bytes`; nothing proves it before the archive is opened. Throws `archive.malformed`. */
export function readArchiveHead(bytes: Uint8Array): ArchiveHead {
  return headOf(linesOf(bytes)[0] ?? '');
}

/** The bodies in an archive, in their order. Throws `archive.malformed` for one that was altered, cut short or sealed with another key; then nothing of it is answered. */
export function openArchive(bytes: Uint8Array, key: ArchiveKey): readonly ArchivedBody[] {
  return [...archivedBodies(bytes, key)];
}

/** The bodies one by one, once the archive is seen to be as long as it says. Throws as {@link openArchive}, perhaps behind the first of them. */
export function* archivedBodies(bytes: Uint8Array, key: ArchiveKey): Generator<ArchivedBody> {
  const [first = '', ...rest] = linesOf(bytes);
  const { bodies, keyId } = headOf(first);
  if (keyId !== key.id)
    throw malformed(`it is sealed under the key \`${keyId.slice(0, 80)}\`, not \`${key.id}\``);
  // One line for the end, and nothing behind the last line break.
  if (rest.length !== bodies + 2 || rest.at(-1) !== '') throw malformed('lines are missing or too many');
  const open = lineOpener(key, first);
  const end = open(bodies, rest[bodies] as string);
  if (end['end'] !== bodies) throw malformed('it does not end where it says');
  for (let at = 0; at < bodies; at += 1) yield archivedBody(open(at, rest[at] as string));
}

function archivedBody({ index, entry, body }: JsonObject): ArchivedBody {
  if (typeof index !== 'number' || typeof entry !== 'string' || !isJsonObject(body))
    throw malformed('a line is not an archived body');
  return { index, entry: fromBase64(entry), body };
}

function linesOf(bytes: Uint8Array): readonly string[] {
  try {
    return fromUtf8(bytes).split('\n');
  } catch (cause) {
    throw malformed('it is not text', cause);
  }
}

function headOf(text: string): ArchiveHead {
  let value: JsonValue | undefined;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw malformed('its first line is not one of an archive', cause);
  }
  if (!isJsonObject(value) || value['format'] !== FORMAT)
    throw malformed(`its first line is not one of \`${FORMAT}\``);
  const { origin, class: name, bodies, keyId } = value;
  if (typeof origin !== 'string' || typeof name !== 'string' || typeof keyId !== 'string' || !isCount(bodies))
    throw malformed('its first line is not whole');
  return { origin, class: name, bodies, keyId };
}

function isCount(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** INVARIANT: the key is of this archive alone, by the salt in its first line, so that a nonce that counts is used once under it. */
function lineKey(key: ArchiveKey, head: string): Uint8Array {
  return hmacSha256(key.bytes, canonicalJson([FORMAT, head]));
}

function lineSealer(key: ArchiveKey, head: string): (at: number, value: JsonObject) => string {
  const own = lineKey(key, head);
  return (at, value) => toBase64(sealAead(own, nonceOf(at), utf8(JSON.stringify(value)), boundTo(head, at)));
}

function lineOpener(key: ArchiveKey, head: string): (at: number, text: string) => JsonObject {
  const own = lineKey(key, head);
  return (at, text) => {
    try {
      const value: unknown = JSON.parse(
        fromUtf8(openAead(own, nonceOf(at), fromBase64(text), boundTo(head, at))),
      );
      if (isJsonObject(value)) return value;
    } catch (cause) {
      if (!isFault(cause) && !(cause instanceof SyntaxError)) throw cause;
      throw malformed(`line ${at + 2} does not open`, cause);
    }
    throw malformed(`line ${at + 2} is not an object`);
  };
}

function nonceOf(at: number): Uint8Array {
  const nonce = Buffer.alloc(AEAD_NONCE_BYTES);
  nonce.writeUInt32BE(at, AEAD_NONCE_BYTES - COUNTER_BYTES);
  return nonce;
}

function boundTo(head: string, at: number): Uint8Array {
  return utf8(canonicalJson([head, at]));
}

function malformed(problem: string, cause?: unknown): Fault {
  const hint = 'take another copy of the archive, and the key that its first line names';
  return new Fault('archive.malformed', `an archive does not open: ${problem}`, { hint }, { cause });
}

/** Base64 by Node: that of the kernel is for texts of a few bytes. */
function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

function fromBase64(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw malformed('a line is not base64');
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}
