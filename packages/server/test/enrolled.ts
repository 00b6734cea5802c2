/** Enrolled nodes for tests: keys of their own, a log of their own, and requests that they prove. */
import {
  createSigningKey,
  type JsonValue,
  proveRequest,
  publicKeyText,
  signEnrolment,
  type SigningKey,
  systemRandom,
} from '@writ/core';
import type { Came, Someone, World } from './world.ts';

/** A node that was enrolled. */
export interface TestNode {
  readonly id: string;
  readonly organisation: string;
  key: SigningKey;
  readonly logKey: SigningKey;
}

let made = 0;

/** A one-time code made by an administrator. */
export async function codeOf(
  world: World,
  more: Readonly<Record<string, JsonValue>> = {},
  as: Someone = world.people.admin,
): Promise<{ readonly id: string; readonly code: string }> {
  const came = await world.send('POST', '/v1/enrolments', {
    as,
    body: { name: 'build', environment: 'production', ...more },
  });
  return came.body;
}

/** New keys of a node, and of its log. */
export function newKeys(origin?: string): { readonly key: SigningKey; readonly logKey: SigningKey } {
  made += 1;
  return {
    key: createSigningKey('node', systemRandom).key,
    logKey: createSigningKey(origin ?? `node.example/${made}`, systemRandom).key,
  };
}

/** Shows `code` with `keys`. */
export function enrol(
  world: World,
  code: string,
  { key, logKey }: { readonly key: SigningKey; readonly logKey: SigningKey },
): Promise<Came> {
  const { audience: _audience, ...body } = signEnrolment({ audience: world.plane.url, code }, key, [logKey]);
  return world.send('POST', '/v1/enrol', {
    body: { ...body, logKeys: [...body.logKeys], logProofs: [...body.logProofs] },
  });
}

/** Enrols a node with a new code. */
export async function enrolledNode(
  world: World,
  more: Readonly<Record<string, JsonValue>> = {},
): Promise<TestNode> {
  const keys = newKeys();
  const { code } = await codeOf(world, more);
  const { body } = await enrol(world, code, keys);
  return { id: body.node, organisation: body.organisation, ...keys };
}

let nonces = 0;

/** The header that proves a request of `node`. */
export function proofOf(
  world: World,
  node: TestNode,
  request: { readonly method: string; readonly path: string; readonly body?: JsonValue },
  key: SigningKey = node.key,
): string {
  nonces += 1;
  const { method, path, body } = request;
  return proveRequest(
    {
      method,
      url: `${world.plane.url}${path}`,
      body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    },
    {
      node: node.id,
      organisation: node.organisation,
      at: world.clock.now(),
      nonce: `nonce-${process.pid}-${String(nonces).padStart(12, '0')}`,
    },
    key,
  );
}

/** Sends a request that `node` proves. */
export function ask(
  world: World,
  node: TestNode,
  method: string,
  path: string,
  body?: JsonValue,
  key?: SigningKey,
): Promise<Came> {
  const authorization = proofOf(world, node, { method, path, ...(body === undefined ? {} : { body }) }, key);
  return world.send(method, path, { headers: { authorization }, body });
}

/** The text of its key, as the control plane shows it. */
export function keyTextOf(key: SigningKey): string {
  return publicKeyText(key);
}
