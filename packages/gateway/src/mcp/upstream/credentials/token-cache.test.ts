import { expect, test } from 'vitest';
import { TokenCache } from './token-cache.ts';

test('a token is fetched once for all who wait, and again for those who come after its failure', async () => {
  const cache = new TokenCache({ now: () => 0 });
  let fetched = 0;
  const gate = Promise.withResolvers<{ token: string }>();
  const fetch = (): Promise<{ token: string }> => {
    fetched += 1;
    return gate.promise;
  };
  const waiting = [cache.get('k', fetch), cache.get('k', fetch)];
  gate.reject(new Error('not now'));
  expect(await Promise.allSettled(waiting)).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
  expect(fetched).toBe(1);
  expect(await cache.get('k', () => Promise.resolve({ token: 'fresh' }))).toBe('fresh');
});

test.each<[expiresInMs: number | undefined, at: number, why: string]>([
  [600_000, 570_000, 'half a minute before its end'],
  [100_000, 90_000, 'in the last tenth of a short one'],
  [undefined, 270_000, 'after five minutes less half a minute where nobody says how long it holds'],
])('a token of %s ms is renewed at %i (%s)', async (expiresInMs, at) => {
  let now = 0;
  const cache = new TokenCache({ now: () => now });
  const issue = (token: string) => () =>
    Promise.resolve({ token, ...(expiresInMs === undefined ? {} : { expiresInMs }) });
  await cache.get('k', issue('first'));
  now = at - 1;
  expect(await cache.get('k', issue('second'))).toBe('first');
  now = at;
  expect(await cache.get('k', issue('second'))).toBe('second');
});

test('a token that is refused while its successor is on its way is not fetched a third time', async () => {
  const cache = new TokenCache({ now: () => 0 });
  await cache.get('k', () => Promise.resolve({ token: 'old' }));
  cache.forget('k', 'old');
  const gate = Promise.withResolvers<{ token: string }>();
  const fresh = cache.get('k', () => gate.promise);
  cache.forget('k', 'old');
  gate.resolve({ token: 'new' });
  expect(await cache.get('k', () => Promise.reject(new Error('a third')))).toBe('new');
  expect(await fresh).toBe('new');
});
