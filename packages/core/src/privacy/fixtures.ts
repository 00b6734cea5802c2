/** A register and records that tests share. */
import type { JsonValue } from '../kernel/index.ts';
import type { Purpose, RegisterContents } from './purpose.ts';
import type { RecordReader } from './standing.ts';

/** A purpose with `more` in place of what it says. */
export function purposeOf(more: Partial<Purpose> = {}): Purpose {
  return {
    id: 'support',
    description: 'answer what a customer asks',
    data: ['contact', 'order'],
    basis: 'contract',
    retention: 'decision',
    recipients: ['crm'],
    subject: 'person',
    ...more,
  };
}

/** A register of one purpose and one notice. */
export function contentsOf(more: Partial<Purpose> = {}): RegisterContents {
  return {
    purposes: [purposeOf(more)],
    notices: [{ id: 'welcome', version: 2, texts: { en: 'We use your data.' } }],
  };
}

/** Records by `collection/key`; a person's tags are `t:` and the name, and `old:` before it. */
export function recordsOf(
  records: Readonly<Record<string, { readonly value: JsonValue; readonly index: number }>>,
  tags: (concern: string) => readonly string[] = (concern) => [`t:${concern}`],
): RecordReader {
  return { record: (collection, key) => records[`${collection}/${key}`], tags };
}
