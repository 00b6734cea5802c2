/** What an answer over HTTP means. No fault quotes anything of it but its status. */
import { Fault, isJsonObject, type JsonValue, ownProperty } from '@writ/core';

/** An answer, its body read up to a bound. */
export interface WebhookAnswer {
  readonly status: number;
  readonly retryAfter?: string;
  readonly body: string;
}

/** Not this time: a timeout, too early, too many, and whatever is the server's own fault. */
const LATER = new Set([408, 425, 429]);
/** Not these events: malformed, too large, of the wrong type, not to be processed. */
const NEVER = new Set([400, 413, 415, 422]);
/** In a bulk answer: the document is there already. */
const CONFLICT = 409;
const MS_PER_S = 1_000;
const SECONDS = /^\d{1,9}$/;

/** How many of `count` events `answer` acknowledges. Throws `export.unavailable`, `export.rejected`, `export.refused`. */
export function acknowledgedBy(
  answer: WebhookAnswer,
  { count, isBulk, now }: { readonly count: number; readonly isBulk: boolean; readonly now: number },
): number {
  const { status } = answer;
  if (status >= 200 && status < 300) return isBulk ? bulkAcknowledged(answer.body, count) : count;
  if (status >= 500 || LATER.has(status)) {
    const retryAfterMs = retryAfterOf(answer.retryAfter, now);
    throw new Fault(
      'export.unavailable',
      `the webhook answered ${status}`,
      retryAfterMs === undefined ? {} : { retryAfterMs },
    );
  }
  if (NEVER.has(status)) throw new Fault('export.rejected', `the webhook answered ${status} to these events`);
  if (status >= 300 && status < 400)
    throw new Fault('export.refused', `the webhook answered ${status}, and redirects are not followed`, {
      hint: 'write the address that it stands at now',
    });
  throw new Fault('export.refused', `the webhook answered ${status}`, {
    hint: 'look at its address and at the credential in its headers',
  });
}

/** Seconds or a date (RFC 9110 §10.2.3), in milliseconds from `now`. */
function retryAfterOf(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const trimmed = text.trim();
  const ms = SECONDS.test(trimmed) ? Number(trimmed) * MS_PER_S : Date.parse(trimmed) - now;
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

/** A bulk answer is 200 also where documents failed: the ones up to the first failure count. */
function bulkAcknowledged(body: string, count: number): number {
  const statuses = statusesIn(body);
  if (statuses?.length !== count)
    throw new Fault('export.unavailable', 'the answer does not tell what became of each event');
  const failed = statuses.findIndex((status) => !isTaken(status));
  if (failed === -1) return count;
  if (failed > 0) return failed;
  const status = statuses[0] ?? 0;
  if (status >= 500 || LATER.has(status))
    throw new Fault('export.unavailable', `the first event was answered ${status}`);
  // 401 and 403 are said of each document too, and are no fault of the event.
  if (status === 401 || status === 403 || status === 404)
    throw new Fault('export.refused', `the first event was answered ${status}`);
  throw new Fault('export.rejected', `the first event was answered ${status}`);
}

function isTaken(status: number): boolean {
  return (status >= 200 && status < 300) || status === CONFLICT;
}

function statusesIn(body: string): readonly number[] | undefined {
  let value: JsonValue;
  try {
    value = JSON.parse(body) as JsonValue;
  } catch {
    return undefined;
  }
  const items = isJsonObject(value) ? ownProperty(value, 'items') : undefined;
  if (!Array.isArray(items)) return undefined;
  return (items as readonly JsonValue[]).map((item) => {
    const [result] = isJsonObject(item) ? Object.values(item) : [];
    const status = isJsonObject(result) ? ownProperty(result, 'status') : undefined;
    return typeof status === 'number' ? status : 0;
  });
}
