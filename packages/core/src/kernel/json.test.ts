import { describe, expect, test } from 'vitest';
import { isJsonObject, isPlainObject, ownProperty, parseStrictJson, type JsonObject } from './index.ts';

describe('a JSON object', () => {
  test.each<[string, unknown, boolean]>([
    ['an object', {}, true],
    ['null', null, false],
    ['an array', [], false],
    ['a text', '{}', false],
    ['nothing', undefined, false],
  ])('%s is told apart', (_what, value, expected) => {
    expect(isJsonObject(value)).toBe(expected);
  });

  test.each<[string, object, boolean]>([
    ['braces', {}, true],
    ['no prototype', Object.create(null) as object, true],
    ['an array', [], false],
    ['a map', new Map(), false],
    ['a date', new Date(0), false],
    ['an error', new Error('a'), false],
    ['a prototype made by hand', Object.create(Object.create(null) as object) as object, false],
  ])('%s makes it plain or not', (_what, value, expected) => {
    expect(isPlainObject(value)).toBe(expected);
  });

  test('gives its own members and none that it inherits', () => {
    const object = parseStrictJson('{"__proto__":1,"a":2}') as JsonObject;
    expect(ownProperty(object, '__proto__')).toBe(1);
    expect(ownProperty(object, 'a')).toBe(2);
    expect(ownProperty(object, 'toString')).toBeUndefined();
    expect(ownProperty({}, '__proto__')).toBeUndefined();
  });
});
