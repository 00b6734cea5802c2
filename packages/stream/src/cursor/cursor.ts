/** How far a destination has got: all that is kept of it on the disk. */
import { hash } from 'node:crypto';
import {
  describeFault,
  Fault,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  ownProperty,
  parseStrictJson,
} from '@writ/core';

/** Version of the file. */
const CURSOR_VERSION = 1;
/** SHA-256 in hexadecimal. */
const HASH = /^[0-9a-f]{64}$/;
const HINT =
  'look which entry the destination has last, and say where to go on: `writ export reset NAME --from INDEX`';

/** How far a destination has got in one log. */
export interface Cursor {
  readonly origin: string;
  /** Index of the first entry that is not acknowledged whole. */
  readonly next: number;
  /** Leaf hash, hexadecimal, of the entry before `next`: another log under the same origin is known by it. Absent at 0. */
  readonly leaf?: string;
  /** Whether the log says that the destination is behind, and not yet that it has caught up. */
  readonly isBehind: boolean;
}

/** `cursor` as the text of its file: one line, whose last field is the hash of the others. */
export function printCursor(cursor: Cursor): string {
  const fields = { version: CURSOR_VERSION, ...cursor };
  return `${JSON.stringify({ ...fields, check: checkOf(fields) })}\n`;
}

/** The cursor in `text`. Throws `export.cursor`, naming `file`, for anything but what {@link printCursor} wrote. */
export function parseCursor(text: string, file: string): Cursor {
  const fields = fieldsIn(text, file);
  const { check, ...rest } = fields;
  const { version, origin, next, leaf, isBehind } = rest;
  if (version !== CURSOR_VERSION) throw damaged(file, 'it is of another version');
  if (check !== checkOf(rest)) throw damaged(file, 'it was altered');
  if (typeof origin !== 'string' || typeof next !== 'number' || !Number.isSafeInteger(next) || next < 0)
    throw damaged(file, 'it names no entry');
  const hasLeaf = typeof leaf === 'string' && HASH.test(leaf);
  if (typeof isBehind !== 'boolean' || (leaf !== undefined && !hasLeaf) || hasLeaf !== next > 0)
    throw damaged(file, 'it lacks what it should hold');
  return { origin, next, ...(hasLeaf ? { leaf } : {}), isBehind };
}

/** The fault of a cursor that says nothing one may go by: sending stands still until a person says where to go on. */
export function damaged(file: string, problem: string, cause?: unknown): Fault {
  return new Fault(
    'export.cursor',
    `the cursor \`${file}\` cannot be used: ${problem}`,
    { file, hint: HINT },
    { cause },
  );
}

function fieldsIn(text: string, file: string): JsonObject {
  let value: JsonValue;
  try {
    value = parseStrictJson(text);
  } catch (fault) {
    throw damaged(file, describeFault(fault), fault);
  }
  if (!isJsonObject(value) || ownProperty(value, 'version') === undefined)
    throw damaged(file, 'it is no cursor');
  return value;
}

function checkOf(fields: JsonObject): string {
  return hash('sha256', JSON.stringify(fields), 'hex');
}
