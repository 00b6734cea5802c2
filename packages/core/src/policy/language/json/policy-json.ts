/** Cedar's JSON policy format, as data. */
import type { ExactJson } from '../../value/index.ts';
import type { Effect } from '../names.ts';

/** A JSON object with exact integers. */
export type ExactObject = { readonly [name: string]: ExactJson };

/** A policy in Cedar's JSON form; integers beyond 2^53 are BigInts. */
export interface PolicyJson {
  readonly effect: Effect;
  readonly principal: ExactObject;
  readonly action: ExactObject;
  readonly resource: ExactObject;
  readonly conditions: readonly { readonly kind: 'when' | 'unless'; readonly body: ExactJson }[];
  readonly annotations?: { readonly [name: string]: string | null };
}
