/** Who wrote the policies of a version: whoever sent them, under whichever version. */
import type { Collection } from '../state/index.ts';
import type { PolicyVersion } from './policy-version.ts';

/** What of a version says whose it is. */
type Written = Pick<PolicyVersion, 'policyHash' | 'authors'>;

/**
 * ULIDs of the people who sent policies that decide as those of `version` do. INVARIANT: whoever sent them is an author of them, also where somebody else sends them once more:
 * nobody reviews what they wrote under another's name.
 */
export function authorsOf(
  versions: Pick<Collection<PolicyVersion>, 'list'>,
  version: Written,
): readonly string[] {
  return authorsAmong(versions.list())(version);
}

/** Answers as {@link authorsOf} does, for as many versions as are asked about: `all` are looked through once. */
export function authorsAmong(all: readonly Written[]): (version: Written) => readonly string[] {
  const byHash = new Map<string, Set<string>>();
  for (const { policyHash, authors } of all) {
    const known = byHash.get(policyHash) ?? new Set();
    byHash.set(policyHash, known);
    for (const author of authors) known.add(author);
  }
  return ({ policyHash, authors }) => [...new Set([...authors, ...(byHash.get(policyHash) ?? [])])];
}
