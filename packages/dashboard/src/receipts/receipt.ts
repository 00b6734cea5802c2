/** A receipt as it is listed, and why a decision said what it said. */
import type { operations } from '../api/index.ts';

/** As the API lists it. */
export type LiveReceipt =
  operations['listReceipts']['responses'][200]['content']['application/json']['items'][number];

/** A decision with what became of it. */
export interface LiveDecision extends LiveReceipt {
  readonly verdict: string;
}

/** Most policies that are named in a sentence. */
const MOST_NAMED = 3;

/** Why, in a few words: policies by their ids, or the code of what else decided. */
export function reasonOf({
  verdict,
  policies = [],
  code,
}: Pick<LiveReceipt, 'verdict' | 'policies' | 'code'>): string {
  if (code !== undefined) return code.replaceAll(/[._]/g, ' ');
  if (policies.length > 0) {
    const more = policies.length - MOST_NAMED;
    return `${policies.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  }
  return verdict === 'deny' ? 'no policy permits it' : 'no reason recorded';
}
