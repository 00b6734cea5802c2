import { describe, expect, test } from 'vitest';
import {
  DEFAULT_FLOOR_MS,
  DEFAULT_RETENTION,
  groupOf,
  groupsOf,
  requireRetention,
  settingsHash,
} from './classes.ts';
import { DAY_MS } from './fixtures.ts';

describe('how long bodies are kept', () => {
  test('a class without a time of its own is kept 400 days, and what the log says about itself as long as the log', () => {
    expect(groupOf(DEFAULT_RETENTION, 'decision')).toEqual({ name: 'default', keep: 400 * DAY_MS });
    expect(groupOf(DEFAULT_RETENTION, 'a class of a purpose')).toEqual({
      name: 'default',
      keep: 400 * DAY_MS,
    });
    expect(groupOf(DEFAULT_RETENTION, 'log')).toBeUndefined();
    expect(groupsOf(DEFAULT_RETENTION)).toEqual([{ name: 'default', keep: 400 * DAY_MS }]);
  });

  test('a class is kept as long as it says, for ever included', () => {
    const settings = { ...DEFAULT_RETENTION, classes: { log: 500 * DAY_MS, operator: 'keep' } as const };
    expect(groupOf(settings, 'log')).toEqual({ name: 'log', keep: 500 * DAY_MS });
    expect(groupOf(settings, 'operator')).toBeUndefined();
    expect(groupsOf(settings).map(({ name }) => name)).toEqual(['default', 'log']);
    expect(groupOf(settings, 'constructor')?.name).toBe('default');
  });

  test.each([
    ['a class', { classes: { decision: DEFAULT_FLOOR_MS - 1 } }, 'retention.classes.decision'],
    ['the default', { defaultKeep: DEFAULT_FLOOR_MS - 1 }, 'retention.default'],
    ['no number', { classes: { decision: Number.NaN } }, 'retention.classes.decision'],
    ['a floor of less than a day', { floorMs: DAY_MS - 1 }, 'retention.floor'],
    ['a class that cannot be named', { classes: { default: 400 * DAY_MS } }, 'retention.classes'],
  ])('%s below the floor is refused', (_what, changes, path) => {
    const fault = expect.objectContaining({
      code: 'config.invalid',
      data: expect.objectContaining({ path }) as unknown,
    });
    expect(() => requireRetention({ ...DEFAULT_RETENTION, ...changes })).toThrow(fault as Error);
  });

  test('just the floor may be kept, and every change of a time is another setting', () => {
    const settings = { ...DEFAULT_RETENTION, classes: { decision: DEFAULT_FLOOR_MS } };
    expect(requireRetention(settings)).toBe(settings);
    expect(settingsHash(settings)).not.toBe(settingsHash(DEFAULT_RETENTION));
  });
});
