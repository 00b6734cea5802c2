/** What crosses between a thread that reads and the one that asks. */
import type { MessagePort } from 'node:worker_threads';
import type { SqlRow, SqlValue } from '@writ/core/postgres';

/** How a reading thread is started. */
export interface ReadThreadOptions {
  readonly url: string;
  readonly port: MessagePort;
  /** Raised by one with each answer, after it was posted. */
  readonly answered: Int32Array;
}

/** One statement. */
export interface ReadQuestion {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

/** Its rows, or why there are none, in one line. */
export type ReadAnswer = { readonly rows: readonly SqlRow[] } | { readonly failure: string };
