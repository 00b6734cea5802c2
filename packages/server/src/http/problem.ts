/** What a request is refused with: problem details (RFC 9457), by a closed list of codes. */
import { Fault, isFault, singleLine } from '@writ/core';
import { isOutOfReach } from '../tables/index.ts';

/** Codes of refusals with their HTTP status. Tests and clients match on the code, never on a text. */
export const PROBLEMS = {
  'request.malformed': 400,
  // As RFC 8628 §3.5 names them.
  'device.authorization_pending': 400,
  'device.slow_down': 400,
  'device.access_denied': 400,
  'device.expired_token': 400,
  'request.unauthenticated': 401,
  'request.forbidden': 403,
  'request.cross-site': 403,
  'request.not-found': 404,
  'request.method': 405,
  'request.conflict': 409,
  'request.final': 409,
  'idempotency.applied': 409,
  'request.gone': 410,
  'request.changed': 412,
  'request.too-large': 413,
  'request.media-type': 415,
  'request.invalid': 422,
  'idempotency.reused': 422,
  'request.unconditional': 428,
  'request.too-many': 429,
  'server.fault': 500,
  'server.unavailable': 503,
} as const;
export type ProblemCode = keyof typeof PROBLEMS;

/** One field that is wrong: a JSON pointer (RFC 6901), and why. */
export interface FieldProblem {
  readonly pointer: string;
  readonly detail: string;
}

/** Thrown to refuse a request; whatever else is thrown is a fault of the server, and tells the client nothing of itself. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly errors: readonly FieldProblem[];

  /** `detail`: what happened and what to do, for a person. Nothing secret. */
  constructor(code: ProblemCode, detail: string, errors: readonly FieldProblem[] = []) {
    super(detail);
    this.name = 'Problem';
    this.code = code;
    this.errors = errors;
  }
}

/** `thrown` as the response to a request. */
export function problemResponse(thrown: unknown, instance: string): Response {
  const problem = asProblem(thrown);
  const status = PROBLEMS[problem.code];
  const body = {
    type: `urn:writ:problem:${problem.code}`,
    title: problem.code,
    status,
    detail: problem.message,
    instance,
    ...(problem.code.startsWith('device.') ? { error: problem.code.slice('device.'.length) } : {}),
    ...(problem.errors.length === 0 ? {} : { errors: problem.errors }),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/problem+json',
      ...(status === 401 ? { 'www-authenticate': 'Bearer realm="writ"' } : {}),
      ...(status === 503 ? { 'retry-after': '1' } : {}),
    },
  });
}

/** INVARIANT: it does not say that nothing was changed: whether what was asked last was, nobody knows where the answer of the database was lost. The key does. */
const UNAVAILABLE =
  'the record cannot be reached now; send it again, a change with the same `Idempotency-Key`: it is made once';

function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (isFault(thrown)) {
    if (
      thrown.code === 'log.unavailable' ||
      thrown.code === 'guard.overloaded' ||
      thrown.code === 'log.closed'
    )
      return new Problem('server.unavailable', UNAVAILABLE);
    if (thrown instanceof Fault && thrown.code.startsWith('json.'))
      return new Problem('request.malformed', singleLine(thrown.message));
  }
  if (isOutOfReach(thrown)) return new Problem('server.unavailable', UNAVAILABLE);
  return new Problem('server.fault', 'the server failed; its log says why');
}
