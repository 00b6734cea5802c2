/** What the thread that decides and the thread that sends tell each other. */
import type { EntryDetail } from '@writ/core';
import type { DestinationState } from '@writ/stream';

/** To the thread that sends. */
export type ToExporter =
  /** The entry asked for is durable; or it is not, and why. */
  { readonly type: 'noted'; readonly id: number; readonly problem?: string } | { readonly type: 'close' };

/** From it. */
export type FromExporter =
  | { readonly type: 'note'; readonly id: number; readonly detail: EntryDetail }
  | { readonly type: 'states'; readonly states: ReadonlyMap<string, DestinationState> }
  | { readonly type: 'closed' };
