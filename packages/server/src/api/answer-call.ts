/** The straight line of a request: authenticate, check the site, authorise, read, parse, look for an answer, do, answer. */
import { isJsonObject, type JsonObject } from '@writ/core';
import type { z } from 'zod';
import { actorOf, type Authenticator, type Caller } from '../callers/index.ts';
import {
  entityTag,
  type FieldProblem,
  type ProblemCode,
  ownSiteOf,
  MAX_BODY_BYTES,
  MAX_OPEN_BODY_BYTES,
  Problem,
  readBytes,
  readObject,
  requireMatch,
} from '../http/index.ts';
import type { Plane } from '../plane.ts';
import { answeredBefore, type IdempotentRequest, idempotentRequest, keepAnswer } from './idempotency.ts';
import { type Answer, type Call, isChange, type Route, type Shape } from './route.ts';

/** What a request is answered with. */
export interface ApiParts {
  readonly plane: Plane;
  readonly authenticators: readonly Authenticator[];
}

/** A call of any route. */
type AnyCall = Call<Shape, Shape, JsonObject>;

/** Caller of routes that know nobody; it has no organisation and no role. */
const NOBODY: Caller = {
  kind: 'person',
  id: 'nobody',
  organisation: 'none',
  roles: [],
  teams: [],
  credential: 'none',
  concerns: [],
  isCookie: false,
};

/** Answers `request`, which is for `route`. Throws a problem, or a fault where the server fails: nothing was changed then unless the log says so. */
export async function answerCall(
  { plane, authenticators }: ApiParts,
  route: Route,
  request: Request,
  path: Readonly<Record<string, string>>,
): Promise<Response> {
  const read = bodyReader(route, request);
  const caller = route.access === 'nobody' ? NOBODY : await callerOf(authenticators, request, read);
  if (isChange(route)) requireSameSite(plane, caller, request);
  requireAccess(plane, caller, route);
  const bytes = await read();
  const { searchParams } = new URL(request.url);
  const params = parsed(route.params, path, '/path');
  const query = parsed(route.query, singles(searchParams), '/query');
  const body = bodyOf(route, bytes, request);
  const expects =
    route.conditional === true ? requireMatch(request.headers.get('if-match') ?? undefined) : -1;
  const once =
    isChange(route) && route.access !== 'nobody' && route.naturallyIdempotent !== true
      ? idempotentRequest(request, caller, bytes)
      : undefined;
  const before = once === undefined ? undefined : await answeredBefore(plane.tables, once);
  if (before !== undefined) return before;
  const now = plane.clock.now();
  const call = callOf(plane, caller, once, { params, query, body, request, expects, now });
  const answer = await handled(plane, route, call, once);
  const response = answer instanceof Response ? answer : responseOf(route, answer);
  // Nobody takes what would be streamed: it would never end.
  if (request.method === 'HEAD') await response.body?.cancel();
  if (once === undefined || route.secret === true || answer instanceof Response) return response;
  return keepAnswer(plane.tables, once, response, now);
}

/** Refusals that a change which was made already would meet, where its answer was lost: its own work stands in its way. */
const MAYBE_MADE: ReadonlySet<ProblemCode> = new Set([
  'request.conflict',
  'request.changed',
  'request.final',
  'request.gone',
  'request.not-found',
]);

/** What the handler answers. A refusal of a change that was made before with the same key says that it was made. */
async function handled(
  plane: Plane,
  route: Route,
  call: AnyCall,
  once: IdempotentRequest | undefined,
): Promise<Answer | Response> {
  try {
    return await route.handle(call);
  } catch (thrown) {
    const isMaybeMade = once !== undefined && thrown instanceof Problem && MAYBE_MADE.has(thrown.code);
    if (isMaybeMade && (await plane.changes.isConsumed(`idem:${once.id}`)))
      throw new Problem('idempotency.applied', 'this change was made already; read what it made');
    throw thrown;
  }
}

/** Reads the body once, however often it is called. */
function bodyReader(route: Route, request: Request): () => Promise<Uint8Array> {
  const isOpen = route.access === 'nobody';
  const limit = route.maxBody ?? (isOpen ? MAX_OPEN_BODY_BYTES : MAX_BODY_BYTES);
  let reading: Promise<Uint8Array> | undefined;
  return () =>
    (reading ??=
      route.streams === true && isOpen ? Promise.resolve(new Uint8Array()) : readBytes(request, limit));
}

async function callerOf(
  authenticators: readonly Authenticator[],
  request: Request,
  body: () => Promise<Uint8Array>,
): Promise<Caller> {
  for (const authenticate of authenticators) {
    const caller = await authenticate(request, body);
    if (caller !== undefined) return caller;
  }
  throw new Problem('request.unauthenticated', 'sign in, or send an API token as `Authorization: Bearer …`');
}

