/** Values as an operator reads them. They may be secrets: these texts are for the operator's terminal, never for an agent or the clear part of a log. */
import {
  CedarSet,
  Datetime,
  Decimal,
  Duration,
  IpAddress,
  isRecord,
  printUid,
  Uid,
  type Value,
} from '../value/index.ts';

/** Longest text of one value, in UTF-16 units, and most members shown of a set or record. */
const MAX_LENGTH = 80;
const MAX_MEMBERS = 6;

/** `"a.txt"`, `730`, `["dev", "ops"]`, `Agent::"bot"`, `2026-01-01T08:00:00.000Z`. */
export function printValue(value: Value): string {
  if (typeof value === 'string') return JSON.stringify(shorten(value));
  if (typeof value !== 'object') return String(value);
  if (value instanceof Uid) return printUid({ type: value.type, id: shorten(value.id) });
  if (value instanceof CedarSet) return `[${members(value.elements.map(printValue))}]`;
  if (
    value instanceof Decimal ||
    value instanceof IpAddress ||
    value instanceof Datetime ||
    value instanceof Duration
  )
    return value.toString();
  if (isRecord(value))
    return `{${members(Object.entries(value).map(([name, member]) => `${name}: ${printValue(member)}`))}}`;
  return value satisfies never;
}

function members(texts: readonly string[]): string {
  const rest = texts.length - MAX_MEMBERS;
  const shown = texts.slice(0, MAX_MEMBERS);
  return (rest > 0 ? [...shown, `… ${rest} more`] : shown).join(', ');
}

function shorten(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH).toWellFormed()}…` : text;
}
