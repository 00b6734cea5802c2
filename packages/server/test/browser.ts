/** A browser at the plane: keeps cookies, says where its pages come from. */
import type { JsonValue } from '@writ/core';
import type { Passkey } from './authenticator.ts';
import { createPasskey, usePasskey } from './authenticator.ts';
import { PEOPLE } from '../src/people/index.ts';
import { startSession } from '../src/sign-in/index.ts';
import { type Came, PLANE_URL, type Someone, type World } from './world.ts';

let keys = 0;

/** One browser. */
export interface Browser {
  readonly cookies: Map<string, string>;
  send(
    method: string,
    path: string,
    body?: JsonValue | object,
    headers?: Record<string, string>,
  ): Promise<Came>;
  /** Signs in for the first time with a link; answers the passkey that it made. */
  useLink(url: string): Promise<Passkey>;
  signIn(passkey: Passkey): Promise<Came>;
}

/** A browser whose pages are at `origin`. */
export function openBrowser(world: World, origin: string = world.plane.url): Browser {
  const cookies = new Map<string, string>();
  const browser: Browser = {
    cookies,
    async send(method, path, body, headers = {}) {
      keys += 1;
      const isChange = method !== 'GET';
      const response = await world.api.fetch(
        new Request(`${world.plane.url}${path}`, {
          method,
          headers: {
            ...(cookies.size === 0
              ? {}
              : { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...(isChange
              ? { origin, 'sec-fetch-site': 'same-origin', 'idempotency-key': `browser-${keys}` }
              : {}),
            ...headers,
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
      for (const set of response.headers.getSetCookie()) {
        const [name = '', value = ''] = (set.split(';', 1)[0] ?? '').split('=');
        if (/Max-Age=0/.test(set)) cookies.delete(name);
        else cookies.set(name, value);
      }
      const text = await response.text();
      const isJson = /json/.test(response.headers.get('content-type') ?? '');
      return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
    },
    async useLink(url) {
      const begun = await browser.send('POST', '/v1/sign-in/link', { link: linkOf(url) });
      if (begun.status !== 200) throw new Error(JSON.stringify(begun.body));
      const { passkey, response } = createPasskey(origin, begun.body.options);
      const ended = await browser.send('POST', '/v1/sign-in/link/passkey', { name: 'laptop', response });
      if (ended.status !== 200) throw new Error(JSON.stringify(ended.body));
      return passkey;
    },
    async signIn(passkey) {
      const { body } = await browser.send('POST', '/v1/sign-in/passkey/options');
      return browser.send('POST', '/v1/sign-in/passkey', {
        response: usePasskey(origin, body.options, passkey),
      });
    },
  };
  return browser;
}

/** What stands after `#link=`. */
export function linkOf(url: string): string {
  return new URL(url).hash.slice('#link='.length);
}

/** A new person with `roles`, invited by the administrator and signed in. */
export async function signedIn(
  world: World,
  roles: readonly string[] = ['writer'],
): Promise<{ readonly browser: Browser; readonly passkey: Passkey; readonly id: string }> {
  const person = await world.send('POST', '/v1/people', {
    as: world.people.admin,
    body: { name: `a ${roles.join(' and ')}`, email: 'somebody@example.org', roles: [...roles] },
  });
  const invited = await world.send('POST', `/v1/people/${person.body.id}/invitation`, {
    as: world.people.admin,
  });
  const browser = openBrowser(world);
  const passkey = await browser.useLink(invited.body.url);
  return { browser, passkey, id: person.body.id };
}

/** A browser in which `who` is signed in. */
export async function browserOf(world: World, who: Someone): Promise<Browser> {
  const { plane } = world;
  const person = plane.objects(who.organisation, PEOPLE).get(who.id);
  if (person === undefined) throw new Error('nobody');
  const cookie = await startSession(plane, {
    organisation: who.organisation,
    id: who.id,
    person,
    method: 'passkey',
    request: new Request(PLANE_URL),
  });
  const browser = openBrowser(world);
  const [name = '', value = ''] = (cookie.split(';', 1)[0] ?? '').split('=');
  browser.cookies.set(name, value);
  return browser;
}