/** A browser sends cookies wherever a page asks it to: a change by cookie must come from our own pages (OWASP CSRF, Fetch Metadata). */
function requireSameSite({ url }: Plane, { isCookie }: Caller, request: Request): void {
  const site = request.headers.get('sec-fetch-site');
  const origin = request.headers.get('origin');
  const isOwn = origin === url || origin === ownSiteOf(url).origin;
  const isForeign =
    (site !== null && site !== 'same-origin' && site !== 'none') || (origin !== null && !isOwn);
  if (isForeign || (isCookie && !isOwn))
    throw new Problem(
      'request.cross-site',
      'a change comes from the pages of this server, not from another site',
    );
}

function requireAccess({ authority }: Plane, caller: Caller, { access }: Route): void {
  if (access === 'nobody') return;
  const { isAllowed } = authority.may(caller, access, {
    organisation: caller.organisation,
    id: caller.organisation,
  });
  if (!isAllowed)
    throw new Problem(
      'request.forbidden',
      `your roles (${caller.roles.join(', ') || 'none'}) do not allow to ${access} here`,
    );
}

function callOf(
  plane: Plane,
  caller: Caller,
  once: IdempotentRequest | undefined,
  parts: Pick<AnyCall, 'params' | 'query' | 'body' | 'request' | 'expects' | 'now'>,
): AnyCall {
  let isUsed = false;
  return {
    ...parts,
    plane,
    caller,
    signal: parts.request.signal,
    objects: (collection) => plane.objects(caller.organisation, collection),
    commit(change) {
      // The key goes with the first change of a call; a call that makes several makes the others only after it.
      const consumes =
        once === undefined || isUsed ? change.consumes : [`idem:${once.id}`, ...(change.consumes ?? [])];
      isUsed = true;
      return plane.changes.commit({
        ...change,
        ...(consumes === undefined ? {} : { consumes }),
        organisation: caller.organisation,
        actor: actorOf(caller),
      });
    },
    requireAccess(access, about) {
      const { isAllowed, policies } = plane.authority.may(caller, access, {
        ...about,
        organisation: caller.organisation,
      });
      if (!isAllowed)
        throw new Problem(
          'request.forbidden',
          `you may not ${access} this (${policies.join(', ') || 'no policy permits it'})`,
        );
    },
  };
}

function bodyOf(route: Route, bytes: Uint8Array, request: Request): JsonObject {
  if (route.body === undefined) {
    if (bytes.length > 0) throw new Problem('request.malformed', 'this route takes no body');
    return {};
  }
  const object = readObject(bytes, request.headers.get('content-type') ?? undefined);
  const result = route.body.safeParse(object);
  if (!result.success)
    throw new Problem('request.invalid', 'the body is not as it must be', fieldsOf(result.error, ''));
  return result.data;
}

function parsed(
  shape: Readonly<Record<string, z.ZodType>> | undefined,
  given: Readonly<Record<string, string>>,
  place: string,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(shape ?? {}, name));
  if (unknown !== undefined)
    throw new Problem('request.invalid', `there is no parameter \`${unknown.slice(0, 60)}\``, [
      { pointer: `${place}/${unknown.slice(0, 60)}`, detail: 'unknown' },
    ]);
  for (const [name, schema] of Object.entries(shape ?? {})) {
    const result = schema.safeParse(given[name]);
    if (!result.success)
      throw new Problem(
        'request.invalid',
        `the parameter \`${name}\` is not as it must be`,
        fieldsOf(result.error, `${place}/${name}`),
      );
    values[name] = result.data;
  }
  return values;
}

/** Parameters, each once: one that stands twice is read differently by different programs. */
function singles(search: URLSearchParams): Record<string, string> {
  // Without a prototype: `__proto__` is a name like any other.
  const values = Object.create(null) as Record<string, string>;
  for (const [name, value] of search) {
    if (Object.hasOwn(values, name))
      throw new Problem('request.invalid', `the parameter \`${name.slice(0, 60)}\` stands twice`);
    values[name] = value;
  }
  return values;
}

function fieldsOf({ issues }: z.ZodError, place: string): readonly FieldProblem[] {
  return issues.slice(0, 20).map(({ path, message }) => ({
    pointer: `${place}${path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`,
    detail: message,
  }));
}

function responseOf(route: Route, { status, body, index, location, headers }: Answer): Response {
  const all = {
    ...(index === undefined ? {} : { etag: entityTag(index) }),
    ...(location === undefined ? {} : { location }),
    ...headers,
  };
  if (route.answers === undefined) return new Response(null, { status: status ?? 204, headers: all });
  const shown = route.answers.parse(body);
  return new Response(isJsonObject(shown) || Array.isArray(shown) ? JSON.stringify(shown) : String(shown), {
    status: status ?? 200,
    headers: { 'content-type': route.produces ?? 'application/json', ...all },
  });
}
