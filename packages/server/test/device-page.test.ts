// The page on which a command is signed in, its script run as it is served: against the API, in the session of a person.
import { createContext, runInContext } from 'node:vm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Browser, openBrowser, signedIn } from './browser.ts';
import { openWorld, PLANE_URL, type World } from './world.ts';

interface Element {
  textContent: string;
  value: string;
  hidden: boolean;
  click: () => Promise<void>;
}

let world: World;
beforeEach(async () => {
  const opened = await openWorld('sqlite');
  if (opened === undefined) throw new Error('no world');
  world = opened;
});
afterEach(() => world.close());

/** Opens the page at `hash` in `browser`; answers its elements once nothing is under way. */
async function openPage(browser: Browser, hash: string): Promise<(id: string) => Element> {
  const response = await world.api.fetch(new Request(`${PLANE_URL}/device`));
  const page = await response.text();
  // What the policy of contents would not run stands nowhere in it.
  expect(response.headers.get('content-security-policy')).toContain("script-src 'self'");
  expect(page).not.toMatch(/<script>|<style| on[a-z]+=|style=/);
  const script = await (await world.api.fetch(new Request(`${PLANE_URL}/device.js`))).text();
  const elements = new Map(
    [...page.matchAll(/id="([a-z]+)"[^>]*?( hidden)?>/g)].map(([, id = '', hidden]): [string, Element] => [
      id,
      { textContent: '', value: '', hidden: hidden !== undefined, click: async () => {} },
    ]),
  );
  const under: Promise<unknown>[] = [];
  const location = { hash, pathname: '/device', origin: PLANE_URL };
  runInContext(
    script,
    createContext({
      location,
      crypto,
      decodeURIComponent,
      history: { replaceState: () => (location.hash = '') },
      fetch: (path: string, { method, body }: { method: string; body?: string }) => {
        const came = browser
          .send(method, path, body === undefined ? undefined : (JSON.parse(body) as object))
          .then(({ status, body: answered }) =>
            Response.json(typeof answered === 'string' ? {} : answered, { status }),
          );
        under.push(came);
        return came;
      },
      document: {
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
    }),
  );
  expect(location.hash).toBe('');
  for (let seen = 0; seen !== under.length; ) {
    seen = under.length;
    await Promise.all(under);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return (id) => elements.get(id) ?? { textContent: '', value: '', hidden: true, click: async () => {} };
}

test('shows what asks and what it would be given, and gives it only after that', async () => {
  const { browser } = await signedIn(world);
  const { body } = await world.send('POST', '/v1/device-logins', { body: { host: 'build-7', days: 3 } });
  const page = await openPage(browser, `#code=${body.user_code}`);
  expect(page('said').textContent).toBe('You are signed in as a writer.');
  expect(page('who').textContent).toContain(`runs on build-7. Its code is ${body.user_code}.`);
  expect(page('gives').textContent).toContain('as writer, for 3 days');
  expect(page('asked').hidden).toBe(false);
  // What stands in the field by now is not what was looked at.
  page('code').value = 'BBBB-BBBB';
  await page('approve').click();
  expect(page('said').textContent).toContain('The command on build-7 is signed in.');
  expect(page('asked').hidden).toBe(true);
  const given = await world.send('POST', '/v1/device-logins/token', {
    body: { device_code: body.device_code },
  });
  expect(given.body).toMatchObject({ roles: ['writer'] });
});

test('the code may be typed, and the sign-in refused', async () => {
  const { browser } = await signedIn(world);
  const { body } = await world.send('POST', '/v1/device-logins', { body: { host: 'build-7' } });
  const page = await openPage(browser, '');
  expect(page('asked').hidden).toBe(true);
  page('code').value = 'nonsense';
  await page('look').click();
  expect(page('said').textContent).toContain('no command asks with this code');
  expect(page('asked').hidden).toBe(true);
  page('code').value = body.user_code;
  await page('look').click();
  await page('deny').click();
  expect(page('said').textContent).toContain('It was refused');
  const refused = await world.send('POST', '/v1/device-logins/token', {
    body: { device_code: body.device_code },
  });
  expect(refused.body).toMatchObject({ error: 'access_denied' });
});

test('whoever is not signed in is sent to do that first, and goes on from there', async () => {
  const { browser } = await signedIn(world);
  const away = openBrowser(world);
  const { body } = await world.send('POST', '/v1/device-logins', { body: { host: 'build-7' } });
  const page = await openPage(away, `#code=${body.user_code}`);
  expect(page('said').textContent).toBe('You are not signed in here.');
  expect([page('outside').hidden, page('inside').hidden, page('asked').hidden]).toEqual([false, true, true]);
  for (const [name, value] of browser.cookies) away.cookies.set(name, value);
  await page('again').click();
  expect(page('who').textContent).toContain('build-7');
});
