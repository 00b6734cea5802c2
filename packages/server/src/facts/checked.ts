/** What a node disclosed, opened against the entry that is held here: the control plane believes no value. */
import {
  definitionHash,
  type DisclosedField,
  type Entry,
  isJsonObject,
  type JsonObject,
  openCommitment,
  parseEntry,
} from '@writ/core';
import { heldBundle, type HeldBundle } from '../mirror/index.ts';
import type { Plane } from '../plane.ts';

/** Fields of one entry, as a node sends them. */
export interface SentFacts {
  readonly index: number;
  readonly fields: readonly DisclosedField[];
  /** Of a pin: the definition whose hash the entry has in the clear. */
  readonly definition?: JsonObject | undefined;
}

/** Facts that are what their entry committed to. */
export interface CheckedFacts {
  readonly index: number;
  readonly entry: Entry;
  readonly fields: JsonObject;
  /** What opens them, by the same names. */
  readonly salts: JsonObject;
  readonly definition?: JsonObject;
}

/** What came of it; `refused`: `field` of the entry at `index` is not what that committed to, and nothing is believed. */
export type Checked =
  | { readonly status: 'opened'; readonly facts: readonly CheckedFacts[] }
  | { readonly status: 'refused'; readonly index: number; readonly field: string };

/** Opens `sent`, of the log `origin`; all of it, or none. */
export async function checkFacts(
  { tables }: Pick<Plane, 'tables'>,
  origin: string,
  sent: readonly SentFacts[],
): Promise<Checked> {
  const facts: CheckedFacts[] = [];
  let bundle: HeldBundle | undefined;
  for (const { index, fields, definition } of sent) {
    if (bundle === undefined || index < bundle.first || index >= bundle.first + bundle.entries.length)
      bundle = await heldBundle(tables, origin, index);
    const bytes = bundle?.entries[index - (bundle?.first ?? 0)];
    if (bytes === undefined) return { status: 'refused', index, field: 'entry' };
    const entry = parseEntry(bytes);
    const wrong = fields.find((field) => entry.origin !== origin || !openCommitment(entry, field));
    if (wrong !== undefined) return { status: 'refused', index, field: wrong.field };
    if (definition !== undefined && !isDefinitionOf(entry, definition))
      return { status: 'refused', index, field: 'definition' };
    facts.push({
      index,
      entry,
      fields: Object.fromEntries(fields.map(({ field, value }) => [field, value])),
      salts: Object.fromEntries(fields.map(({ field, salt }) => [field, salt])),
      ...(definition === undefined ? {} : { definition }),
    });
  }
  return { status: 'opened', facts };
}

function isDefinitionOf(entry: Entry, definition: JsonObject): boolean {
  return (
    entry.kind === 'pin' &&
    isJsonObject(definition) &&
    definitionHash(definition) === entry.pin.definitionHash
  );
}
