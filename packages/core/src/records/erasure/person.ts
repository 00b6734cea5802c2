/** The names of one person, and where they stand in texts: written as they are, in another case, or encoded as programs encode what they pass on. */
import { Fault, type JsonValue } from '../../kernel/index.ts';
import { phoneConcern } from '../../model/index.ts';

/** Most names of one person. */
export const MAX_IDENTIFIERS = 64;
/** Longest of them, in UTF-16 units: what an entry takes as the name of a person. */
const MAX_IDENTIFIER_UNITS = 256;
/** Shorter names are erased as whole words alone: `al` stands in half of all texts. */
const MIN_INSIDE_WORDS = 4;
/** Shorter names, in bytes, have no base64 and hexadecimal form that would not be met by chance. */
const MIN_ENCODED_BYTES = 6;
/** What stands where a name was. */
export const ERASED = '[erased]';

/** Of a number with what stands between its digits, everything else. */
const BETWEEN_DIGITS = '[ \\u00a0().\\/-]{0,3}';

/** One person, by every name that is asked about. */
export interface PersonNames {
  /** As given. */
  readonly identifiers: readonly string[];
  /** The concerns to look under: each name as given, in lower case, and in its composed form. */
  readonly concerns: readonly string[];
  /** Whether `text` has one of the names in it, in whatever form is known here. */
  isIn(text: string): boolean;
  /** `text` without the names; `[erased]` alone where they cannot be cut out. Answers `text` itself where there is none. */
  cut(text: string): string;
}

/**
 * The names in `identifiers`. Recognised in any letter case, composed or decomposed, percent-encoded, escaped as in JSON, and, from six bytes on, in base64 and
 * hexadecimal; telephone numbers also with spaces, dots, dashes and brackets. Not recognised: other spellings, initials, hashes, what is compressed or encrypted.
 * Throws `request.invalid` where there is none, too many, or one that is no name.
 */
export function personNames(identifiers: readonly string[]): PersonNames {
  requireNames(identifiers);
  const forms = [...new Set(identifiers.flatMap((one) => [one, one.normalize('NFC'), one.normalize('NFD')]))];
  const source = forms
    .toSorted((left, right) => right.length - left.length)
    .map(patternOf)
    .join('|');
  const [one, all] = [new RegExp(source, 'iu'), new RegExp(source, 'giu')];
  const encoded = [...new Set(forms.flatMap(encodingsOf))];
  const mark = one.test(ERASED) ? '' : ERASED;
  const isIn = (text: string): boolean =>
    one.test(text) ||
    encoded.some((form) => text.includes(form)) ||
    readings(text).some((reading) => one.test(reading));
  return {
    identifiers,
    concerns: [...new Set(forms.flatMap((form) => [form, form.toLowerCase(), phoneConcern(form) ?? form]))],
    isIn,
    cut(text) {
      if (!isIn(text)) return text;
      const rest = text.replace(all, mark);
      return isIn(rest) ? mark : rest;
    },
  };
}

/** `value` without the names, in values and in names of properties; `value` itself where there is none. */
export function cutFrom(value: JsonValue, person: PersonNames): JsonValue {
  if (typeof value === 'string') return person.cut(value);
  if (typeof value === 'number') return person.identifiers.includes(String(value)) ? ERASED : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    const cut = items.map((item) => cutFrom(item, person));
    return cut.every((item, at) => item === items[at]) ? (value as JsonValue) : cut;
  }
  const members = Object.entries(value) as readonly (readonly [string, JsonValue])[];
  const cut = members.map(([name, member]) => [person.cut(name), cutFrom(member, person)] as const);
  if (cut.every(([name, member], at) => name === members[at]?.[0] && member === members[at]?.[1]))
    return value;
  return named(cut);
}

/** INVARIANT: two names that become one stay two properties. */
function named(members: readonly (readonly [string, JsonValue])[]): JsonValue {
  const seen = new Set<string>();
  return Object.fromEntries(
    members.map(([name, member]) => {
      let own = name;
      for (let count = 2; seen.has(own); count += 1) own = `${name} ${count}`;
      seen.add(own);
      return [own, member];
    }),
  );
}

function requireNames(identifiers: readonly string[]): void {
  const { length } = identifiers;
  const isName = (one: string): boolean =>
    one.trim() !== '' && one.length <= MAX_IDENTIFIER_UNITS && one.isWellFormed();
  if (length > 0 && length <= MAX_IDENTIFIERS && identifiers.every(isName)) return;
  throw new Fault('request.invalid', `a person has 1 to ${MAX_IDENTIFIERS} names here, none of them empty`, {
    path: 'identifiers',
    hint: `each of at most ${MAX_IDENTIFIER_UNITS} characters`,
  });
}

function patternOf(name: string): string {
  // A number of digits alone may be a customer's: only what is written as a telephone number is read as one.
  const number = /^\d*$/.test(name) ? undefined : phoneConcern(name);
  if (number !== undefined) {
    const digits = number.replace('+', '').split('').join(BETWEEN_DIGITS);
    return number.startsWith('+') ? `(?:\\+|00)?${digits}` : digits;
  }
  const literal = name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return name.length >= MIN_INSIDE_WORDS ? literal : `(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`;
}

/** Whatever bytes stand before it, base64 of a text that holds `name` holds one of three texts, but for their ends. */
function encodingsOf(name: string): readonly string[] {
  const spellings = new Set([name, name.toLowerCase(), name.toUpperCase()]);
  return [...spellings].flatMap((spelling) => {
    const bytes = Buffer.from(spelling, 'utf8');
    if (bytes.length < MIN_ENCODED_BYTES) return [];
    const base64 = [0, 1, 2].flatMap((before) => {
      const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
      const whole = Math.floor(((before + bytes.length) * 8) / 6);
      const inner = text.slice(Math.ceil((before * 8) / 6), whole);
      return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
    });
    const hex = bytes.toString('hex');
    return [...base64, hex, hex.toUpperCase()];
  });
}

/** What `text` says to whoever decodes it; none where that is what it says as it is. */
function readings(text: string): readonly string[] {
  const found: string[] = [];
  if (/[\u0080-\u{10ffff}]/u.test(text)) found.push(text.normalize('NFKC'));
  if (text.includes('%')) found.push(percentDecoded(text));
  if (text.includes('\\u')) found.push(text.replace(/\\u([0-9A-Fa-f]{4})/g, fromCode));
  return found;
}

function percentDecoded(text: string): string {
  const bytes = text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
  );
  return bytes.replaceAll('+', ' ');
}

function fromCode(_escape: string, code: string): string {
  return String.fromCharCode(Number.parseInt(code, 16));
}
