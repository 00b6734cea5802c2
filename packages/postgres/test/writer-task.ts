/** What a writer process is told, and what it says. */
import type { StepFault } from '@writ/core';

/** What to do. */
export interface WriterTask {
  readonly url: string;
  readonly schema: string;
  /** Node id; tells producers apart. */
  readonly name: string;
  readonly callers: number;
  /** Decisions each caller makes. */
  readonly count: number;
  /** Whether every process consumes the same keys. */
  readonly contend?: boolean;
  /** Folder to publish to, after every tenth decision of a caller; default none. */
  readonly folder?: string;
  /** Whether it erases the body of each decision right after it. */
  readonly erase?: boolean;
  readonly faults?: readonly StepFault[];
}

/** One line of JSON for each answered decision, by the key that it consumes. */
export interface WriterReport {
  readonly key: string;
  readonly index?: number;
  readonly refusal?: string;
}
