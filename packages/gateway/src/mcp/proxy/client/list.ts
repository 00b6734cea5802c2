/** Lists: asked of the servers, then judged item by item. What may not be seen is not there. */
import {
  type EnforcedList,
  isJsonObject,
  isPermitting,
  type JsonObject,
  type JsonValue,
  ownProperty,
  type Part,
} from '@writ/core';
import { exposedName, mergeCursors, normalUri, splitCursor } from '../../naming/index.ts';
import {
  METHOD_NOT_FOUND,
  REFUSED,
  type RpcAnswer,
  type RpcErrorObject,
  UPSTREAM_UNAVAILABLE,
} from '../../rpc/index.ts';
import type { ClientCall, Upstream } from '../../upstream/index.ts';
import type { ProxyContext } from '../context.ts';
import { bareMeta, besideOf, joinParams, type SplitParams, splitParams, traceOf } from '../judge/index.ts';
import { invalidParams } from './problem.ts';

/** Most parts of one judgement (`MAX_PARTS` of a request). */
const MAX_PARTS = 1_024;

/** The lists of MCP: where their items stand and which capability they belong to. */
const LISTS = {
  'tools/list': { key: 'tools', feature: 'tools' },
  'resources/list': { key: 'resources', feature: 'resources' },
  'resources/templates/list': { key: 'resourceTemplates', feature: 'resources' },
  'prompts/list': { key: 'prompts', feature: 'prompts' },
} as const;

/** A method that lists. */
export type ListMethod = keyof typeof LISTS;

/** Whether `method` lists. */
export function isListMethod(method: string): method is ListMethod {
  return Object.hasOwn(LISTS, method);
}

/** The parameters of `call`. Where purposes say what servers may receive, a list is asked for with what the protocol needs and nothing besides. */
function splitOf({ ports }: ProxyContext, call: ClientCall): SplitParams {
  const split = splitParams(call.request.params);
  if (ports.config?.privacy === undefined) return split;
  const cursor = ownProperty(split.args, 'cursor');
  return { args: cursor === undefined ? {} : { cursor }, meta: bareMeta(split.meta) };
}

/** Whether `meta` says nothing but what the protocol needs. */
function isBare(meta: JsonObject | undefined): boolean {
  return Object.keys(meta ?? {}).length === Object.keys(bareMeta(meta) ?? {}).length;
}

interface Page {
  readonly upstream: Upstream;
  readonly result: JsonObject;
}

interface Item {
  readonly upstream: Upstream;
  readonly item: JsonObject;
  readonly part: Part;
}

/**
 * Answers a list request: one page of one server, or one page of each of several together. What the client says with it leaves, so it is judged on the
 * servers first. Every list that is answered is recorded, an empty one as well.
 */
export async function answerList(
  context: ProxyContext,
  method: ListMethod,
  call: ClientCall,
): Promise<RpcAnswer> {
  const { key } = LISTS[method];
  const split = splitOf(context, call);
  const beside = besideOf(split.meta);
  const trace = traceOf(split.meta);
  const caller = call.caller ?? context.caller;
  const judge = (parts: readonly Part[]): Promise<EnforcedList> =>
    context.ports.guard.list({
      face: context.face,
      ...(caller === undefined ? {} : { caller }),
      initiator: 'agent',
      phase: 'list',
      method,
      parts,
      args: split.args,
      ...(beside === undefined ? {} : { beside }),
      signal: call.signal,
      ...(trace === undefined ? {} : { trace }),
    });
  const servers = context.upstreams.map(
    ({ name }): Part => ({ action: { name: method }, resource: { type: 'server', id: name } }),
  );
  const saysNothing = Object.keys(split.args).length === 0 && isBare(split.meta);
  if (!saysNothing) {
    const refused = refusalOf(await judge(servers), true);
    if (refused !== undefined) return { error: refused };
  }
  const asked = await askPages(context, method, call);
  if ('error' in asked) {
    if (saysNothing) await judge(servers);
    return asked;
  }
  const items: Item[] = [];
  for (const { upstream, result } of asked.pages) {
    const listed = ownProperty(result, key);
    const all: readonly JsonValue[] = Array.isArray(listed) ? listed : [];
    for (const item of all) {
      if (!isJsonObject(item)) continue;
      const part = await partOf(context, method, upstream, item);
      if (part !== undefined) items.push({ upstream, item, part });
    }
  }
  if (items.length === 0 && saysNothing) {
    const refused = refusalOf(await judge(servers), false);
    if (refused !== undefined) return { error: refused };
  }
  const seen: JsonObject[] = [];
  for (let from = 0; from < items.length; from += MAX_PARTS) {
    const visible = await visibleItems(items.slice(from, from + MAX_PARTS), judge);
    if ('error' in visible) return visible;
    for (const { upstream, item } of visible.items) seen.push(exposed(context, method, upstream, item));
  }
  const [only] = asked.pages;
  // One server's page keeps its own cursor and everything else that stands beside the list.
  if (context.upstreams.length === 1 && only !== undefined)
    return { result: { ...only.result, [key]: seen } };
  return { result: merged(asked.pages, key, seen) };
}

