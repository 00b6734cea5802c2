import { describe, expect, test } from 'vitest';
import { parseConfig } from '../parse-config.ts';

const DAY_MS = 86_400_000;

function parse(retention: string) {
  return parseConfig(`policies: [p]\nagent: {id: a}\nretention: ${retention}\n`, '/etc/writ/writ.yaml')
    .retention;
}

describe('how long bodies are kept, as it is configured', () => {
  test('classes, a default, a floor and archives', () => {
    const text = `{floor: 30d, default: 90d, classes: {decision: {keep: 45d, archive: {folder: a, keyFile: k}}, log: keep}}`;
    expect(parse(text)).toEqual({
      settings: {
        floorMs: 30 * DAY_MS,
        defaultKeep: 90 * DAY_MS,
        classes: { decision: 45 * DAY_MS, log: 'keep' },
      },
      archives: { decision: { folder: '/etc/writ/a', keyFile: '/etc/writ/k' } },
    });
    expect(parse('{}')).toEqual({
      settings: { floorMs: 183 * DAY_MS, defaultKeep: 400 * DAY_MS, classes: {} },
      archives: {},
    });
  });

  test('how long entries are served, with and without an archive', () => {
    expect(parse('{bundles: {keep: 800d, archive: {folder: old}}}')).toMatchObject({
      settings: { bundles: 800 * DAY_MS },
      bundleArchive: '/etc/writ/old',
    });
    expect(parse('{bundles: keep}')).toMatchObject({ settings: { bundles: 'keep' } });
    expect(parse('{}')?.settings.bundles).toBeUndefined();
  });

  test.each([
    [
      'a class below the floor',
      '{classes: {decision: 182d}}',
      'retention.classes.decision',
      /182d is below the floor of 183d/,
    ],
    [
      'a class below a floor of its own',
      '{floor: 500d, default: 600d, classes: {x: {keep: 499d}}}',
      'retention.classes.x.keep',
      /below the floor of 500d/,
    ],
    ['a default below the floor', '{default: 100d}', 'retention.default', /below the floor/],
    ['a floor above what is kept where nothing is said', '{floor: 401d}', 'retention', /above the 400d/],
    ['a floor of less than a day', '{floor: 23h}', 'retention.floor', /out of bounds/],
    [
      'a class that cannot be named',
      '{classes: {default: 400d}}',
      'retention.classes.default',
      /not the name/,
    ],
    ['a time that is none', '{classes: {decision: long}}', 'retention.classes.decision', /not a duration/],
    ['entries that are to be destroyed', '{entries: prune}', 'retention.entries', /always keeps entries/],
    ['bundles below the floor', '{bundles: 182d}', 'retention.bundles', /182d is below the floor of 183d/],
    [
      'bundles below the floor, with an archive',
      '{bundles: {keep: 10d, archive: {folder: a}}}',
      'retention.bundles.keep',
      /below the floor/,
    ],
    [
      'an archive of bundles that are kept',
      '{bundles: {keep: keep, archive: {folder: a}}}',
      'retention.bundles.archive',
      /nothing is archived/,
    ],
    [
      'an archive of bundles under a key',
      '{bundles: {keep: 400d, archive: {folder: a, keyFile: k}}}',
      'retention.bundles.archive.keyFile',
      /keyFile/,
    ],
    [
      'a class called as bundles are',
      '{classes: {bundles: 400d}}',
      'retention.classes.bundles',
      /not the name/,
    ],
    [
      'an archive of what is kept',
      '{default: {keep: keep, archive: {folder: a, keyFile: k}}}',
      'retention.default.archive',
      /nothing is archived/,
    ],
    [
      'an archive without a key',
      '{default: {keep: 400d, archive: {folder: a}}}',
      'retention.default.archive',
      /keyFile/,
    ],
    [
      'an archive in a bucket',
      '{default: {keep: 400d, archive: {bucket: b}}}',
      'retention.default.archive.bucket',
      /not supported/,
    ],
  ])('%s is refused, with its place', (_what, text, path, message) => {
    const fault = expect.objectContaining({
      code: 'config.invalid',
      message: expect.stringMatching(message) as string,
      data: expect.objectContaining({ path, line: 3 }) as unknown,
    });
    expect(() => parse(text)).toThrow(fault as Error);
  });
});
