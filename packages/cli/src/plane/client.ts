/** A control plane as commands use it: one typed way to ask, with what it refuses told as what happened, why and what to do. */
import {
  Fault,
  isFault,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  ownProperty,
  parseStrictJson,
  systemClock,
  systemRandom,
} from '@writ/core';
import { createPlaneClient } from '@writ/gateway/plane';

/** Methods of the API. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One question or change. */
export interface Asked {
  readonly method: Method;
  /** Below the plane's address, with its query. */
  readonly path: string;
  readonly body?: JsonObject;
  /** Entity tag for `If-Match`. */
  readonly match?: string;
  /** The idempotency key of a change; default a new one. */
  readonly key?: string;
}

/** What came back. */
export interface Answered {
  readonly status: number;
  /** Absent where there is none. */
  readonly body?: JsonValue;
  readonly tag?: string;
  /** Whether the change had been made before, with the same key. */
  readonly isReplayed: boolean;
}

/** Asks one control plane. */
export interface Plane {
  readonly url: string;
  /** Throws `plane.*` for what it refuses, and `upstream.*` where it cannot be reached, with the key that makes a retry safe. */
  ask(asked: Asked): Promise<Answered>;
  /** All items of a list, page by page, at most `most`. */
  list(path: string, most: number): Promise<readonly JsonObject[]>;
  close(): void;
}

/** Where it is, and as whom it is asked. */
export interface PlaneOptions {
  readonly url: string;
  readonly token?: string;
  /** PEM text. */
  readonly ca?: string;
  readonly pin?: string;
}

const KEY_BYTES = 18;
const PAGE = 200;
const MAX_BYTES = 16 * 1024 * 1024;

/** Throws `config.invalid` for an address that would be spoken to in the clear beyond this machine. */
export function openPlane({ url, token, ca, pin }: PlaneOptions): Plane {
  const client = createPlaneClient({
    url,
    clock: systemClock,
    random: systemRandom,
    ...(ca === undefined ? {} : { ca }),
    ...(pin === undefined ? {} : { pins: [pin] }),
  });
  const plane: Plane = {
    url: new URL(url).origin,
    async ask({ method, path, body, match, key = newKey() }) {
      const isChange = method !== 'GET';
      try {
        const {
          status,
          headers,
          body: bytes,
        } = await client.send({
          method,
          path,
          maxBytes: MAX_BYTES,
          headers: {
            accept: 'application/json',
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            ...(isChange ? { 'idempotency-key': key } : {}),
            ...(match === undefined ? {} : { 'if-match': match }),
          },
          ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) }),
        });
        const answer = parsed(bytes, headers['content-type']);
        if (status >= 400) throw refusal(status, answer, isChange ? key : undefined);
        const tag = headers['etag'];
        return {
          status,
          isReplayed: headers['idempotent-replayed'] === 'true',
          ...(answer === undefined ? {} : { body: answer }),
          ...(tag === undefined ? {} : { tag }),
        };
      } catch (thrown) {
        throw isChange ? withKey(thrown, key) : thrown;
      }
    },
    async list(path, most) {
      const items: JsonObject[] = [];
      let after: string | undefined;
      do {
        const limit = Math.min(PAGE, most - items.length);
        const query = `limit=${limit}${after === undefined ? '' : `&cursor=${encodeURIComponent(after)}`}`;
        const { body } = await plane.ask({
          method: 'GET',
          path: `${path}${path.includes('?') ? '&' : '?'}${query}`,
        });
        const page = isJsonObject(body) ? body : {};
        const found = ownProperty(page, 'items');
        if (!Array.isArray(found)) throw new Fault('upstream.protocol', 'the control plane answered no list');
        items.push(...found.filter(isJsonObject));
        const next = ownProperty(page, 'next');
        after = typeof next === 'string' ? next : undefined;
      } while (after !== undefined && items.length < most);
      return items;
    },
    close: () => client.close(),
  };
  return plane;
}

/** Visible characters that nobody used before. */
function newKey(): string {
  return Buffer.from(systemRandom.bytes(KEY_BYTES)).toString('base64url');
}

function parsed(bytes: Uint8Array, type = ''): JsonValue | undefined {
  if (bytes.length === 0) return undefined;
  const text = Buffer.from(bytes).toString('utf8');
  return /\bjson\b/.test(type) ? parseStrictJson(text) : text;
}

/** Of a change that may have been made: the key with which it can be sent again, and is made once. */
function withKey(thrown: unknown, key: string): unknown {
  if (!isFault(thrown, 'upstream.timeout') && !isFault(thrown, 'upstream.closed')) return thrown;
  return new Fault(
    thrown.code,
    `${thrown.message}; whether the change was made is not known`,
    {
      hint: `run it again with \`--idempotency-key ${key}\`: it is made once, however often it is sent`,
      key,
    },
    { cause: thrown },
  );
}

const TO_DO: Readonly<Record<string, string>> = {
  'request.changed': 'read it again, and decide anew',
  'idempotency.applied': 'the change was made; read what it made',
  'idempotency.reused': 'leave out `--idempotency-key`',
  'request.too-many': 'wait a little',
};

/** A problem document (RFC 9457) as a fault: the code says how a script should take it. */
function refusal(status: number, body: JsonValue | undefined, key: string | undefined): Fault {
  const problem = isJsonObject(body) ? body : {};
  const text = (name: string): string | undefined => {
    const value = ownProperty(problem, name);
    return typeof value === 'string' ? value : undefined;
  };
  const title = text('title') ?? `status ${status}`;
  const detail = text('detail') ?? `the control plane answered with status ${status}`;
  const errors = ownProperty(problem, 'errors');
  const fields = Array.isArray(errors)
    ? errors
        .filter(isJsonObject)
        .map((one) => [one['pointer'], one['detail']].filter((part) => typeof part === 'string').join(': '))
    : [];
  const said = fields.length === 0 ? detail : `${detail}: ${fields.join('; ')}`;
  if (status === 401)
    return new Fault('plane.unauthenticated', said, { problem: title, hint: 'sign in with `writ login`' });
  if (status >= 500)
    return new Fault('plane.unavailable', said, {
      problem: title,
      hint:
        key === undefined
          ? 'try again; the server’s log says why'
          : `try again with \`--idempotency-key ${key}\`: it is made once`,
    });
  const code = [400, 413, 415, 422, 428].includes(status) ? 'plane.invalid' : 'plane.refused';
  const hint = TO_DO[title];
  return new Fault(code, said, { problem: title, ...(hint === undefined ? {} : { hint }) });
}
