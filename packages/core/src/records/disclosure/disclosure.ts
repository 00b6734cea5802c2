/** Selective disclosure: opened fields of an entry with their salts, its exact bytes, and the proof that it stands in the log. One file, checked offline. */
import { type DisclosedField, openCommitment, parseEntry } from '../../audit/index.ts';
import {
  describeFault,
  Fault,
  fromBase64,
  fromUtf8,
  isFault,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseStrictJson,
  toBase64,
  utf8,
} from '../../kernel/index.ts';
import type { LogReader } from '../../model/index.ts';
import { type ReceiptReport, type Trust, verifyReceipt } from '../../proof/index.ts';

/** What such a file says it is. */
export const DISCLOSURE_TYPE = 'writ/disclosure/v1';
/** Longest file that is read, in UTF-16 units: as long as a body may be, and what stands around it. */
const MAX_UNITS = 32 * 1024 * 1024;
const MAX_DEPTH = 128;

/** What a disclosure was found to show. */
export interface DisclosureReport {
  /** Whether every field is what the entry committed to, and the entry is proven. Nothing in `fields` counts otherwise. */
  readonly ok: boolean;
  /** Of the entry; absent where the file or the entry cannot be read. */
  readonly receipt?: ReceiptReport;
  readonly kind?: string;
  /** When, as the entry says, in milliseconds since 1970. */
  readonly time?: number;
  /** Fields with their values; those that do not open are left out. */
  readonly fields: JsonObject;
  readonly problems: readonly string[];
}

/** The fields `names` of entry `index`, with the salts that open them; `input` is the whole decision input. Throws `request.invalid` for one that is not there any more, or never was, and what reading the body throws. */
export function disclosedFields(
  reader: LogReader,
  index: number,
  names: readonly string[],
): readonly DisclosedField[] {
  const { fields, salts, input, erased } = reader.body(index);
  return names.map((field) => {
    const own = isJsonObject(fields) && Object.hasOwn(fields, field) ? fields[field] : undefined;
    const value: JsonValue | undefined = field === 'input' ? input : own;
    const salt = isJsonObject(salts) && Object.hasOwn(salts, field) ? salts[field] : undefined;
    if (value !== undefined && typeof salt === 'string') return { field, value, salt };
    const isErased = Array.isArray(erased) && (erased as readonly JsonValue[]).includes(field);
    const known = isJsonObject(fields) ? Object.keys(fields).join(', ') : '';
    throw new Fault(
      'request.invalid',
      isErased ? `\`${field}\` of entry ${index} was erased` : `entry ${index} has no field \`${field}\``,
      { path: 'field', ...(isErased ? {} : { hint: `it has ${known}` }) },
    );
  });
}

/** Those of the fields `names` that entry `index` has and that were not erased, with the salts that open them. Throws `log.body-erased` where the whole body is gone. */
export function fieldsAtHand(
  reader: Pick<LogReader, 'body'>,
  index: number,
  names: readonly string[],
): readonly DisclosedField[] {
  const { fields, salts, input } = reader.body(index);
  return names.flatMap((field) => {
    const own = isJsonObject(fields) && Object.hasOwn(fields, field) ? fields[field] : undefined;
    const value: JsonValue | undefined = field === 'input' ? input : own;
    const salt = isJsonObject(salts) && Object.hasOwn(salts, field) ? salts[field] : undefined;
    return value === undefined || typeof salt !== 'string' ? [] : [{ field, value, salt }];
  });
}

/** The file. A salt opens its own field and says nothing of the others, whose commitments stand in the entry as they do for everybody. */
export function createDisclosure(
  entry: Uint8Array,
  proof: Uint8Array,
  fields: readonly DisclosedField[],
): string {
  const document = { type: DISCLOSURE_TYPE, entry: toBase64(entry), proof: fromUtf8(proof), fields };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Checks the file `bytes` with keys that the verifier brought. Never throws for what stands in the file. */
export async function checkDisclosure(bytes: Uint8Array, trust: Trust): Promise<DisclosureReport> {
  try {
    const { entry: leaf, proof, fields } = readDisclosure(bytes);
    const receipt = await verifyReceipt(proof, leaf, trust);
    const entry = parseEntry(leaf);
    const opened = fields.filter((field) => openCommitment(entry, field));
    const problems = [
      ...receipt.problems.map(({ message }) => message),
      ...(receipt.origin === entry.origin ? [] : ['the entry is of another log than its proof']),
      ...(fields.length === 0 ? ['it discloses no field'] : []),
      ...fields
        .filter((field) => !opened.includes(field))
        .map(({ field }) => `\`${field}\` is not what the entry committed to`),
    ];
    return {
      ok: receipt.ok && problems.length === 0,
      receipt,
      kind: entry.kind,
      time: entry.time,
      fields: Object.fromEntries(opened.map(({ field, value }) => [field, value])),
      problems,
    };
  } catch (fault) {
    if (!isFault(fault)) throw fault;
    return { ok: false, fields: {}, problems: [describeFault(fault)] };
  }
}

interface Disclosure {
  readonly entry: Uint8Array;
  readonly proof: Uint8Array;
  readonly fields: readonly DisclosedField[];
}

function readDisclosure(bytes: Uint8Array): Disclosure {
  const document = parseStrictJson(fromUtf8(bytes), { maxLength: MAX_UNITS, maxDepth: MAX_DEPTH });
  const { type, entry, proof, fields } = isJsonObject(document) ? document : {};
  if (type !== DISCLOSURE_TYPE || typeof entry !== 'string' || typeof proof !== 'string')
    throw new Fault('proof.malformed', `this is no disclosure: \`type\` is not \`${DISCLOSURE_TYPE}\``);
  if (!Array.isArray(fields)) throw new Fault('proof.malformed', 'a disclosure lists its `fields`');
  return {
    entry: fromBase64(entry),
    proof: utf8(proof),
    fields: (fields as readonly JsonValue[]).map((one) => {
      const { field, value, salt } = isJsonObject(one) ? one : {};
      if (typeof field !== 'string' || typeof salt !== 'string' || value === undefined)
        throw new Fault('proof.malformed', 'a disclosed field has `field`, `value` and `salt`');
      return { field, value, salt };
    }),
  };
}
