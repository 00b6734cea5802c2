/** Ids of traces and spans: the same for one decision at each sending, so that a backend that keeps spans by id has it once. */
import { createHash } from 'node:crypto';
import type { Opened } from '@writ/export';

const TRACE_DIGITS = 32;
const SPAN_DIGITS = 16;
const SAMPLED = 1;
/** Not every digit zero (W3C Trace Context §3.2.2.3). */
const NONE = /^0+$/;

/** What a span is known by. */
export interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  /** The caller's span, where its `traceparent` was disclosed. */
  readonly parentSpanId?: string;
}

/**
 * Ids for the decision with `receipt`: in the caller's trace and under its span where the `traceparent` was disclosed, otherwise in a trace of its own. Our digits are of a
 * SHA-256 over the receipt, which is unique and public, so they tell nothing.
 */
export function spanIdsOf(receipt: string, { trace }: Pick<Opened, 'trace'>): SpanIds {
  const spanId = digitsOf('span', receipt, SPAN_DIGITS);
  const [, traceId = '', parentSpanId = ''] = trace?.split('-') ?? [];
  if (traceId === '' || NONE.test(traceId) || NONE.test(parentSpanId))
    return { traceId: digitsOf('trace', receipt, TRACE_DIGITS), spanId, traceFlags: SAMPLED };
  return { traceId, spanId, traceFlags: SAMPLED, parentSpanId };
}

function digitsOf(what: string, receipt: string, digits: number): string {
  return createHash('sha256')
    .update(JSON.stringify(['writ', what, receipt]))
    .digest('hex')
    .slice(0, digits);
}
