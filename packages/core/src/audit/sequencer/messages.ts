/** What crosses between the callers' thread and the sequencer's: plain data, batched. */
import { Fault, type FaultCode, type FaultData } from '../../kernel/index.ts';
import type { PreparedEntry } from '../entry/index.ts';
import type { LogSequencerOptions } from './log-sequencer.ts';
import type { Witnessed } from './sequence.ts';
import type { StoreSequencerOptions } from './store-sequencer.ts';

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

/** Entries of one log. */
export interface AppendPart {
  readonly id: number;
  readonly entries: PackedEntries;
}

/** What became of the oldest unanswered entries of one log. */
export interface AnswerPart {
  readonly id: number;
  /** Two items an entry: index and time floor, or -1 and what refused it. */
  readonly results?: readonly (number | string | FaultMessage)[];
  /** Instead of results: so many entries, of which nothing can be said but this. */
  readonly notWritten?: { readonly count: number; readonly fault: FaultMessage };
}

/** To a store's sequencer; `id` is the number that the callers' thread gave a log. Appends of one log are answered in order. */
export type ToSequencer =
  | { readonly type: 'open'; readonly options: StoreSequencerOptions }
  | { readonly type: 'open_log'; readonly id: number; readonly options: LogSequencerOptions }
  | { readonly type: 'append'; readonly parts: readonly AppendPart[] }
  /** What witnesses vouch for; it stands from the next entry on. */
  | { readonly type: 'witnessed'; readonly id: number; readonly witnessed: Witnessed }
  | { readonly type: 'close_log'; readonly id: number }
  | { readonly type: 'close' };

/** What opening a log answers. */
export interface OpenedLog {
  /** Open decisions of ended boots. */
  readonly dead: readonly number[];
  /** Number of a tenant's log in the database. */
  readonly log?: number;
}

/** From a store's sequencer. */
export type FromSequencer =
  | ({ readonly type: 'ready'; readonly id: number } & OpenedLog)
  | { readonly type: 'failed_to_open'; readonly id: number; readonly fault: FaultMessage }
  | { readonly type: 'answered'; readonly parts: readonly AnswerPart[] }
  /** Decisions of this boot that stand open although their appends were answered with `notWritten`. */
  | { readonly type: 'unacknowledged'; readonly id: number; readonly decisions: readonly number[] }
  | { readonly type: 'log_closed'; readonly id: number }
  | { readonly type: 'closed' };

export function toMessage(fault: Fault): FaultMessage {
  return { code: fault.code, message: fault.message, data: fault.data };
}

export function fromMessage({ code, message, data }: FaultMessage): Fault {
  return new Fault(code, message, data);
}
