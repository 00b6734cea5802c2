/** A body sealed again, as an erasure leaves it. */
import { type BodyKey, createReseal, type OpenLog } from '../audit/index.ts';
import { toBase64 } from '../kernel/index.ts';
import type { ErasedBody } from '../model/index.ts';
import { SAMPLE_LOG_KEYS, seededRandom } from './log-fixture.ts';

/** Which field and which person are left out. */
export interface SampleReseal {
  readonly index: number;
  readonly field: string;
  readonly concern: string;
  /** What wraps the key of what is left; default that of {@link SAMPLE_LOG_KEYS}. */
  readonly bodyKey?: BodyKey;
}

/** What is left of the body at `index` of a log with {@link SAMPLE_LOG_KEYS}, among others. */
export function sampleReseal(
  { reader }: Pick<OpenLog, 'reader'>,
  { index, field, concern, bodyKey = SAMPLE_LOG_KEYS.bodyKey }: SampleReseal,
): NonNullable<ErasedBody['resealed']> {
  const { body: ref } = reader.entry(index).entry;
  if (ref === undefined) throw new Error(`entry ${index} has no body`);
  const { fields, salts, concerns } = reader.body(index) as Record<string, Record<string, string>>;
  const without = (values: Record<string, string> = {}): Record<string, string> =>
    Object.fromEntries(Object.entries(values).filter(([name]) => name !== field));
  const left = {
    fields: without(fields),
    salts: without(salts),
    concerns: Object.values(concerns ?? {}).filter((one) => one !== concern),
    erased: [field],
  };
  const reseal = createReseal(reader.origin, { bodyKey, random: seededRandom('reseal') });
  const { keyId, wrapped, ciphertext } = reseal(JSON.stringify(left), ref);
  return {
    keyId,
    wrapped: toBase64(wrapped),
    ciphertext: toBase64(ciphertext),
    instead: reader.wrapping(index),
  };
}
