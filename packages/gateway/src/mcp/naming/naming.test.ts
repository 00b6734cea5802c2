import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collisions, exposedName, mergeCursors, normalUri, splitCursor } from './index.ts';

describe('exposed names', () => {
  test('plain names are unchanged, whatever they hold', () => {
    fc.assert(fc.property(fc.string(), (name) => exposedName('plain', 'files', name) === name));
  });

  test('prefixed names are what every client accepts', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,31}$/),
        fc.string({ minLength: 1 }),
        (server, name) => /^[A-Za-z0-9_-]{1,64}$/.test(exposedName('prefixed', server, name)),
      ),
    );
  });

  test('two long names that begin alike stay apart', () => {
    const long = 'x'.repeat(100);
    expect(exposedName('prefixed', 'a', `${long}1`)).not.toBe(exposedName('prefixed', 'a', `${long}2`));
  });

  test('names that meet are found, and others are not', () => {
    const named = ['a.b', 'a/b', 'c'].map((name) => ({ server: 's', name }));
    expect([...collisions('prefixed', named)]).toEqual([['s__a_b', named.slice(0, 2)]]);
    expect(collisions('plain', named).size).toBe(0);
  });
});

describe('merged cursors', () => {
  test('come back as they were', () => {
    const cursors = fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true, minKeys: 1 });
    fc.assert(
      fc.property(cursors, (own) => {
        const map = new Map(Object.entries(own));
        expect(splitCursor(mergeCursors(map) ?? '')).toEqual(map);
      }),
    );
  });

  test('whatever a client makes up is none of ours or harmless, and never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        splitCursor(text);
      }),
    );
  });
});

describe('normal URIs', () => {
  test.each([
    [
      'HTTP://Example.COM/a/../b',
      'http://example.com/b',
      'scheme and host in lower case, dot segments resolved',
    ],
    ['file:///%65tc/passwd', 'file:///etc/passwd', 'escapes of unreserved characters'],
    ['file:///a%2fb', 'file:///a%2Fb', 'other escapes stay'],
    ['memo://one', 'memo://one', 'a scheme of its own'],
    ['urn:isbn:1', 'urn:isbn:1', 'no path'],
    ['not a uri', 'not a uri', 'taken as it stands'],
  ])('%s is %s (%s)', (uri, id) => {
    expect(normalUri(uri)).toEqual({ id });
  });

  test.each([
    'file:///a/%2e%2e%2fb',
    'file:///a/%252e%252e%252fb',
    'file:///a/..%5cb',
    'a\\b',
    'a%00',
    'x'.repeat(5000),
  ])('%s has none', (uri) => {
    expect(normalUri(uri)).toHaveProperty('problem');
  });

  test('a normal form is its own normal form', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (uri) => {
        const normal = normalUri(uri);
        if ('id' in normal) expect(normalUri(normal.id)).toEqual(normal);
      }),
    );
  });
});
