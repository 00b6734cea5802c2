/** What of disclosed fields receipts are found by. */
import { isJsonObject, type JsonObject, type JsonValue } from '@writ/core';
import type { FactsRow } from '../tables/index.ts';

/** Longest text that is found by, and most labels that are listed. */
const MAX_WORD = 512;
const MAX_LABELS = 64;

/** What lists show of `fields`, each `null` where it was not disclosed. */
export function derivedFacts(
  fields: JsonObject,
): Pick<FactsRow, 'agent' | 'person' | 'session' | 'tool' | 'labels'> {
  const { subject, session, target, input } = fields;
  const labels = listOf(fieldOf(input, 'labels')).filter((label) => typeof label === 'string');
  const tool = listOf(target)
    .map(listOf)
    .find(([, type]) => type === 'tool');
  return {
    agent: wordOf(fieldOf(fieldOf(subject, 'agent'), 'id')),
    person: wordOf(fieldOf(fieldOf(subject, 'person'), 'id')),
    session: wordOf(fieldOf(session, 'id')),
    tool: wordOf(tool?.[2]),
    labels: labels.length === 0 ? null : JSON.stringify(labels.slice(0, MAX_LABELS).map(cut)),
  };
}

/** `text` as a column holds it: PostgreSQL takes no NUL. */
export function wordOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' && value !== '' && !value.includes('\0') ? cut(value) : null;
}

function cut(text: string): string {
  return text.slice(0, MAX_WORD);
}

function fieldOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return value !== undefined && isJsonObject(value) ? value[name] : undefined;
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}
