/** What a process that writes to a log is told, and what it says. */
import type { StepFault } from '../audit/index.ts';

/** What to do, as JSON in the first argument. */
export interface LogWriterTask {
  readonly path: string;
  /** Node id; tells producers apart. */
  readonly name: string;
  readonly callers: number;
  /** Tenants to write for, all in one store: each caller to the next one. Absent: the data folder's own log. */
  readonly tenants?: readonly string[];
  /** Decisions each caller makes. */
  readonly count: number;
  /** Whether each decision gets its outcome. */
  readonly outcomes?: boolean;
  /** Whether each decision consumes the key of its number, which every process contends for. */
  readonly contend?: boolean;
  /** Decisions after which a caller publishes; default never. */
  readonly publishEvery?: number;
  /** Whether to stay open, holding its decisions, until killed. */
  readonly stay?: boolean;
  readonly faults?: readonly StepFault[];
}

/** One line of JSON on standard output for each acknowledged decision, and `{"open":true}` and `{"done":true}`. */
export interface LogWriterReport {
  readonly index?: number;
  readonly digest?: string;
  readonly tenant?: string;
  readonly refusal?: string;
  readonly open?: true;
  readonly done?: true;
}