/** What may be seen of `items`: policy and kills of tools and servers hide items one by one. */
async function visibleItems(
  items: readonly Item[],
  judge: (parts: readonly Part[]) => Promise<EnforcedList>,
): Promise<{ readonly items: readonly Item[] } | { readonly error: RpcErrorObject }> {
  const listed = await judge(items.map(({ part }) => part));
  const error = refusalOf(listed, false);
  if (error !== undefined) return { error };
  return { items: items.filter((_item, index) => listed.visible[index] === true) };
}

/**
 * Why the whole list is refused; `undefined` where its items are judged one by one. A refusal is said, because an empty list would look like a server
 * without tools. `forbids`: also where a policy forbids one of the parts, by more than that none permits it.
 */
function refusalOf({ decision, message }: EnforcedList, forbids: boolean): RpcErrorObject | undefined {
  const isJudged =
    decision.source === 'policy' || decision.code === 'kill.tool' || decision.code === 'kill.server';
  if (!isJudged) return { code: REFUSED, message: `the list was refused: ${message}` };
  const isForbidden = decision.parts.some(
    ({ verdict, determining }) => !isPermitting(verdict) && determining.length > 0,
  );
  if (!forbids || !isForbidden) return undefined;
  return { code: REFUSED, message: 'the list was refused: a policy forbids what it would send' };
}

async function askPages(
  context: ProxyContext,
  method: ListMethod,
  call: ClientCall,
): Promise<{ readonly pages: readonly Page[] } | { readonly error: RpcErrorObject }> {
  const { params } = call.request;
  const split = splitOf(context, call);
  const [only, ...more] = context.upstreams;
  if (only !== undefined && more.length === 0) {
    const answer = await askOne(only, method, joinParams(split.args, split, params !== undefined), call);
    return 'error' in answer ? answer : { pages: [answer] };
  }
  const cursor = ownProperty(split.args, 'cursor');
  const cursors = typeof cursor === 'string' ? splitCursor(cursor) : undefined;
  if (cursor !== undefined && cursors === undefined) {
    const refused = invalidParams(context, '`params.cursor` is not one that was given out');
    if ('error' in refused) return refused;
  }
  const { cursor: _cursor, ...rest } = split.args;
  const asked = context.upstreams.filter(
    (upstream) =>
      upstream.fault === undefined &&
      upstream.offers(LISTS[method].feature) &&
      (cursors === undefined || cursors.has(upstream.name)),
  );
  const answers = await Promise.all(
    asked.map((upstream) => {
      const own = cursors?.get(upstream.name);
      const args = own === undefined ? rest : { ...rest, cursor: own };
      return askOne(upstream, method, joinParams(args, split, params !== undefined), call);
    }),
  );
  const pages = answers.flatMap((answer) => ('error' in answer ? [] : [answer]));
  for (const answer of answers) {
    // A server that does not know the method, or is gone, does not spoil the others' lists.
    if ('error' in answer && answer.error.code !== METHOD_NOT_FOUND) context.note(answer.error.message);
  }
  return { pages };
}

