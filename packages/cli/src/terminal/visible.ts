/** Values from outside, shown so that nothing in them hides, reorders or forges what a person reads. */
import { visible } from '@writ/core';

/** `value` as indented JSON that shows every character it holds. */
export function visibleJson(value: unknown): string {
  return visible(JSON.stringify(value, null, 2) ?? 'null', { keepLines: true });
}
