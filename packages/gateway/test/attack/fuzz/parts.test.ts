/** Headers and event ids of any form are read as one thing, or not at all. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeHeaderValue } from '../../../src/mcp/http/era/index.ts';
import { parseEventId } from '../../../src/mcp/http/legacy/index.ts';

describe('parts', () => {
  test('a header in Base64 stands for one text, and no two for the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(text.isWellFormed());
        const encoded = Buffer.from(text).toString('base64');
        expect(decodeHeaderValue(`=?base64?${encoded}?=`)).toBe(text);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9+/=]{0,12}$/), (encoded) => {
        const decoded = decodeHeaderValue(`=?base64?${encoded}?=`);
        if (decoded !== undefined) expect(Buffer.from(decoded).toString('base64')).toBe(encoded);
      }),
      { numRuns: 500 },
    );
  });

  test('an event id names one place or none', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z0-9-]{0,40}$/)), (text) => {
        const read = parseEventId(text);
        if (read === undefined) return;
        expect(Number.isSafeInteger(read.sequence)).toBe(true);
        expect(text.startsWith(`${read.stream}-`)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
