/** Secrets are looked up by their digest: no table is asked for the text, so that no time tells how far a guess was right. */
import { createHash, randomBytes } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { systemRandom } from '@writ/core';
import { createTokenText } from '../../src/index.ts';
import { Governed } from './governed.ts';

const PING = { jsonrpc: '2.0', id: 1, method: 'ping' };

/** Every text that a map is asked for until `stop`. */
function mapKeys(): { readonly keys: readonly string[]; stop(): void } {
  const keys: string[] = [];
  const own = Reflect.get(Map.prototype, 'get') as (this: unknown, key: unknown) => unknown;
  const stop = (): void => void Reflect.set(Map.prototype, 'get', own);
  Reflect.set(Map.prototype, 'get', function get(this: unknown, key: unknown) {
    if (typeof key === 'string') keys[keys.length] = key;
    return own.call(this, key);
  });
  onTestFinished(stop);
  return { keys, stop };
}

const digest = (text: string, encoding: 'hex' | 'base64url'): string =>
  createHash('sha256').update(text).digest(encoding);

test('a session id and an API token, right or guessed', async () => {
  const governed = await Governed.open({ gateway: { auth: { tokens: true } } });
  const bot = governed.token('bot');
  const session = await governed.session({ ...bot });
  const id = session['mcp-session-id'] ?? '';
  const guess = randomBytes(24).toString('base64url');
  const guessed = { authorization: `Bearer ${createTokenText(systemRandom)}` };
  const asked = mapKeys();
  const answers = [
    await governed.post(PING, session),
    await governed.post(PING, { ...session, 'mcp-session-id': guess }),
    await governed.post(PING, { ...session, ...guessed }),
  ];
  asked.stop();
  expect(answers.map(({ status }) => status)).toEqual([200, 404, 401]);
  const [own = '', other = ''] = [bot, guessed].map(({ authorization }) => authorization.split(' ')[1]);
  const keys = new Set(asked.keys);
  for (const text of [id, guess]) expect(keys).toContain(digest(text, 'base64url'));
  expect(keys).toContain(digest(own, 'hex').slice(0, 16));
  // A token in whose file another hash stands is none: `api-tokens.test.ts`.
  const all = asked.keys.join('\n');
  for (const text of [id, guess, own, other]) expect(all).not.toContain(text);
});
