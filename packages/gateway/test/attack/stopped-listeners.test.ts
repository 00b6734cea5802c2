/** An agent that is killed while it only listens hears nothing more. */
import { expect, test } from 'vitest';
import { modernRequest } from '../http-harness.ts';
import { Governed } from './governed.ts';

const LISTEN = { notifications: { toolsListChanged: true } };

/** Reads until the other side ends it. */
async function ended(response: Response): Promise<string> {
  let text = '';
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const part = await reader?.read().catch(() => undefined);
    if (part === undefined || part.done) return text;
    text += part.value;
  }
}

test.each(['modern', 'legacy'] as const)(
  'a %s stream ends once its agent is killed, by whichever process, and those of others go on',
  async (era) => {
    const governed = await Governed.open({ gateway: { auth: { tokens: true } } });
    const [ann, bob] = [governed.token('ann'), governed.token('bob')];
    const listen = async (who: { readonly authorization: string }): Promise<Response> => {
      if (era === 'modern') return governed.open(...modernRequest('subscriptions/listen', LISTEN, who));
      const session = await governed.session(who, '2025-11-25');
      return fetch(governed.url, { headers: { ...session, accept: 'text/event-stream' } });
    };
    const hers = await listen(ann);
    const his = await listen(bob);
    expect([hers.status, his.status]).toEqual([200, 200]);
    const isOver = ended(hers);
    void ended(his);
    const { streams } = governed.gateway.stats();
    await governed.kill('agent', 'ann');
    await isOver;
    await expect.poll(() => governed.gateway.stats().streams).toBe(streams - 1);
    // And opens none again.
    const again = await listen(ann).catch(() => undefined);
    if (era === 'modern') expect(again?.headers.get('content-type')).toContain('application/json');
    else if (again !== undefined) await ended(again);
    await expect.poll(() => governed.gateway.stats().streams).toBe(streams - 1);
  },
);
