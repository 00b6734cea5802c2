/** Names of people, teams and agents, of which a record keeps the id. */
import type { ReactNode } from 'react';
import { AgentText, Id } from '../ui/index.ts';
import { useAgents, usePeople, useTeams } from './directory.ts';

const LONGEST = 60;

/** `id`: a ULID; what is none, as the name of a rule, is shown as it is. */
export function PersonName({ id }: { readonly id: string }): ReactNode {
  return <Named id={id} names={usePeople()} what="person" />;
}

export function TeamName({ id }: { readonly id: string }): ReactNode {
  return <Named id={id} names={useTeams()} what="team" />;
}

export function AgentName({ id }: { readonly id: string }): ReactNode {
  return <Named id={id} names={useAgents()} what="agent" />;
}

function Named({
  id,
  names,
  what,
}: {
  readonly id: string;
  readonly names: readonly { readonly id: string; readonly name: string }[];
  readonly what: string;
}): ReactNode {
  const found = names.find((one) => one.id === id);
  if (found !== undefined) return <AgentText text={found.name} limit={LONGEST} />;
  return ULID.test(id) ? <Id id={id} label={what} /> : <AgentText text={id} limit={LONGEST} />;
}

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
