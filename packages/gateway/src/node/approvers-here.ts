/** Who may approve where a node's own files govern it: those of its configuration and, where that says so, people of the control plane beside. */
import type { Approver, SigningKey } from '@writ/core';
import type { Configuration, OwnPlane } from '../config/index.ts';

/**
 * They, asked at each use: who loses their role at the control plane approves nothing from then on. INVARIANT: no key of the agent is among them, nor one that the configuration
 * gives to somebody else.
 */
export function approversHere(
  { approvals }: Pick<Configuration, 'approvals'>,
  beside: Pick<OwnPlane, 'approvers'> | undefined,
  agentKey: Pick<SigningKey, 'keyId'> | undefined,
): () => readonly Approver[] {
  const { approvers } = approvals;
  const people = beside?.approvers;
  if (!approvals.beside || people === undefined) return () => approvers;
  const taken = new Set([...approvers.map(({ keyId }) => keyId), agentKey?.keyId]);
  return () => [...approvers, ...people().filter(({ keyId }) => !taken.has(keyId))];
}
