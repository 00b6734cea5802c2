import { expect, test } from 'vitest';
import { readChallenge } from './challenge.ts';

test.each<[string, string | readonly string[] | undefined, ReturnType<typeof readChallenge>]>([
  ['no header', undefined, {}],
  ['a bare scheme', 'Bearer', {}],
  [
    'quoted parameters',
    'Bearer error="insufficient_scope", scope="a b"',
    { error: 'insufficient_scope', scope: 'a b' },
  ],
  ['parameters without quotes', 'bearer error=invalid_token', { error: 'invalid_token' }],
  ['a quote within', String.raw`Bearer scope="a\"b"`, { scope: 'a"b' }],
  ['a comma within', 'Bearer realm="a, DPoP error=x", scope="s"', { scope: 's' }],
  ['another scheme before it', 'Basic realm="x", DPoP error="use_dpop_nonce"', { error: 'use_dpop_nonce' }],
  ['two headers', ['Basic realm="x"', 'Bearer scope="s"'], { scope: 's' }],
  [
    'the challenge with an error among two',
    'Bearer scope="a", DPoP error="e", scope="b"',
    { error: 'e', scope: 'b' },
  ],
  [
    'where the metadata is',
    'Bearer resource_metadata="https://a/.well-known/x"',
    { resourceMetadata: 'https://a/.well-known/x' },
  ],
  ['other schemes alone', 'Negotiate abc==, Basic error="e"', {}],
  ['no end of a quote', 'Bearer scope="a', {}],
])('%s', (_what, header, read) => {
  expect(readChallenge(header)).toStrictEqual(read);
});

test('a header that goes on and on is read as far as it is bounded, in no time to speak of', () => {
  expect(readChallenge(`Bearer ${'a="'.repeat(1_000_000)}`)).toStrictEqual({});
  expect(readChallenge(`${'x '.repeat(5_000)}Bearer scope="late"`)).toStrictEqual({});
});
