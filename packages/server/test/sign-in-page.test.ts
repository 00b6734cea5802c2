// The page of signing in, its script run as it is served: against the API, with a software authenticator in the place of the browser's.
import { createContext, runInContext } from 'node:vm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFirstLink } from '../src/index.ts';
import { PEOPLE } from '../src/people/index.ts';
import { createPasskey, type Passkey, usePasskey } from './authenticator.ts';
import { openWorld, PLANE_URL, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  const opened = await openWorld('sqlite');
  if (opened === undefined) throw new Error('no world');
  world = opened;
});
afterEach(() => world.close());

interface Page {
  readonly address: () => string;
  text(id: string): string;
  isHidden(id: string): boolean;
  click(id: string): Promise<void>;
}

const cookies = new Map<string, string>();
const kept = new Map<string, string>();
let passkey: Passkey | undefined;

/** Opens the page at `hash` as a browser would: its own script, in a world of its own. */
async function openPage(hash: string): Promise<Page> {
  const page = await (await world.api.fetch(new Request(`${PLANE_URL}/sign-in`))).text();
  const [, source = ''] = /<script type="module" src="([^"]+)">/.exec(page) ?? [];
  const script = await (await world.api.fetch(new Request(`${PLANE_URL}${source}`))).text();
  const elements = new Map(
    [...page.matchAll(/id="([a-z]+)"[^>]*?( hidden)?>/g)].map(([, id = '', hidden]) => [
      id,
      {
        textContent: '',
        hidden: hidden !== undefined,
        click: async (): Promise<void> => {},
        focus: (): void => {},
      },
    ]),
  );
  const location = { hash, pathname: '/sign-in', origin: PLANE_URL };
  const send = async (
    path: string,
    init: { headers: Record<string, string>; method: string; body?: string },
  ): Promise<Response> => {
    const { credentials: _same, ...rest } = init as typeof init & { credentials: string };
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const site = init.method === 'GET' ? {} : { origin: PLANE_URL, 'sec-fetch-site': 'same-origin' };
    const headers = { ...init.headers, ...site, ...(cookie === '' ? {} : { cookie }) };
    const response = await world.api.fetch(new Request(`${PLANE_URL}${path}`, { ...rest, headers }));
    for (const set of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (set.split(';', 1)[0] ?? '').split('=');
      cookies.set(name, value);
    }
    return response;
  };
  const identity = (value: unknown): unknown => value;
  const browser = {
    location,
    fetch: send,
    crypto,
    sessionStorage: {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => kept.set(name, value),
      removeItem: (name: string) => kept.delete(name),
    },
    URL,
    history: { replaceState: () => (location.hash = '') },
    document: {
      querySelectorAll: () => [],
      getElementById: (id: string) => {
        const element = elements.get(id);
        return (
          element &&
          Object.assign(element, {
            addEventListener: (_click: string, act: () => Promise<void>) => (element.click = act),
          })
        );
      },
    },
    PublicKeyCredential: { parseCreationOptionsFromJSON: identity, parseRequestOptionsFromJSON: identity },
    navigator: {
      credentials: {
        create({ publicKey }: { publicKey: Parameters<typeof createPasskey>[1] }) {
          const made = createPasskey(PLANE_URL, publicKey);
          passkey = made.passkey;
          return { toJSON: () => made.response };
        },
        get({ publicKey }: { publicKey: Parameters<typeof usePasskey>[1] }) {
          if (passkey === undefined) throw new Error('no passkey');
          const used = usePasskey(PLANE_URL, publicKey, passkey);
          return { toJSON: () => used };
        },
      },
    },
  };
  runInContext(script, createContext(browser));
  return {
    address: () => location.hash,
    text: (id) => elements.get(id)?.textContent ?? '',
    isHidden: (id) => elements.get(id)?.hidden ?? true,
    click: (id) => elements.get(id)?.click() ?? Promise.resolve(),
  };
}

test('signs the first administrator in with the link, which leaves the address, and shows a token that works', async () => {
  const people = world.plane.objects(world.organisation, PEOPLE);
  // As at a first start: nobody has signed in yet.
  const effects = people
    .list()
    .filter(({ status }) => status === 'active')
    .map(({ id, index }) => people.remove(id, index));
  await world.plane.changes.commit({
    action: 'people.remove',
    object: world.organisation,
    organisation: world.organisation,
    actor: { kind: 'server', id: 'server', concerns: [] },
    effects,
  });
  const link = await createFirstLink(world.plane, world.organisation);
  const page = await openPage(new URL(link?.url ?? '').hash);
  expect(page.address()).toBe('');
  expect(page.isHidden('inside')).toBe(true);
  await page.click('enter');
  expect(page.text('said')).toBe('You are signed in as Founder (admin).');
  expect(page.isHidden('inside')).toBe(false);
  await page.click('make');
  const as = { id: '', organisation: world.organisation, token: page.text('token') };
  expect((await world.send('GET', '/v1/me', { as })).body).toMatchObject({ name: 'Founder' });
  await page.click('leave');
  expect(page.text('token')).toBe('');
  const again = await openPage('');
  await again.click('enter');
  expect(again.text('said')).toBe('You are signed in as Founder (admin).');
  const stale = await openPage(new URL(link?.url ?? '').hash);
  await stale.click('enter');
  expect(stale.text('said')).toContain('That did not work');
});
