/** Signed notes: text, a blank line, signature lines (c2sp.org/signed-note). Parsing alone; nothing here is verified. */
import { concatBytes, Fault, fromBase64, fromUtf8, isFault, toBase64, utf8 } from '../../kernel/index.ts';
import { isKeyName, readUint32 } from './verifier-key.ts';

/** One signature line. */
export interface NoteSignature {
  /** Name of the key that claims to have signed. */
  readonly name: string;
  /** Id of that key, 0 to 2^32−1. */
  readonly keyId: number;
  /** What follows the key id; its form is the algorithm's. At least 1 byte. */
  readonly signature: Uint8Array;
}

/** A note as it stands, trusted by nobody yet. */
export interface SignedNote {
  /** Ends in a line feed. May hold empty lines. */
  readonly text: string;
  /** In the order of the note, 1 to 100. */
  readonly signatures: readonly NoteSignature[];
}

/** Longest note read, in bytes. */
export const MAX_NOTE_BYTES = 1_048_576;
/** Most signature lines read; the specification asks for at least 16. */
export const MAX_NOTE_SIGNATURES = 100;
const KEY_ID_BYTES = 4;

/** The note in `bytes`. Throws `note.malformed`. */
export function parseNote(bytes: Uint8Array): SignedNote {
  if (bytes.length > MAX_NOTE_BYTES) {
    throw malformed(`has ${bytes.length} bytes, at most ${MAX_NOTE_BYTES} are accepted`);
  }
  const whole = decodeText(bytes);
  const blank = whole.lastIndexOf('\n\n');
  if (blank < 0) throw malformed('has no blank line between text and signatures');
  if (blank + 2 >= whole.length) throw malformed('has no signature lines');
  if (!whole.endsWith('\n')) throw malformed('does not end in a line feed');
  const lines = whole.slice(blank + 2, -1).split('\n');
  if (lines.length > MAX_NOTE_SIGNATURES) {
    throw malformed(`has ${lines.length} signature lines, at most ${MAX_NOTE_SIGNATURES} are accepted`);
  }
  return { text: whole.slice(0, blank + 1), signatures: lines.map(parseSignatureLine) };
}

/** The bytes of `note`. Throws `note.malformed` for what {@link parseNote} would refuse. */
export function formatNote(note: SignedNote): Uint8Array {
  requireNoteText(note.text);
  if (note.signatures.length < 1 || note.signatures.length > MAX_NOTE_SIGNATURES) {
    throw malformed(`has 1 to ${MAX_NOTE_SIGNATURES} signatures, not ${note.signatures.length}`);
  }
  const bytes = utf8(`${note.text}\n${note.signatures.map(formatSignatureLine).join('')}`);
  if (bytes.length > MAX_NOTE_BYTES) throw malformed(`would have ${bytes.length} bytes`);
  return bytes;
}

/** `text` itself where it may be signed: well-formed, ends in a line feed, no other control character. Throws `note.malformed`. */
export function requireNoteText(text: string): string {
  if (!text.endsWith('\n')) throw malformed('has text that does not end in a line feed');
  if (!text.isWellFormed() || hasControlCharacter(text)) throw malformed('has text with control characters');
  return text;
}

/** One signature line with its line feed. Throws `note.malformed`. */
export function formatSignatureLine(line: NoteSignature): string {
  if (!isKeyName(line.name) || line.signature.length === 0)
    throw malformed('has a signature without name or bytes');
  const keyId = new Uint8Array(KEY_ID_BYTES);
  new DataView(keyId.buffer).setUint32(0, line.keyId);
  return `\u2014 ${line.name} ${toBase64(concatBytes(keyId, line.signature))}\n`;
}

/** The signature in one `line` without its line feed, as witnesses also answer it. Throws `note.malformed`. */
export function parseSignatureLine(line: string): NoteSignature {
  const [dash, name, encoded, ...rest] = line.split(' ');
  if (
    dash !== '\u2014' ||
    name === undefined ||
    encoded === undefined ||
    rest.length > 0 ||
    !isKeyName(name)
  ) {
    throw malformed('has a line after the blank one that is not a signature');
  }
  const blob = decodeSignature(encoded);
  if (blob.length <= KEY_ID_BYTES) throw malformed('has a signature that is too short');
  return { name, keyId: readUint32(blob), signature: blob.slice(KEY_ID_BYTES) };
}

function decodeText(bytes: Uint8Array): string {
  try {
    const text = fromUtf8(bytes);
    if (hasControlCharacter(text)) throw malformed('has control characters');
    return text;
  } catch (cause) {
    if (isFault(cause, 'note.malformed')) throw cause;
    throw new Fault('note.malformed', 'a note is UTF-8 text', {}, { cause });
  }
}

function decodeSignature(encoded: string): Uint8Array {
  try {
    return fromBase64(encoded);
  } catch (cause) {
    throw new Fault('note.malformed', 'a note has a signature that is not base64', {}, { cause });
  }
}

/** Any character below U+0020 other than the line feed. */
function hasControlCharacter(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x20 && unit !== 0x0a) return true;
  }
  return false;
}

function malformed(problem: string): Fault {
  return new Fault('note.malformed', `a note ${problem}`);
}
