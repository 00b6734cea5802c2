/** Who wrote the policies of a version: whoever sent them, under whichever version. */
import type { Collection } from '../state/index.ts';
import type { PolicyVersion } from './policy-version.ts';

/**
 * ULIDs of the people who sent policies that decide as those of `version` do. INVARIANT: whoever sent them is an author of them, also where somebody else sends them once more:
 * nobody reviews what they wrote under another's name.
 */
export function authorsOf(
  versions: Pick<Collection<PolicyVersion>, 'list'>,
  { policyHash, authors }: Pick<PolicyVersion, 'policyHash' | 'authors'>,
): readonly string[] {
  const same = versions.list().filter((other) => other.policyHash === policyHash);
  return [...new Set([...authors, ...same.flatMap((other) => other.authors)])];
}
