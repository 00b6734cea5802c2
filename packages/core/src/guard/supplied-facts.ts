/** Facts that limits may be on, by what a guard is configured with. */
import { ALWAYS_SUPPLIED, type LimitFact } from '../model/index.ts';
import type { GuardPorts } from './types.ts';

/** What calls through a guard with these ports tell. A team or organisation counts where every agent of the chain has one. */
export function suppliedFacts({
  agent,
  chain = [],
  person,
  usage,
  leases,
  purposes,
}: Pick<GuardPorts, 'agent' | 'chain' | 'person' | 'usage' | 'leases'> & {
  /** Whatever a register is configured by. Without one a purpose is what its caller says, who would have an account of its own for each word. */
  readonly purposes?: object;
}): ReadonlySet<LimitFact> {
  const agents = [agent, ...chain];
  const facts = new Set<LimitFact>([...ALWAYS_SUPPLIED, ...(usage?.supplies ?? [])]);
  if (leases !== undefined) facts.add('fleet');
  if (purposes !== undefined) facts.add('context.purpose');
  if (person !== undefined) for (const fact of ['person', 'context.user.id'] as const) facts.add(fact);
  if (agents.every(({ team }) => team !== undefined)) facts.add('team');
  if (agents.every(({ org }) => org !== undefined)) facts.add('org');
  return facts;
}
