/** What the answer of a collector means. Nothing of it is passed on but its status and a count: its text can hold what somebody else wrote. */
import { Fault } from '@writ/core';
import type { Answer } from '../../clients/index.ts';

/** Not these events: malformed, too large, of the wrong type. */
const NEVER = new Set([400, 413, 415, 422]);
/** Asks to come again (OTLP, failures), and what is the server's own fault otherwise. */
const LATER = new Set([408, 425, 429]);
const SECONDS = /^\d{1,9}$/;
const MS_PER_S = 1_000;

/**
 * Returns where all was taken. Throws `export.unavailable`, `export.refused`, or `export.rejected` for a partial success: a collector that took some tells how many it did
 * not take, not which, and is not asked again for the same ones; who sends looks for them in smaller batches.
 */
export function requireTaken(
  { status, retryAfter, body }: Answer,
  { now, rejected }: { readonly now: number; readonly rejected: (body: Uint8Array) => number },
): void {
  if (status >= 200 && status < 300) {
    const count = countOf(body, rejected);
    if (count === 0) return;
    throw new Fault('export.rejected', `the collector did not take ${count} of what it was sent`);
  }
  if (status >= 500 || LATER.has(status)) {
    const retryAfterMs = waitOf(retryAfter, now);
    throw new Fault(
      'export.unavailable',
      `the collector answered ${status}`,
      retryAfterMs === undefined ? {} : { retryAfterMs },
    );
  }
  if (NEVER.has(status))
    throw new Fault('export.rejected', `the collector answered ${status} to these events`);
  throw new Fault('export.refused', `the collector answered ${status}`, {
    hint: 'look at its address and at the credential in its headers; redirects are not followed',
  });
}

/** How many were not taken; an answer that cannot be read acknowledges nothing. */
function countOf(body: Uint8Array, rejected: (body: Uint8Array) => number): number {
  try {
    return rejected(body);
  } catch {
    throw new Fault('export.unavailable', 'the answer of the collector is none of OTLP');
  }
}

/** Seconds or a date (RFC 9110 §10.2.3), in milliseconds from `now`. */
function waitOf(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const trimmed = text.trim();
  const ms = SECONDS.test(trimmed) ? Number(trimmed) * MS_PER_S : Date.parse(trimmed) - now;
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}
