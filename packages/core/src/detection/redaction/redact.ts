/** Replaces what detectors found, and nothing else. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/index.ts';
import type { Finding } from '../../model/index.ts';
import { type Edits, editsOf, misplaced } from './edits.ts';
import { regionsOf } from './regions.ts';

/** A value with its findings taken out. */
export interface Redacted {
  /** The new value; parts without findings are the same objects as before. */
  readonly value: JsonValue;
  /** How many replacements were made, by kind; one replacement over findings of two kinds counts for both. */
  readonly redactions: Readonly<Record<string, number>>;
}

/**
 * Replaces the span of each finding of `kinds` (names as in `findingNames`: `secret` or `secret/jwt`) by `[redacted:kind]`.
 *
 * Overlapping spans become one replacement. A span in a key renames the property and keeps its place; names that become equal are numbered.
 * A span over something that is no string (a card number sent as a JSON number, an object past a bound) replaces all of it by a string.
 * Throws `detector.failed` for a finding at a place that the value does not have: nothing is then redacted.
 */
export function redact(value: JsonValue, findings: readonly Finding[], kinds: readonly string[]): Redacted {
  if (findings.length === 0 || kinds.length === 0) return { value, redactions: {} };
  const named = new Set(kinds);
  const chosen = findings.filter(
    ({ kind, detail }) => named.has(kind) || (detail !== undefined && named.has(`${kind}/${detail}`)),
  );
  if (chosen.length === 0) return { value, redactions: {} };
  const counts = new Map<string, number>();
  const redacted = redactNode(value, editsOf(chosen), counts);
  return { value: redacted, redactions: Object.fromEntries([...counts].sort(byName)) };
}

type Counts = Map<string, number>;

function redactNode(value: JsonValue, edits: Edits, counts: Counts): JsonValue {
  if (edits.here.length > 0) {
    return typeof value === 'string'
      ? redactText(value, edits.here, counts)
      : replaceWhole(edits.here, counts);
  }
  if (edits.below.size === 0) return value;
  if (Array.isArray(value)) return redactItems(value, edits, counts);
  if (isJsonObject(value)) return redactProperties(value, edits, counts);
  throw misplaced(anyFinding(edits));
}

function redactItems(items: readonly JsonValue[], edits: Edits, counts: Counts): JsonValue {
  const copy = [...items];
  for (const [step, below] of edits.below) {
    const index = /^(?:0|[1-9]\d{0,9})$/.test(step) ? Number(step) : -1;
    if (index < 0 || index >= copy.length || below.inKey.length > 0) throw misplaced(anyFinding(below));
    copy[index] = redactNode(copy[index] as JsonValue, below, counts);
  }
  return copy;
}

function redactProperties(object: JsonObject, edits: Edits, counts: Counts): JsonValue {
  for (const [step, below] of edits.below)
    if (!Object.hasOwn(object, step)) throw misplaced(anyFinding(below));
  const copy: Record<string, JsonValue> = {};
  for (const key of Object.keys(object)) {
    const below = edits.below.get(key);
    const value = object[key] as JsonValue;
    const name = below === undefined || below.inKey.length === 0 ? key : redactText(key, below.inKey, counts);
    const redacted = below === undefined ? value : redactNode(value, below, counts);
    // INVARIANT: a key from outside never reaches a setter of Object.prototype.
    Object.defineProperty(copy, name === key ? key : unusedName(name, object, copy), {
      value: redacted,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return copy;
}

/** `name`, or the first of `name 2`, `name 3`, … that neither the old nor the new object has. */
function unusedName(name: string, object: JsonObject, copy: JsonObject): string {
  let unused = name;
  for (let number = 2; Object.hasOwn(copy, unused) || Object.hasOwn(object, unused); number += 1) {
    unused = `${name} ${number}`;
  }
  return unused;
}

function redactText(text: string, findings: readonly Finding[], counts: Counts): string {
  let redacted = '';
  let at = 0;
  for (const region of regionsOf(findings, text.length)) {
    const start = Math.max(at, startOfCharacter(text, region.start));
    if (region.start >= text.length) throw misplaced(findings[0] as Finding);
    redacted += `${text.slice(at, start)}[redacted:${region.label}]`;
    at = endOfCharacter(text, region.end);
    for (const kind of region.kinds) count(kind, counts);
  }
  return redacted + text.slice(at);
}

function replaceWhole(findings: readonly Finding[], counts: Counts): string {
  const [region] = regionsOf(
    findings.map((finding) => ({ ...finding, span: { ...finding.span, start: 0, end: 1 } })),
    1,
  );
  for (const kind of region?.kinds ?? []) count(kind, counts);
  return `[redacted:${region?.label ?? ''}]`;
}

/** A span never leaves half a surrogate pair behind. */
function startOfCharacter(text: string, at: number): number {
  return isInsidePair(text, at) ? at - 1 : at;
}

function endOfCharacter(text: string, at: number): number {
  return isInsidePair(text, at) ? at + 1 : at;
}

function isInsidePair(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  const here = text.charCodeAt(at);
  return before >= 0xd800 && before <= 0xdbff && here >= 0xdc00 && here <= 0xdfff;
}

function count(kind: string, counts: Counts): void {
  counts.set(kind, (counts.get(kind) ?? 0) + 1);
}

function anyFinding(edits: Edits): Finding {
  const own = edits.here[0] ?? edits.inKey[0];
  if (own !== undefined) return own;
  for (const below of edits.below.values()) return anyFinding(below);
  throw new RangeError('an edit without a finding');
}

function byName(left: readonly [string, number], right: readonly [string, number]): number {
  return left[0] < right[0] ? -1 : 1;
}
