/** The API of the control plane that this page came from: the same origin, its session's cookie, a key for each change. */
import createClient, { type Client, type Middleware } from 'openapi-fetch';
import type { paths } from './schema.d.ts';
import { ApiProblem, problemOf } from './problem.ts';

const CHANGES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Each change has a key of its own, so that it is made once however often it is sent. `Idempotency-Key` given by hand stays. */
const ONCE: Middleware = {
  onRequest({ request }) {
    if (CHANGES.has(request.method) && !request.headers.has('idempotency-key'))
      request.headers.set('idempotency-key', crypto.randomUUID());
    return request;
  },
  onError: () => new ApiProblem('client.unreachable', 0, 'the control plane cannot be reached'),
};

/** Speaks the API by path, as its document has it. Use {@link answered} for what comes back. */
export const api: Client<paths> = createClient<paths>({
  baseUrl: globalThis.location === undefined ? 'http://localhost' : globalThis.location.origin,
  credentials: 'same-origin',
});
api.use(ONCE);

/** What a call of {@link api} resolves with. */
interface Came<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/** The data of an answer. Throws `ApiProblem` where it was refused. */
export async function answered<Data>(call: Promise<Came<Data>>): Promise<Data> {
  const { data, error, response } = await call;
  if (!response.ok) throw problemOf(response.status, error);
  return data as Data;
}

/** An object with the tag that a change of it names. */
export interface Tagged<Data> {
  readonly data: Data;
  readonly tag: string;
}

/** As {@link answered}, with the entity tag: give it back with {@link ifMatch} to change exactly what was read. */
export async function answeredTagged<Data>(call: Promise<Came<Data>>): Promise<Tagged<Data>> {
  const came = await call;
  const data = await answered(Promise.resolve(came));
  return { data, tag: came.response.headers.get('etag') ?? '' };
}

/** The header parameter of a change to what was read with `tag`. */
export function ifMatch(tag: string): { readonly 'If-Match': string } {
  return { 'If-Match': tag };
}
