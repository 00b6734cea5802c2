import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalResource } from './target.ts';

describe('the path of a request', () => {
  test.each([
    ['', '/'],
    ['?x=1', '/?x=1'],
    ['/a/./b/../c', '/a/c'],
    ['/a/%2e%2E/b', '/b'],
    ['/%61dmin', '/admin'],
    ['/%7Euser/%41-%5f%2Ex', '/~user/A-_.x'],
    ['/@scope%2fname', '/@scope%2Fname'],
    ['/a%20b/%c3%Bc', '/a%20b/%C3%BC'],
    ['//a', '//a'],
    ["/a?q='%61'&p=../..%2f", '/a?q=%27%61%27&p=../..%2f'],
    ['/a%2541', '/a%2541'],
  ])('%s is %s, to policies and to the host', (text, resource) => {
    expect(normalResource(text)).toBe(resource);
  });

  test.each([
    ['an encoded slash behind dots', '/api/..%2fadmin'],
    ['an encoded slash before dots', '/api%2F../admin'],
    ['an encoded backslash', '/api/..%5cadmin'],
    ['dots encoded twice', '/api/%252e%252e/admin'],
    ['a slash encoded three times', '/api/..%25252fadmin'],
    ['a parameter behind dots', '/api/..;x=1/admin'],
    ['one dot before an encoded slash', '/api/.%2fadmin'],
    ['a percent sign that encodes nothing', '/api/%%36%31'],
    ['a percent sign at the end', '/api/%'],
    ['a backslash', '/api\\..\\admin'],
    ['a fragment', '/api#x'],
    ['white space', '/a b'],
    ['no slash', 'a'],
  ])('is none that hosts read in two ways: %s', (_what, text) => {
    expect(normalResource(text)).toBeUndefined();
  });

  test('is itself when it is read again', () => {
    const piece = fc.constantFrom(
      '/',
      '.',
      '%',
      '2',
      'e',
      'E',
      '5',
      'f',
      '6',
      '1',
      ';',
      '?',
      'a',
      '%2e',
      '%25',
      '%2f',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
        const resource = normalResource(`/${pieces.join('')}`);
        if (resource !== undefined) expect(normalResource(resource)).toBe(resource);
      }),
      { numRuns: 2_000 },
    );
  });

  test('has no dot segment, however often it is decoded', () => {
    const piece = fc.constantFrom(
      '/',
      '.',
      '..',
      '%',
      '25',
      '2e',
      '2f',
      '5C',
      ';',
      'a',
      '%2e',
      '%25',
      '%2F',
      '%5c',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 16 }), (pieces) => {
        let path = normalResource(`/${pieces.join('')}`)?.split('?', 1)[0] ?? '';
        for (let times = 0; times < 20; times += 1) {
          expect(path.split(/[/\\]/)).not.toContain('..');
          path = path.replace(/%[\da-f]{2}/gi, (code) =>
            String.fromCharCode(Number.parseInt(code.slice(1), 16)),
          );
        }
      }),
      { numRuns: 1_500 },
    );
  });
});
