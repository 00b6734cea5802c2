/** What of the node’s own entries it discloses by itself: batches, read from its log in small pieces. */
import {
  type DisclosableField,
  type Entry,
  isFault,
  type JsonObject,
  type LogReader,
  type StateReader,
  toolId,
} from '@writ/core';
import { fieldsAtHand } from '@writ/core/records';

/** Most entries of a batch, and how many entries of the log it reaches over at most. */
const MAX_ENTRIES = 256;
const MAX_REACH = 4_096;
/** Most UTF-16 units of a batch, of which each may take three bytes of the mebibyte that is taken; and of one field, past which it is not sent by itself. */
const MAX_BATCH_UNITS = 300_000;
const MAX_FIELD_UNITS = 100_000;
/** Entries that are read before others have their turn. */
const TURN = 16;

/** Where facts are read from. */
export interface FactsSource {
  readonly reader: Pick<LogReader, 'entry' | 'body'>;
  readonly state: Pick<StateReader, 'pins'>;
  readonly always: readonly DisclosableField[];
  /** Lets others have their turn. */
  readonly yieldTurn: () => Promise<void>;
}

/** A batch, as the control plane takes it. */
export interface FactsBatch {
  readonly from: number;
  /** Nothing more is disclosed of entries below. */
  readonly upTo: number;
  readonly entries: readonly JsonObject[];
}

/** The batch from `from` on, of at most the entries below `end`. Throws what reading the log throws. */
export async function readFacts(source: FactsSource, from: number, end: number): Promise<FactsBatch> {
  const last = Math.min(end, from + MAX_REACH);
  const entries: JsonObject[] = [];
  let units = 0;
  let index = from;
  for (; index < last && entries.length < MAX_ENTRIES; index += 1) {
    if ((index - from) % TURN === TURN - 1) await source.yieldTurn();
    const facts = factsOf(source, index);
    if (facts === undefined) continue;
    const length = JSON.stringify(facts).length;
    if (entries.length > 0 && units + length > MAX_BATCH_UNITS) break;
    units += length;
    entries.push(facts);
  }
  return { from, upTo: index, entries };
}

function factsOf({ reader, state, always }: FactsSource, index: number): JsonObject | undefined {
  const { entry } = reader.entry(index);
  const names = always.filter((name) => isCommitted(entry, name));
  if (names.length === 0) return undefined;
  try {
    const fields = fieldsAtHand(reader, index, names).filter(
      ({ value }) => JSON.stringify(value).length <= MAX_FIELD_UNITS,
    );
    if (fields.length === 0) return undefined;
    const tool = fields.find(({ field }) => field === 'tool')?.value;
    const definition = entry.kind === 'pin' ? definitionOf(state, tool, entry.pin.definitionHash) : undefined;
    return {
      index,
      fields: fields.map(({ field, value, salt }) => ({ field, value, salt })),
      ...(definition === undefined || JSON.stringify(definition).length > MAX_FIELD_UNITS
        ? {}
        : { definition }),
    };
  } catch (fault) {
    // What was erased is disclosed to nobody.
    if (isFault(fault, 'log.body-erased')) return undefined;
    throw fault;
  }
}

function isCommitted({ commitments, inputCommitment }: Entry, name: string): boolean {
  return name === 'input' ? inputCommitment !== undefined : commitments.some(({ field }) => field === name);
}

/** The definition of that hash, as far as it is kept: the present one, and the one that was accepted before it. */
function definitionOf(state: FactsSource['state'], tool: unknown, hash: string): JsonObject | undefined {
  for (const pin of state.pins()) {
    if (toolId({ server: pin.server, name: pin.tool }) !== tool) continue;
    if (pin.definitionHash === hash) return pin.definition;
    if (pin.accepted?.definitionHash === hash) return pin.accepted.definition;
  }
  return undefined;
}
