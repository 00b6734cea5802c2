/** Who delegated to whom (RFC 8693 §4.1): the outermost `act` acts now, and those within it acted before. */
import { isJsonObject, type JsonObject, MAX_CHAIN } from '@writ/core';
import type { ClaimPath } from '../configuration.ts';
import { claimAt, idAt } from './claims.ts';

/** The agents of a token, by their ids at the issuer. */
export interface Delegation {
  /** Who acts now. */
  readonly agent: string;
  /** From the first that delegated to the last. */
  readonly chain: readonly string[];
}

/** What cannot be read as a delegation. */
export interface UnreadableDelegation {
  readonly problem: string;
}

/**
 * The agents of `claims`, where `agent` is the path of the id of the client that holds the token. A client that is not the actor counts as one more that delegated: everyone
 * named must be permitted. Actors are vouched for by the issuer of the token, and so must be its own: an actor of another issuer is refused.
 */
export function delegationOf(claims: JsonObject, agent: ClaimPath): Delegation | UnreadableDelegation {
  const client = idAt(claims, agent);
  if (client === undefined) return { problem: `the claim \`${agent.join('.')}\` names no agent` };
  const actors: string[] = [];
  let act = claims['act'];
  while (act !== undefined) {
    if (actors.length === MAX_CHAIN)
      return { problem: `the claim \`act\` is nested deeper than ${MAX_CHAIN}` };
    if (!isJsonObject(act)) return { problem: 'the claim `act` is no object' };
    const { iss } = act;
    if (iss !== undefined && iss !== claims['iss'])
      return { problem: 'an actor is of another issuer than the token' };
    const id = (claimAt(act, agent) === undefined ? undefined : idAt(act, agent)) ?? idAt(act, ['sub']);
    if (id === undefined) return { problem: 'an actor has no id' };
    actors.push(id);
    act = act['act'];
  }
  const [actor, ...before] = actors;
  if (actor === undefined) return { agent: client, chain: [] };
  const chain = before.reverse();
  if (client !== actor && !chain.includes(client)) chain.push(client);
  if (chain.length <= MAX_CHAIN) return { agent: actor, chain };
  return { problem: `the claim \`act\` is nested deeper than ${MAX_CHAIN}` };
}
