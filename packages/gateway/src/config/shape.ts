/** Reading placed values as what they should be; each throws `config.invalid` with the place and what was expected. */
import { invalid, type Place, suggest } from './place.ts';
import type { PlacedEntry, PlacedValue } from './read-yaml.ts';

/** Longest text accepted anywhere, in UTF-16 units. */
const MAX_TEXT_LENGTH = 4096;
const DURATION = /^(\d{1,9})(ms|s|m|h|d)$/;
const MS_PER_UNIT: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** The fields of a map, none of them unknown. */
export interface Fields {
  readonly place: Place;
  get(name: string): PlacedValue | undefined;
  /** The field, or a fault at the map. */
  need(name: string, hint: string): PlacedValue;
}

/** `value` as a map with no keys but `known`. */
export function readFields(value: PlacedValue, known: readonly string[]): Fields {
  const entries = readMap(value);
  for (const [name, entry] of entries) {
    if (!known.includes(name)) throw invalid(entry.place, `\`${name}\` is not a field`, suggest(name, known));
  }
  const get = (name: string): PlacedValue | undefined => entries.get(name)?.value;
  return {
    place: value.place,
    get,
    need(name, hint) {
      const found = get(name);
      if (found === undefined) throw invalid(value.place, `\`${name}\` is missing`, hint);
      return found;
    },
  };
}

/** `value` as a map with keys of any name. */
export function readMap(value: PlacedValue): ReadonlyMap<string, PlacedEntry> {
  if (value.kind !== 'map') throw mistyped(value, 'a map of names to values');
  return value.entries;
}

/** `value` as a list. */
export function readList(value: PlacedValue): readonly PlacedValue[] {
  if (value.kind !== 'list') throw mistyped(value, 'a list');
  return value.items;
}

/** `value` as text of at least one character, without control characters. */
export function readText(value: PlacedValue): string {
  if (value.kind !== 'scalar' || typeof value.value !== 'string') throw mistyped(value, 'text');
  const text = value.value;
  if (text === '') throw invalid(value.place, 'the text is empty');
  if (text.length > MAX_TEXT_LENGTH)
    throw invalid(value.place, `the text is longer than ${MAX_TEXT_LENGTH} characters`);
  if (!text.isWellFormed() || /\p{Cc}/u.test(text))
    throw invalid(value.place, 'the text holds a control character');
  return text;
}

/** `value` as `true` or `false`. */
export function readBoolean(value: PlacedValue): boolean {
  if (value.kind !== 'scalar' || typeof value.value !== 'boolean') throw mistyped(value, '`true` or `false`');
  return value.value;
}

/** `value` as one of `known`. */
export function readChoice<Choice extends string>(value: PlacedValue, known: readonly Choice[]): Choice {
  const text = readText(value);
  const found = known.find((choice) => choice === text);
  if (found === undefined)
    throw invalid(value.place, `\`${text.slice(0, 60)}\` is none of the choices`, suggest(text, known));
  return found;
}

/** `value` as a duration (`45s`, `15m`) in milliseconds, from `least` to `most`. */
export function readDuration(value: PlacedValue, least: number, most: number): number {
  if (value.kind !== 'scalar' || typeof value.value !== 'string')
    throw mistyped(value, 'a duration such as `45s`');
  const [, digits, unit = ''] = DURATION.exec(value.value) ?? [];
  if (digits === undefined) {
    throw invalid(
      value.place,
      `\`${value.value.slice(0, 60)}\` is not a duration`,
      'write a number and `ms`, `s`, `m`, `h` or `d`, such as `45s`',
    );
  }
  const ms = Number(digits) * (MS_PER_UNIT[unit] ?? 1);
  if (ms < least || ms > most) {
    throw invalid(
      value.place,
      `\`${value.value}\` is out of bounds`,
      `from ${formatDuration(least)} to ${formatDuration(most)}`,
    );
  }
  return ms;
}

/** A duration as a configuration writes it: the largest unit that divides it. */
export function formatDuration(ms: number): string {
  for (const unit of ['d', 'h', 'm', 's']) {
    const size = MS_PER_UNIT[unit] ?? 1;
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${ms}ms`;
}

function mistyped(value: PlacedValue, expected: string) {
  const found =
    value.kind === 'scalar'
      ? value.value === null
        ? 'nothing'
        : `the ${typeof value.value === 'string' ? 'text' : typeof value.value} \`${String(value.value).slice(0, 60)}\``
      : `a ${value.kind}`;
  const hint =
    value.kind === 'scalar' && typeof value.value === 'number' && expected === 'text'
      ? 'quote it'
      : undefined;
  return invalid(value.place, `found ${found}, expected ${expected}`, hint);
}
