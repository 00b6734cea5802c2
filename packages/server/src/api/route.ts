/** One route as data: what it takes, what it answers, who may, and what it does. The OpenAPI document and the checks are made from the same words. */
import type { JsonObject } from '@writ/core';
import type { z } from 'zod';
import type { Access, AskedAbout } from '../authority/index.ts';
import type { Caller } from '../callers/index.ts';
import type { Plane } from '../plane.ts';
import type { Change, Collection, CollectionOf } from '../state/index.ts';

export type Shape = Readonly<Record<string, z.ZodType>>;
type Read<Of extends Shape> = { readonly [Name in keyof Of]: z.output<Of[Name]> };

/** As handlers answer: nothing of it is changed any more. */
export type Frozen<Value> = Value extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : Value extends object
    ? { readonly [Name in keyof Value]: Frozen<Value[Name]> }
    : Value;

/** One call of a route, with everything parsed. */
export interface Call<Params extends Shape = Shape, Query extends Shape = Shape, Body = unknown> {
  readonly plane: Plane;
  readonly caller: Caller;
  readonly params: Read<Params>;
  readonly query: Read<Query>;
  readonly body: Body;
  /** Of the request, its body read. */
  readonly request: Request;
  /** Index that `If-Match` names; of routes that are `conditional`. */
  readonly expects: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
  /** Objects of the caller's organisation. */
  readonly objects: <Value extends object>(collection: CollectionOf<Value>) => Collection<Value>;
  /** Commits a change of the caller's in the caller's organisation; the idempotency key is used up with it. */
  readonly commit: (change: Omit<Change, 'organisation' | 'actor'>) => Promise<number>;
  /** Asks again about an object that the body or the state named. Throws `request.forbidden`. */
  readonly requireAccess: (access: Access, about: Omit<AskedAbout, 'organisation'>) => void;
}

/** What a handler answers with. */
export interface Answer<Body = unknown> {
  readonly status?: 200 | 201 | 202 | 204;
  /** Absent for 204. */
  readonly body?: Body;
  /** Index for the entity tag. */
  readonly index?: number;
  /** Path of what was made, `/v1/agents/…`. */
  readonly location?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a handler comes to: an answer, or a response of its own, as of streams. */
type Handled<Answered> = Promise<Answer<Answered> | Response> | Answer<Answered> | Response;

/** The parts of a route. */
export interface RouteOf<Params extends Shape, Query extends Shape, Body, Answered> {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** `/v1/agents/{agent}`. */
  readonly path: string;
  /** `getAgent`: unique. */
  readonly operation: string;
  /** One line, for a person. */
  readonly summary: string;
  /** Whether the caller must be known, and what the route does. `nobody`: a sign-in, or a probe. */
  readonly access: Access | 'nobody';
  readonly params?: Params;
  readonly query?: Query;
  /** What it takes; unknown fields are refused. Absent for none. */
  readonly body?: z.ZodType<Body>;
  /** Largest body in bytes; default `MAX_BODY_BYTES`, of what anybody may send `MAX_OPEN_BODY_BYTES`. */
  readonly maxBody?: number;
  /** Reads the body itself, as it comes, whatever it is; it knows no caller, whose proof would be over it. */
  readonly streams?: boolean;
  /** What it answers with; absent for nothing (204). */
  readonly answers?: z.ZodType<Answered>;
  /** Needs `If-Match`. */
  readonly conditional?: boolean;
  /** The answer holds a secret that is shown once: it is not kept for who asks again. */
  readonly secret?: boolean;
  /** What the answer's content type is; default `application/json`. */
  readonly produces?: string;
  /** A change that needs no `Idempotency-Key`: it is the same however often it is made, or protected otherwise. */
  readonly naturallyIdempotent?: boolean;
  handle(call: Call<Params, Query, Body>): Handled<Frozen<Answered>>;
}

/** Any route. */
export type Route = RouteOf<Shape, Shape, JsonObject, unknown>;

/** A route with its types checked against one another. */
export function defineRoute<Answered, Params extends Shape = {}, Query extends Shape = {}, Body = undefined>(
  route: RouteOf<Params, Query, Body, Answered>,
): Route {
  return route as Route;
}

/** Whether a call of the route can change something. */
export function isChange(route: Pick<Route, 'method'>): boolean {
  return route.method !== 'get';
}
