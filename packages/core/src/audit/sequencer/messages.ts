/** What crosses between the callers' thread and the sequencer's: plain data, batched. */
import { Fault, type FaultCode, type FaultData } from '../../kernel/index.ts';
import type { PreparedEntry } from '../entry/index.ts';
import type { Witnessed } from './sequence.ts';
import type { SqliteSequencerOptions } from './sqlite-sequencer.ts';

/** A fault as plain data; a class does not cross threads. */
export interface FaultMessage {
  readonly code: FaultCode;
  readonly message: string;
  readonly data: FaultData;
}

/** Items of one entry in a {@link PackedEntries}. */
const STRIDE = 11;

/** Entries as one flat list of texts and numbers: cloning one object with a dozen members each costs several times as much. */
export type PackedEntries = readonly (string | number | undefined)[];

/** What an entry seldom has, or has little of: together one JSON text. */
type Rest = Pick<PreparedEntry, 'concerns' | 'consumes' | 'conditions' | 'effects' | 'uses' | 'closing'>;

const NOTHING: Rest = { concerns: [], consumes: [], effects: [], uses: [] };

export function packEntries(entries: readonly PreparedEntry[]): PackedEntries {
  const packed: (string | number | undefined)[] = [];
  for (const entry of entries) {
    const { id, kind, time, head, tail, body, sealRandom, closes, outcome, leavesUnresolved } = entry;
    packed.push(id, kind, time, head, tail, body, sealRandom, closes);
    packed.push(leavesUnresolved === true ? 1 : undefined, packRest(entry), outcome);
  }
  return packed;
}

function packRest({ concerns, consumes, conditions, effects, uses, closing }: Rest): string | undefined {
  const items = concerns.length + consumes.length + effects.length + uses.length;
  if (items === 0 && conditions === undefined && closing === undefined) return undefined;
  return JSON.stringify({ concerns, consumes, conditions, effects, uses, closing });
}

export function unpackEntries(packed: PackedEntries): readonly PreparedEntry[] {
  const entries: PreparedEntry[] = [];
  for (let at = 0; at < packed.length; at += STRIDE) {
    const rest = packed[at + 9] as string | undefined;
    const optional = {
      body: packed[at + 5] as string | undefined,
      sealRandom: packed[at + 6] as string | undefined,
      closes: packed[at + 7] as number | undefined,
      leavesUnresolved: packed[at + 8] === 1 ? true : undefined,
      outcome: packed[at + 10] as PreparedEntry['outcome'],
    };
    entries.push({
      id: packed[at] as string,
      kind: packed[at + 1] as PreparedEntry['kind'],
      time: packed[at + 2] as number,
      head: packed[at + 3] as string,
      tail: packed[at + 4] as string,
      ...definedOnly(optional),
      ...(rest === undefined ? NOTHING : (JSON.parse(rest) as Rest)),
    });
  }
  return entries;
}

type Defined<Members> = { [Name in keyof Members]?: Exclude<Members[Name], undefined> };

function definedOnly<Members extends object>(members: Members): Defined<Members> {
  const defined: Defined<Members> = {};
  for (const name in members)
    if (members[name] !== undefined) defined[name] = members[name] as Defined<Members>[typeof name];
  return defined;
}

/** To the sequencer. Appends are answered in order. */
export type ToSequencer =
  | { readonly type: 'open'; readonly options: SqliteSequencerOptions }
  | { readonly type: 'append'; readonly entries: PackedEntries }
  /** What witnesses vouch for; it stands from the next entry on. */
  | { readonly type: 'witnessed'; readonly witnessed: Witnessed }
  | { readonly type: 'close' };

/** From the sequencer. */
export type FromSequencer =
  | { readonly type: 'ready'; readonly dead: readonly number[] }
  | { readonly type: 'failed_to_open'; readonly fault: FaultMessage }
  /** Two items an entry: index and time floor, or -1 and what refused it. */
  | { readonly type: 'written'; readonly results: readonly (number | string | FaultMessage)[] }
  | { readonly type: 'not_written'; readonly count: number; readonly fault: FaultMessage }
  /** Decisions of this boot that stand open although their appends were answered with `not_written`. */
  | { readonly type: 'unacknowledged'; readonly decisions: readonly number[] }
  | { readonly type: 'closed' };

export function toMessage(fault: Fault): FaultMessage {
  return { code: fault.code, message: fault.message, data: fault.data };
}

export function fromMessage({ code, message, data }: FaultMessage): Fault {
  return new Fault(code, message, data);
}
