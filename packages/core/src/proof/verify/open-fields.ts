/** Fields that somebody disclosed of an entry, opened where only its bytes are at hand, as in a browser. */
import type { Sha256 } from '../merkle/index.ts';
import { openDisclosed, toLatin1 } from './engine/index.ts';

/** A field with the salt that opens its commitment; `input` is the whole decision input. */
export interface FieldShown {
  readonly field: string;
  readonly value: unknown;
  /** Standard base64, 32 bytes. */
  readonly salt: string;
}

/** Those of `fields` that are what `entry`, the exact bytes that were logged, committed to. Says nothing about the entry itself. */
export function openFields<Field extends FieldShown>(
  sha256: Sha256,
  entry: Uint8Array,
  fields: readonly Field[],
): readonly Field[] {
  const digest = (data: Uint8Array): string => toLatin1(sha256(data));
  return fields.filter(({ field, value, salt }) => {
    const values = { [field]: value };
    const salts = { [field]: salt };
    const body = field === 'input' ? { input: value, salts } : { fields: values, salts };
    return openDisclosed(digest, { body }, entry, () => {}) === 1;
  });
}
