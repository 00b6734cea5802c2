/** Reads an entry from its bytes, refusing everything that Writ would not have written. */
import { describeFault, Fault, fromUtf8, isJsonObject } from '../../kernel/index.ts';
import { ENTRY_KINDS, ENTRY_VERSION, type Entry, type EntryKind } from '../../model/index.ts';
import { MAX_ENTRY_BYTES } from '../../proof/index.ts';
import { shapePattern } from './shape-pattern.ts';
import { check, type Shape } from './shape.ts';
import { entryFields } from './shapes.ts';

const SHAPES = new Map<unknown, Shape>(
  ENTRY_KINDS.map((kind: EntryKind) => [kind, { type: 'object', fields: entryFields(kind) }]),
);

/** The one text of an entry of each kind, as far as an expression can say it; made when it is first needed. */
const PLAIN = new Map<string, RegExp>();
/** What every entry begins with; its kind follows. */
const OPENING = `{"version":${ENTRY_VERSION},"kind":"`;

/**
 * The entry in `bytes`. There is one text for one entry: fields in their order, no white space, no second spelling of a string or number.
 * Throws `entry.invalid` with the `path` of the field, or `entry.too-large`.
 */
export function parseEntry(bytes: Uint8Array): Entry {
  if (bytes.length > MAX_ENTRY_BYTES) {
    throw new Fault(
      'entry.too-large',
      `an entry has ${bytes.length} bytes, at most ${MAX_ENTRY_BYTES} are accepted`,
    );
  }
  const plain = readPlain(bytes);
  return plain === undefined ? parseByShape(bytes) : (JSON.parse(plain) as Entry);
}

/** Whether {@link parseEntry} would surely take `bytes`; `false` says nothing. A tenth of the time of parsing. */
export function isPlainEntry(bytes: Uint8Array): boolean {
  return readPlain(bytes) !== undefined;
}

/** The text in `bytes` where an expression finds it to be an entry. */
function readPlain(bytes: Uint8Array): string | undefined {
  if (bytes.length > MAX_ENTRY_BYTES) return undefined;
  // What is not ASCII becomes other characters here, none of which an expression matches.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  const kind = text.slice(OPENING.length, text.indexOf('"', OPENING.length));
  return patternOf(kind)?.test(text) === true ? text : undefined;
}

function patternOf(kind: string): RegExp | undefined {
  const [made, shape] = [PLAIN.get(kind), SHAPES.get(kind)];
  if (made !== undefined || shape === undefined) return made;
  const pattern = new RegExp(`^${shapePattern(shape)}$`);
  PLAIN.set(kind, pattern);
  return pattern;
}

/** The slower way, field by field, for what is unusual or wrong. Throws as {@link parseEntry}. */
export function parseByShape(bytes: Uint8Array): Entry {
  const { text, value } = read(bytes);
  const kind = isJsonObject(value) ? value['kind'] : undefined;
  const shape = SHAPES.get(kind);
  if (shape === undefined)
    throw new Fault('entry.invalid', '`kind` of an entry is not a known kind', { path: 'kind' });
  check(shape, value);
  // Shapes bound depth, so this cannot overflow; it refuses duplicate keys, white space and other spellings of the same value.
  if (JSON.stringify(value) !== text) {
    throw new Fault(
      'entry.invalid',
      'an entry is not written in its one form: duplicate keys, white space or escapes',
      {
        path: '',
      },
    );
  }
  return value as Entry;
}

function read(bytes: Uint8Array): { readonly text: string; readonly value: unknown } {
  try {
    const text = fromUtf8(bytes);
    return { text, value: JSON.parse(text) };
  } catch (cause) {
    throw new Fault(
      'entry.invalid',
      `an entry is not JSON: ${describeFault(cause)}`,
      { path: '' },
      { cause },
    );
  }
}
