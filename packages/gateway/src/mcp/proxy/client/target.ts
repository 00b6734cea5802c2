/** Finds what a method of the client acts on: which server, under which name there, as which resource. */
import { isJsonObject, type JsonObject, ownProperty, type Resource } from '@writ/core';
import type { TargetKind } from '../../methods/index.ts';
import { normalUri } from '../../naming/index.ts';
import type { Upstream } from '../../upstream/index.ts';
import type { ProxyContext } from '../context.ts';

/** What is acted on. */
export interface Target {
  /** Servers it is sent to: one, or for a method on every server all of them; empty where none can be meant. */
  readonly upstreams: readonly Upstream[];
  /** One for each server. */
  readonly resources: readonly Resource[];
  /** The governed parameters with the server's own names in them. */
  readonly args: JsonObject;
}

/** A target, or why there is none. */
export type FoundTarget = Target | { readonly problem: string };

/** The target of a method with these governed parameters. */
export async function findTarget(
  context: ProxyContext,
  kind: TargetKind,
  args: JsonObject,
): Promise<FoundTarget> {
  switch (kind) {
    case 'prompt':
      return promptTarget(context, args);
    case 'data':
      return dataTarget(context, args);
    case 'reference':
      return referenceTarget(context, args);
    case 'every-server':
      return serverTarget(context.upstreams, args);
    case 'server':
    case 'tool':
    case 'none':
      // With several servers nobody knows which is meant: judged on all, sent to none.
      return serverTarget(context.upstreams, args);
    default:
      return kind satisfies never;
  }
}

function serverTarget(upstreams: readonly Upstream[], args: JsonObject): Target {
  return { upstreams, resources: upstreams.map(({ name }) => ({ type: 'server', id: name })), args };
}

async function promptTarget(context: ProxyContext, args: JsonObject): Promise<FoundTarget> {
  const name = ownProperty(args, 'name');
  if (typeof name !== 'string' || name === '' || name.length > 1_024) {
    return { problem: '`params.name` is not a string of 1 to 1024 characters' };
  }
  const owner = await promptOwner(context, name);
  if ('problem' in owner) return owner;
  const { upstream, name: own } = owner;
  return {
    upstreams: [upstream],
    resources: [{ type: 'prompt', id: `${upstream.name}/${own}` }],
    args: { ...args, name: own },
  };
}

async function dataTarget(context: ProxyContext, args: JsonObject): Promise<FoundTarget> {
  const uri = ownProperty(args, 'uri');
  if (typeof uri !== 'string') return { problem: '`params.uri` is not a string' };
  const normal = normalUri(uri);
  if ('problem' in normal) return normal;
  const upstream = await resourceOwner(context, uri);
  if ('problem' in upstream) return upstream;
  return {
    upstreams: [upstream.upstream],
    resources: [{ type: 'data', id: normal.id, server: upstream.upstream.name }],
    args,
  };
}

/** `completion/complete` names a prompt or a resource template; it is judged on their server. */
async function referenceTarget(context: ProxyContext, args: JsonObject): Promise<FoundTarget> {
  const ref = ownProperty(args, 'ref');
  const name = isJsonObject(ref) ? ownProperty(ref, 'name') : undefined;
  const uri = isJsonObject(ref) ? ownProperty(ref, 'uri') : undefined;
  if (context.upstreams.length === 1) return serverTarget(context.upstreams, args);
  if (isJsonObject(ref) && typeof name === 'string') {
    const owner = await promptOwner(context, name);
    if ('problem' in owner) return owner;
    return serverTarget([owner.upstream], { ...args, ref: { ...ref, name: owner.name } });
  }
  if (typeof uri !== 'string') return { problem: '`params.ref` names neither a prompt nor a resource' };
  const owner = await resourceOwner(context, uri.split('{')[0] ?? '');
  return 'problem' in owner ? owner : serverTarget([owner.upstream], args);
}

async function promptOwner(
  context: ProxyContext,
  exposed: string,
): Promise<{ readonly upstream: Upstream; readonly name: string } | { readonly problem: string }> {
  const only = context.upstreams.length === 1 ? context.upstreams[0] : undefined;
  // A single server's prompts keep their names unless `expose` says otherwise, and need not have been listed.
  if (only !== undefined && context.expose === 'plain') return { upstream: only, name: exposed };
  const owners = await context.directory.promptOwners(exposed);
  const upstream = context.upstreams.find(({ name }) => name === owners[0]?.server);
  if (owners.length > 1) return { problem: 'more than one server has a prompt of this name' };
  if (upstream === undefined || owners[0] === undefined)
    return { problem: 'no server has a prompt of this name' };
  return { upstream, name: owners[0].name };
}

/** The server that has the resource `uri`, or why none is meant. */
export async function resourceOwner(
  context: ProxyContext,
  uri: string,
): Promise<{ readonly upstream: Upstream } | { readonly problem: string }> {
  const only = context.upstreams.length === 1 ? context.upstreams[0] : undefined;
  if (only !== undefined) return { upstream: only };
  const owners = await context.directory.resourceOwners(uri);
  const upstream = context.upstreams.find(({ name }) => name === owners[0]);
  if (owners.length > 1)
    return { problem: `the servers ${[...owners].sort().join(', ')} all have this resource` };
  return upstream === undefined ? { problem: 'no server lists this resource' } : { upstream };
}
