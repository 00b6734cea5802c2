/** Manifests are read strictly, and versions only grow. */
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { parseManifest, printManifest, requireNewer, setIdentity, versionMark } from './index.ts';

const parse = (value: unknown) => parseManifest(value, 'policy-set.yaml');

const pattern = (source: string) => ({
  pack: 'p',
  name: 'p.x',
  argument: ['command'],
  test: { kind: 'regex', source, ignoreCase: false },
});

describe('a manifest', () => {
  test('may have limits on any fact, and patterns', () => {
    const limits = [{ id: 'x', kind: 'tokens', amount: 5, key: ['team', 'context.user.id'] }];
    const manifest = parse({ name: 'a', version: 1, limits, patterns: [pattern('rm')] });
    expect(manifest.limits).toMatchObject([{ id: 'x', key: ['team', 'context.user.id'] }]);
    expect(manifest.patterns).toEqual([pattern('rm')]);
  });

  test('is parsed', () => {
    expect(
      parse({
        name: 'acme',
        version: 3,
        mode: 'strict',
        links: [{ template: 't', id: 'l', principal: { type: 'Agent', id: 'a' } }],
      }),
    ).toEqual({
      name: 'acme',
      version: 3,
      mode: 'strict',
      onError: 'deny',
      links: [{ template: 't', id: 'l', principal: { type: 'Agent', id: 'a' } }],
      limits: [],
      patterns: [],
    });
  });

  test('is written as it is read', () => {
    const manifest = parse({
      name: 'acme',
      version: 3,
      mode: 'audit',
      audit_until: '2030-01-31T00:00:00.000Z',
      on_error: 'skip',
      links: [{ template: 't', id: 'l', principal: { type: 'Agent', id: 'a' } }],
      limits: [
        { id: 'rate', kind: 'rate', amount: 10, per: '1m', burst: 20 },
        { id: 'budget', kind: 'budget', amount: '12.000345', per: '1d', key: ['team'], actions: 'all' },
        { id: 'tokens', kind: 'tokens', per_call: 4096, amount: 9000, reserve: 100 },
        { id: 'time', kind: 'time', per_call: '30s' },
      ],
      patterns: [pattern(': "rm" #'), { ...pattern('x'), tools: ['a/b'] }],
    });
    expect(parse(parseYaml(printManifest(manifest)))).toEqual(manifest);
    const least = parse({ name: 'a', version: 1 });
    expect(printManifest(least)).toBe('name: a\nversion: 1\n');
  });

  test.each([
    ['an unknown key', { name: 'a', version: 1, modes: 'strict' }, /`modes` is not known/],
    ['no version', { name: 'a' }, /version/],
    ['a version that is no number', { name: 'a', version: '1' }, /version/],
    ['version 0', { name: 'a', version: 0 }, /version/],
    ['a name with a path in it', { name: '../a', version: 1 }, /name/],
    ['a limit that is none', { name: 'a', version: 1, limits: [{ id: 'x' }] }, /limits/],
    ['a pattern that is none', { name: 'a', version: 1, patterns: [{ name: 'x' }] }, /patterns/],
    [
      'an expression that cannot be matched in linear time',
      { name: 'a', version: 1, patterns: [pattern('(a)\\1')] },
      /patterns: the pattern of `p.x` is refused/,
    ],
    ['nothing', null, /./],
  ])('%s is refused', (_what, value, message) => {
    expect(() => parse(value)).toThrow(message);
  });
});

describe('defect 8: a version is never overwritten', () => {
  const content = (change: Partial<Parameters<typeof setIdentity>[0]> = {}) => ({
    policies: [{ id: 'a', contentHash: 'a'.repeat(64), level: { kind: 'organisation' } as const }],
    packs: ['x'],
    entitiesHash: 'b'.repeat(64),
    manifest: parse({ name: 'acme', version: 1 }),
    ...change,
  });
  const identity = setIdentity(content());
  const other = setIdentity(content({ packs: ['y'] }));
  const mark = versionMark({ version: 3, identity });
  const next =
    (version: number, content = identity) =>
    () =>
      requireNewer({ name: 'acme', version, identity: content }, mark);

  test('the identity is that of the content: not of name and version, but of everything else', () => {
    const level = { kind: 'team', team: 'x' } as const;
    const changed = [
      content({ policies: [{ id: 'a', contentHash: 'a'.repeat(64), level }] }),
      content({ policies: [] }),
      content({ packs: [] }),
      content({ entitiesHash: 'c'.repeat(64) }),
      content({ manifest: parse({ name: 'acme', version: 1, mode: 'permissive' }) }),
      content({ manifest: parse({ name: 'acme', version: 1, on_error: 'skip' }) }),
      content({ manifest: parse({ name: 'acme', version: 1, patterns: [pattern('rm')] }) }),
      content({ manifest: parse({ name: 'acme', version: 1, links: [{ template: 't', id: 'l' }] }) }),
    ].map(setIdentity);
    expect(new Set([identity, ...changed]).size).toBe(changed.length + 1);
    expect(setIdentity(content({ manifest: parse({ name: 'other', version: 9 }) }))).toBe(identity);
  });

  test('a higher version follows, the same one with the same content stays', () => {
    expect(mark).toMatch(/^[0-9a-f]{64}$/);
    expect(next(4, other)).not.toThrow();
    expect(next(3)).not.toThrow();
    expect(() => requireNewer({ name: 'acme', version: 1, identity }, undefined)).not.toThrow();
  });

  test('a lower one, and the same one with other content, are refused with what to do', () => {
    expect(next(2)).toThrow(
      expect.objectContaining({
        code: 'policy.version',
        data: { hint: expect.stringContaining('4 or more') },
      }),
    );
    expect(next(3, other)).toThrow(/with other content/);
  });
});
