import { describe, expect, test } from 'vitest';
import {
  asJson,
  canonicalJson,
  isJsonObject,
  isPlainObject,
  ownProperty,
  parseStrictJson,
  type JsonObject,
} from './index.ts';

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

describe('data with an interface of its own', () => {
  interface Point {
    readonly x: number;
    readonly label?: string;
    readonly near: readonly Point[];
  }

  test('is JSON as it stands', () => {
    const point: Point = { x: 1, near: [{ x: 2, label: 'b', near: [] }] };
    expect(asJson(point)).toBe(point);
    expect(canonicalJson(asJson(point))).toBe('{"near":[{"label":"b","near":[],"x":2}],"x":1}');
  });

  test('is not taken where something in it is no JSON', () => {
    // @ts-expect-error a map is written as an empty object
    asJson({ names: new Map<string, number>() });
    // @ts-expect-error a bigint cannot be written
    asJson({ at: 1n });
    // @ts-expect-error a date is written as something else
    asJson([new Date(0)]);
    // @ts-expect-error a function is left out
    expect(asJson({ run: () => 1 })).toEqual({ run: expect.any(Function) });
  });
});
