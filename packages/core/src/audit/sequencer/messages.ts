/** What crosses between the callers' thread and the sequencer's: plain data, batched. */
import { Fault, type FaultCode, type FaultData } from '../../kernel/index.ts';
import type { PreparedEntry } from '../entry/index.ts';
import type { SqliteSequencerOptions } from './sqlite-sequencer.ts';

/** A fault as plain data; a class does not cross threads. */
export interface FaultMessage {
  readonly code: FaultCode;
  readonly message: string;
  readonly data: FaultData;
}

/** To the sequencer. Appends are answered in order. */
export type ToSequencer =
  | { readonly type: 'open'; readonly options: SqliteSequencerOptions }
  | { readonly type: 'append'; readonly entries: readonly PreparedEntry[] }
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