/** One page of one server. Its error text is not judged, so only its code is passed on. */
async function askOne(
  upstream: Upstream,
  method: ListMethod,
  params: JsonObject | undefined,
  call: ClientCall,
): Promise<Page | { readonly error: RpcErrorObject }> {
  let answer: RpcAnswer;
  try {
    answer = await upstream.request(method, params, { signal: call.signal, call });
  } catch {
    const why = upstream.fault?.message ?? 'the request was given up';
    return { error: { code: UPSTREAM_UNAVAILABLE, message: `${method} failed: ${why}` } };
  }
  if ('error' in answer) {
    const { code } = answer.error;
    const message =
      code === METHOD_NOT_FOUND
        ? 'Method not found'
        : `server \`${upstream.name}\` answered ${method} with an error`;
    return { error: { code, message } };
  }
  if (isJsonObject(answer.result)) return { upstream, result: answer.result };
  const message = `server \`${upstream.name}\` answered ${method} without an object`;
  return { error: { code: UPSTREAM_UNAVAILABLE, message } };
}

/** What an item is to policy; `undefined` for one that has no name, or a tool that may not be called. */
async function partOf(
  context: ProxyContext,
  method: ListMethod,
  upstream: Upstream,
  item: JsonObject,
): Promise<Part | undefined> {
  const server = upstream.name;
  const action = { name: method };
  if (method === 'tools/list' || method === 'prompts/list') {
    const name = ownProperty(item, 'name');
    if (typeof name !== 'string' || name === '') return undefined;
    if (method === 'prompts/list') {
      context.directory.learn(method, server, item);
      return { action, resource: { type: 'prompt', id: `${server}/${name}` } };
    }
    await context.catalogue.ready(upstream);
    // A definition that nobody was told about: pinned before it is shown.
    if (!context.catalogue.isCurrent(server, name, item)) await context.catalogue.refresh(upstream);
    const entry = await context.catalogue.entry(server, name, item);
    return 'pin' in entry ? { action, resource: { type: 'tool', id: `${server}/${name}` } } : undefined;
  }
  context.directory.learn(method, server, item);
  if (method === 'resources/templates/list') {
    const template = ownProperty(item, 'uriTemplate');
    if (typeof template !== 'string' || template === '' || template.length > 4_096) return undefined;
    return { action, resource: { type: 'data', id: template, server } };
  }
  const uri = ownProperty(item, 'uri');
  const normal = typeof uri === 'string' ? normalUri(uri) : { problem: 'no URI' };
  return 'problem' in normal ? undefined : { action, resource: { type: 'data', id: normal.id, server } };
}

function exposed(
  context: ProxyContext,
  method: ListMethod,
  upstream: Upstream,
  item: JsonObject,
): JsonObject {
  const name = ownProperty(item, 'name');
  const isNamed = method === 'tools/list' || method === 'prompts/list';
  if (!isNamed || context.expose === 'plain' || typeof name !== 'string') return item;
  return { ...item, name: exposedName(context.expose, upstream.name, name) };
}

/** All that is seen of several servers' pages, and one cursor for what is left. */
function merged(pages: readonly Page[], key: string, seen: readonly JsonObject[]): JsonObject {
  const cursors = new Map<string, string>();
  for (const { upstream, result } of pages) {
    const next = ownProperty(result, 'nextCursor');
    if (typeof next === 'string') cursors.set(upstream.name, next);
  }
  const nextCursor = mergeCursors(cursors);
  return {
    ...modernMembers(pages),
    [key]: seen,
    ...(nextCursor === undefined ? {} : { nextCursor }),
  };
}

/** What a modern list says of itself: the shortest life of its pages, and never for others, because policy cut it for this caller. */
function modernMembers(pages: readonly Page[]): JsonObject {
  const lifetimes = pages
    .map(({ result }) => ownProperty(result, 'ttlMs'))
    .filter((ttlMs) => typeof ttlMs === 'number');
  const isModern = pages.some(({ result }) => Object.hasOwn(result, 'resultType'));
  return {
    ...(isModern ? { resultType: 'complete' } : {}),
    ...(lifetimes.length === 0 ? {} : { ttlMs: Math.min(...lifetimes), cacheScope: 'private' }),
  };
}
