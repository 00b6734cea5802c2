/** Whose session it is. */
import { type Caller, canonicalJson } from '@writ/core';

/** One text for one principal: agent, person and chain, as they were authenticated. No two principals share one. */
export function callerKey(caller: Caller | undefined): string {
  if (caller === undefined) return '';
  const { agent, person, chain = [], authentication } = caller;
  const ids = [agent.id, agent.team ?? null, agent.org ?? null];
  const roles = person === undefined ? null : [person.id, person.mfa ?? null, ...person.roles];
  const delegators = chain.map(({ id, team, org }) => [id, team ?? null, org ?? null]);
  return canonicalJson([authentication.method, ids, roles, delegators]);
}
