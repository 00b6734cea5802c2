/** The API as its document tells it, and requests made of nothing else. */
import fc from 'fast-check';
import { isJsonObject, type JsonObject, type JsonValue } from '@writ/core';
import type { Authenticator, Caller } from '../src/callers/index.ts';
import { openApiOf, type Route } from '../src/api/index.ts';
import { ROUTES } from '../src/index.ts';
import type { World } from './world.ts';
import { fromSchema } from './from-schema.ts';

/** One operation of the document. */
export interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly access: string;
  /** Names of what stands in the path, with their schemas. */
  readonly params: Readonly<Record<string, JsonObject>>;
  readonly query: Readonly<Record<string, JsonObject>>;
  readonly requiredQuery: readonly string[];
  readonly body?: JsonObject;
  readonly needsMatch: boolean;
}

/** Every operation of the document of `routes`. */
export function operationsOf(routes: readonly Route[] = ROUTES): readonly Operation[] {
  const paths = objectOf(openApiOf(routes, '0.0.0')['paths']);
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(objectOf(item)).map(([method, operation]) =>
      operationOf(path, method, objectOf(operation)),
    ),
  );
}

function operationOf(path: string, method: string, operation: JsonObject): Operation {
  const { parameters } = operation;
  const all = (Array.isArray(parameters) ? parameters : []).map(objectOf);
  const of = (place: string): JsonObject[] => all.filter((parameter) => parameter['in'] === place);
  const shapes = (place: string): Record<string, JsonObject> =>
    Object.fromEntries(of(place).map(({ name, schema }) => [textOf(name), objectOf(schema)]));
  const content = objectOf(objectOf(operation['requestBody'])['content']);
  const body = objectOf(content['application/json'])['schema'];
  return {
    name: textOf(operation['operationId']),
    method: method.toUpperCase(),
    path,
    access: textOf(operation['x-writ-access']),
    params: shapes('path'),
    query: shapes('query'),
    requiredQuery: of('query')
      .filter(({ required }) => required === true)
      .map(({ name }) => textOf(name)),
    ...(body === undefined ? {} : { body: objectOf(body) }),
    needsMatch: of('header').some(({ name }) => name === 'If-Match'),
  };
}

/** What is put into a request. */
export interface Filled {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: JsonValue | undefined;
  /** The text of the body, where it is not to be JSON. */
  readonly text?: string;
  readonly match?: string;
}

/** Values for everything that the operation takes. Nobody waits: `wait` is 0. */
export function filledOf({ params, query, requiredQuery, body }: Operation): fc.Arbitrary<Filled> {
  const texts = (shapes: Readonly<Record<string, JsonObject>>, requiredKeys: readonly string[]) =>
    fc
      .record(
        Object.fromEntries(Object.entries(shapes).map(([name, schema]) => [name, fromSchema(schema)])),
        { requiredKeys: [...requiredKeys], noNullPrototype: true },
      )
      .map((values) =>
        Object.fromEntries(
          Object.entries(values).map(([name, value]) => [name, name === 'wait' ? '0' : textOf(value)]),
        ),
      );
  return fc.record({
    params: texts(params, Object.keys(params)),
    query: texts(query, [...requiredQuery, ...('wait' in query ? ['wait'] : [])]),
    body: body === undefined ? fc.constant(undefined) : fromSchema(body),
  });
}

/** One way to fill a request, the same each time. */
export function sampleOf(operation: Operation, seed = 1): Filled {
  const [filled] = fc.sample(filledOf(operation), { numRuns: 1, seed });
  if (filled === undefined) throw new Error(`nothing fits ${operation.name}`);
  // Only what must be there, so that lists are whole.
  const query = Object.fromEntries(
    Object.entries(filled.query).filter(
      ([name]) => name === 'wait' || operation.requiredQuery.includes(name),
    ),
  );
  return { ...filled, query };
}

/** What came back of it. */
export interface Answered {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly text: string;
}

let keys = 0;

/** Sends a request of `operation`; of a stream only the head is read. */
export async function sendFilled(
  { api, plane }: World,
  { method, path, body: schema, needsMatch }: Operation,
  { params, query, body, text, match = '"0"' }: Filled,
  credentials: Readonly<Record<string, string>>,
): Promise<Answered> {
  keys += 1;
  const place = path.replaceAll(/\{([a-zA-Z]+)\}/g, (_whole, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  );
  const search = new URLSearchParams(query).toString();
  const sent = text ?? (schema === undefined || body === undefined ? undefined : JSON.stringify(body));
  const response = await api.fetch(
    new Request(`${plane.url}${place}${search === '' ? '' : `?${search}`}`, {
      method,
      headers: {
        ...credentials,
        ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'GET' ? {} : { 'idempotency-key': `document-${keys}` }),
        ...(needsMatch ? { 'if-match': match } : {}),
      },
      ...(sent === undefined || method === 'GET' ? {} : { body: sent }),
    }),
  );
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('text/event-stream')) {
    await response.body?.cancel();
    return { status: response.status, title: '', detail: '', text: '' };
  }
  const answered = await response.text();
  const problem = type.startsWith('application/problem+json') ? objectOf(JSON.parse(answered)) : {};
  return {
    status: response.status,
    title: textOf(problem['title']),
    detail: textOf(problem['detail']),
    text: answered,
  };
}

/** Takes `X-Test-Node: ORGANISATION NODE`, as the proof of a node would be taken. */
export const testNodes: Authenticator = (request) => {
  const [organisation, id] = (request.headers.get('x-test-node') ?? '').split(' ');
  if (organisation === undefined || id === undefined) return Promise.resolve(undefined);
  const caller: Caller = {
    kind: 'node',
    id,
    organisation,
    roles: [],
    teams: [],
    credential: id,
    concerns: [],
    isCookie: false,
  };
  return Promise.resolve(caller);
};

function textOf(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '' : JSON.stringify(value);
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
