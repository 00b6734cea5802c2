/** What a running gateway tells its operator: one line for each event, for machines or for people. */
import { singleLine } from '@writ/core';
import type { EventLogConfiguration, LogLevel } from '../config/index.ts';

/**
 * Everything that may be said of an event. A closed list: arguments, results, tokens and headers have no field, so that none of them can be written.
 * INVARIANT: no text of a caller stands in a field; `server` is a configured name, `method` one that the protocol knows.
 */
export interface EventFields {
  /** ULID of the guarded request. */
  readonly request?: string;
  /** `origin#index` of the decision. */
  readonly receipt?: string;
  readonly server?: string;
  readonly method?: string;
  readonly verdict?: string;
  readonly outcome?: string;
  /** Code of a policy's or a fault's reason. */
  readonly code?: string;
  readonly era?: string;
  readonly status?: number;
  /** Milliseconds, to the tenth. */
  readonly ms?: number;
  readonly count?: number;
}

/** Where events go. */
export interface EventLog {
  /** Writes an event. `event` is its code, `area.what`; `text` is one sentence of the gateway's own. */
  write(level: LogLevel, event: string, text: string, fields?: EventFields): void;
  /** Whether events of this level are written: what is costly to say need not be prepared. */
  takes(level: LogLevel): boolean;
}

const SEVERITY: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };
/** Longest text of an event, in UTF-16 units. */
const MAX_TEXT = 1_000;

/** An event log that writes lines to `to`. What `to` cannot take at once waits in its buffer; past `maxWaiting` bytes events are dropped and counted in the next line. */
export function createEventLog(
  { form, level }: Pick<EventLogConfiguration, 'form' | 'level'>,
  to: { write(text: string): unknown; readonly writableLength?: number },
  now: () => number,
  maxWaiting: number = MAX_WAITING_BYTES,
): EventLog {
  const least = SEVERITY[level];
  let dropped = 0;
  const takes = (one: LogLevel): boolean => SEVERITY[one] >= least;
  return {
    takes,
    write(one, event, text, fields = {}) {
      if (!takes(one)) return;
      if ((to.writableLength ?? 0) > maxWaiting) {
        dropped += 1;
        return;
      }
      const lost = dropped === 0 ? {} : { dropped };
      dropped = 0;
      const said = singleLine(text).slice(0, MAX_TEXT).toWellFormed();
      const time = new Date(now()).toISOString();
      to.write(
        form === 'json'
          ? `${JSON.stringify({ time, level: one, event, text: said, ...fields, ...lost })}\n`
          : `writ: ${one === 'info' ? '' : `${one}: `}${said}${tail({ ...fields, ...lost })}\n`,
      );
    },
  };
}

/** Bytes that may wait for a reader of standard error. */
const MAX_WAITING_BYTES: number = 1024 * 1024;

function tail(fields: Readonly<Record<string, string | number | undefined>>): string {
  const said = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${singleLine(String(value))}`],
  );
  return said.length === 0 ? '' : ` (${said.join(' ')})`;
}
