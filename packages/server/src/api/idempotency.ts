/** Changes that are asked for twice and made once: the answer is kept beside, the key is used up in the log with the change itself. */
import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Caller } from '../callers/index.ts';
import { Problem } from '../http/index.ts';
import type { Tables } from '../tables/index.ts';

/** How long an answer is kept, in milliseconds. The key stays used up for as long as the log is. */
const KEPT_MS = 24 * 60 * 60 * 1000;
const KEY = /^[\x21-\x7e]{1,255}$/;
/** Headers of an answer that are given again. */
const KEPT_HEADERS = ['content-type', 'etag', 'location'];

/** One change that is asked for. */
export interface IdempotentRequest {
  /** Names the key; what the entry consumes. */
  readonly id: string;
  readonly requestHash: string;
}

/** Reads the key of a change. Throws `request.malformed` where there is none. */
export function idempotentRequest(request: Request, caller: Caller, body: Uint8Array): IdempotentRequest {
  const key = request.headers.get('idempotency-key');
  if (key === null || !KEY.test(key))
    throw new Problem(
      'request.malformed',
      'a change needs an `Idempotency-Key` of 1 to 255 visible characters, the same when it is sent again',
    );
  const { pathname, search } = new URL(request.url);
  return {
    id: hashOf(caller.organisation, caller.kind, caller.id, key),
    requestHash: hashOf(request.method, pathname + search, request.headers.get('if-match') ?? '', body),
  };
}

/** What was answered to it before; `undefined` where nothing was. Throws `idempotency.reused` where the key was used for another request. */
export async function answeredBefore(
  tables: Kysely<Tables>,
  { id, requestHash }: IdempotentRequest,
): Promise<Response | undefined> {
  const row = await tables.selectFrom('idempotency').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.request_hash !== requestHash)
    throw new Problem(
      'idempotency.reused',
      'this `Idempotency-Key` was used for another request; take a new one',
    );
  const headers = JSON.parse(row.headers) as Record<string, string>;
  return new Response(row.body === '' ? null : row.body, {
    status: row.status,
    headers: { ...headers, 'idempotent-replayed': 'true' },
  });
}

/** Keeps `response`, which was answered to it, and gives it back. One that cannot be kept is answered all the same: the change is made. */
export async function keepAnswer(
  tables: Kysely<Tables>,
  { id, requestHash }: IdempotentRequest,
  response: Response,
  now: number,
): Promise<Response> {
  const body = await response.text();
  const headers = Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => {
      const value = response.headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
  const row = {
    id,
    request_hash: requestHash,
    status: response.status,
    headers: JSON.stringify(headers),
    body,
    expires: now + KEPT_MS,
  };
  await tables
    .insertInto('idempotency')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
    .catch(() => undefined);
  return new Response(body === '' ? null : body, { status: response.status, headers: response.headers });
}

function hashOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = Buffer.from(part as string);
    // With their lengths, so that parts cannot be cut elsewhere.
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  }
  return hash.digest('hex');
}
