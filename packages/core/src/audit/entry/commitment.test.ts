import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, type JsonValue } from '../../kernel/index.ts';
import { commitmentOf, commitmentPrefix, SALT_BYTES } from './commitment.ts';

const ORIGIN = 'log.example/a';
const ENTRY = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

/** HMAC-SHA256 by the platform, over the canonical text of the whole message. */
function byDefinition(salt: Uint8Array, field: string, value: JsonValue): string {
  return createHmac('sha256', salt)
    .update(canonicalJson([ORIGIN, ENTRY, field, value]))
    .digest('base64');
}

function committed(salt: Uint8Array, field: string, value: JsonValue): string {
  return commitmentOf(salt, commitmentPrefix(ORIGIN, ENTRY), field, canonicalJson(value));
}

const SALT = fc.uint8Array({ minLength: SALT_BYTES, maxLength: SALT_BYTES });
const VALUE: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.constant(null))),
  fc.dictionary(fc.string(), fc.string({ unit: 'grapheme' })),
);

test('a commitment is the HMAC of origin, entry, field and value, whatever the value', () => {
  fc.assert(
    fc.property(SALT, fc.constantFrom('method', 'input', 'ü"'), VALUE, (salt, field, value) => {
      expect(committed(salt, field, value)).toBe(byDefinition(salt, field, value));
    }),
  );
});

test.each(['x', 'é', '€', '🤖'])(
  'and however long: around the bound of what is hashed in place, of `%s`',
  (unit) => {
    const salt = Uint8Array.from({ length: SALT_BYTES }, (_, at) => at * 7);
    for (let units = 8_100; units <= 8_200; units += unit.length) {
      const value = unit.repeat(units / unit.length);
      expect(committed(salt, 'result', value)).toBe(byDefinition(salt, 'result', value));
    }
  },
);

test('a shorter value after a longer one leaves nothing of it', () => {
  const salt = new Uint8Array(SALT_BYTES).fill(9);
  committed(salt, 'result', 'x'.repeat(4_000));
  expect(committed(salt, 'result', '')).toBe(byDefinition(salt, 'result', ''));
});
