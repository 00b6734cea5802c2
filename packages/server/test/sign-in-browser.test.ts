// The page of signing in, in a real browser with a virtual authenticator: every way in and out, by mouse and by keyboard, in both themes and on a phone.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  type Chromium,
  type ChromiumPage,
  findChromium,
  openChromium,
} from '../../../scripts/testing/chromium.ts';
import {
  createIdentityProvider,
  IDENTITY_PROVIDER,
  type IdentityProvider,
  listen,
  parseServerSettings,
  type RunningServer,
  startServer,
} from '../src/index.ts';
import { startProvider, type TestProvider } from './identity-provider.ts';
import { openWorld } from './world.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const chromium = findChromium('signing in with a browser');
/** Where pictures are left for whoever wants to look; nowhere otherwise. */
const PICTURES = process.env['WRIT_PICTURES'];

let folder: string;
let browser: Chromium;
let page: ChromiumPage;

beforeEach(async () => {
  if (chromium === undefined) return;
  folder = mkdtempSync(join(tmpdir(), 'writ-sign-in-'));
  browser = await openChromium(chromium, ['--ignore-certificate-errors']);
  page = await browser.openPage();
});
afterEach(async () => {
  if (chromium === undefined) return;
  await browser.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

const said = (text: string): string =>
  `document.getElementById('said').innerText.includes(${JSON.stringify(text)})`;

async function picture(name: string): Promise<void> {
  if (PICTURES === undefined) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot(join(PICTURES, `${name}.png`));
}

/** A device of the person, which confirms that it is them. */
async function addAuthenticator(): Promise<string> {
  await page.send('WebAuthn.enable');
  const { authenticatorId } = await page.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return String(authenticatorId);
}

/** The cookies of the plane, as the browser keeps them. */
async function cookies(url: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { cookies: all } = await page.send('Network.getCookies', { urls: [url] });
  return all as readonly Readonly<Record<string, unknown>>[];
}

function certificate(): string {
  const at = (name: string): string => join(folder, name);
  const made = ['-keyout', at('key.pem'), '-out', at('cert.pem')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  execFileSync('openssl', ['req', '-x509', ...curve, ...name, ...made], { stdio: 'ignore' });
  chmodSync(at('key.pem'), 0o600);
  return 'tls: {cert: cert.pem, key: key.pem}\n';
}

async function start(more = ''): Promise<RunningServer> {
  const text = `listen: 127.0.0.1:0\ndata: data\n${more}`;
  const server = await startServer({
    settings: parseServerSettings(text, join(folder, 'writ-server.yaml')),
    environment: {},
    write: () => undefined,
  });
  onTestFinished(() => server.close());
  return server;
}

describe.skipIf(chromium === undefined)('a browser', () => {
  test.each([
    ['on this machine', () => '', { name: 'writ', secure: false }],
    ['over TLS', certificate, { name: '__Host-writ', secure: true }],
  ])('%s makes a passkey with the link, leaves, and comes back with it', async (_where, tls, flags) => {
    const server = await start(tls());
    await addAuthenticator();
    const link = server.firstLink?.url ?? '';
    await page.open(link);
    expect(await page.read('location.hash')).toBe('');
    await picture(`link-${flags.name}`);
    await page.click('#enter');
    await page.until(said('You are signed in as Administrator (admin).'));
    await picture(`inside-${flags.name}`);
    const [cookie, ...others] = (await cookies(link)).filter(({ name }) => name === flags.name);
    expect(others).toEqual([]);
    expect(cookie).toMatchObject({ ...flags, httpOnly: true, sameSite: 'Strict', path: '/' });
    expect(await page.read('document.cookie')).toBe('');
    await page.click('#leave');
    await page.until(said('You are signed out.'));
    expect((await cookies(link)).filter(({ name }) => name === flags.name)).toEqual([]);
    await page.open(new URL('/sign-in', link).href);
    await page.click('#enter');
    await page.until(said('You are signed in as Administrator (admin).'));
    // Somebody who comes back finds themselves signed in.
    await page.open(new URL('/sign-in', link).href);
    await page.until(said('You are signed in as Administrator (admin).'));
    expect(page.complaints).toEqual([]);
  });

  test('makes a token that works, shown once', async () => {
    const server = await start();
    await addAuthenticator();
    await page.open(server.firstLink?.url ?? '');
    await page.click('#enter');
    await page.click('#make');
    await page.until(said('The token is good until'));
    await picture('token');
    const token = String(await page.read(`document.getElementById('token').value`));
    const me = await fetch(`${server.url}/v1/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(await me.json()).toMatchObject({ name: 'Administrator' });
    expect(await page.read(`document.getElementById('command').innerText`)).toBe(
      `writ login ${String(await page.read('location.origin'))}`,
    );
    await page.open(new URL('/sign-in', server.firstLink?.url).href);
    await page.until(said('You are signed in'));
    expect(await page.read(`document.getElementById('token').value`)).toBe('');
    expect(page.complaints).toEqual([]);
  });

  test('that comes by the address goes on by the name, which passkeys are bound to, with its link', async () => {
    const server = await start();
    await addAuthenticator();
    const { hash } = new URL(server.firstLink?.url ?? '');
    await page.open(`${server.url}/sign-in${hash}`);
    expect(await page.read('location.hostname')).toBe('localhost');
    await page.click('#enter');
    await page.until(said('You are signed in'));
  });

  test('is told what to do about a link that was used, and goes on with the passkey that it has', async () => {
    const server = await start();
    await addAuthenticator();
    const link = server.firstLink?.url ?? '';
    await page.open(link);
    await page.click('#enter');
    await page.until(said('You are signed in'));
    await page.click('#leave');
    await page.until(said('You are signed out.'));
    await page.open(link);
    await page.click('#enter');
    await page.until(said('ask for another link'));
    await picture('used-link');
    await page.click('#enter');
    await page.until(said('You are signed in'));
    expect(page.complaints).toEqual([]);
  });

  test('whose person closes the question, or has no passkey, is told so and may try again', async () => {
    const server = await start();
    const authenticatorId = await addAuthenticator();
    await page.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await page.open(server.firstLink?.url ?? '');
    await page.click('#enter');
    await page.until(said('Try again.'));
    await picture('closed');
    await page.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
    // The link was not used up.
    await page.click('#enter');
    await page.until(said('You are signed in'));
  });

  test('is told that the control plane is gone', async () => {
    const server = await start();
    await page.open(new URL('/sign-in', server.firstLink?.url).href);
    await server.close();
    await page.click('#enter');
    await page.until(said('the control plane cannot be reached'));
  });

  test('needs no mouse: everything is reached by Tab, seen, and pressed', async () => {
    const server = await start();
    await addAuthenticator();
    await page.open(server.firstLink?.url ?? '');
    const focused = (): Promise<unknown> => page.read('document.activeElement.id');
    await page.press('Tab');
    expect(await focused()).toBe('enter');
    expect(await page.read(`getComputedStyle(document.activeElement).outlineStyle`)).toBe('solid');
    await page.press('Enter');
    await page.until(said('You are signed in'));
    // Who listens to the page is told where they are.
    expect(await focused()).toBe('title');
    await page.press('Tab');
    expect(await focused()).toBe('open');
    await page.press('Tab');
    expect(await focused()).toBe('make');
    await page.press('Space');
    await page.until(said('The token is good until'));
    expect(await focused()).toBe('token');
    for (const next of ['copy', '', 'leave']) {
      await page.press('Tab');
      expect(await focused()).toBe(next);
    }
    await page.press('Enter');
    await page.until(said('You are signed out.'));
    await page.press('Tab');
    expect(await focused()).toBe('enter');
  });

  test.each(['light', 'dark'])(
    'on a phone, in the %s theme, shows everything, with names and contrast',
    async (theme) => {
      const server = await start();
      await page.send('Emulation.setDeviceMetricsOverride', {
        width: 390,
        height: 844,
        deviceScaleFactor: 1,
        mobile: true,
      });
      await page.send('Emulation.setEmulatedMedia', {
        features: [{ name: 'prefers-color-scheme', value: theme }],
      });
      await addAuthenticator();
      await page.open(server.firstLink?.url ?? '');
      await page.click('#enter');
      await page.click('#make');
      await page.until(said('The token is good until'));
      await picture(`phone-${theme}`);
      expect(await page.read('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
      const { nodes } = await page.send('Accessibility.getFullAXTree');
      const nameless = (nodes as readonly AccessibleNode[]).filter(
        ({ role, name }) =>
          ['button', 'link', 'textbox'].includes(role?.value ?? '') && (name?.value ?? '') === '',
      );
      expect(nameless).toEqual([]);
      expect(await page.read(LOW_CONTRAST)).toEqual([]);
    },
  );
});

interface AccessibleNode {
  readonly role?: { readonly value?: string };
  readonly name?: { readonly value?: string };
}

/** Texts of the page whose contrast with what is behind them is below 4.5:1 (WCAG 2.2 §1.4.3). */
const LOW_CONTRAST = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (element) => {
    const colour = rgba(getComputedStyle(element).backgroundColor);
    return colour[3] === 255 || element.parentElement === null ? colour : behind(element.parentElement);
  };
  return [...document.querySelectorAll('body *')]
    .filter((element) => element.checkVisibility() && [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim() !== ''))
    .map((element) => {
      const [front, back] = [luminance(rgba(getComputedStyle(element).color)), luminance(behind(element))].sort((a, b) => b - a);
      return [element.textContent.trim().slice(0, 40), (front + 0.05) / (back + 0.05)];
    })
    .filter(([, ratio]) => ratio < 4.5);
})()`;

describe.skipIf(chromium === undefined)('a browser at an identity provider', () => {
  let provider: TestProvider;
  let site: string;

  /** A plane whose people come from a real provider that shows its own pages. */
  async function open(): Promise<void> {
    // oxlint-disable-next-line prefer-const -- asked before it is there
    let answer: ((request: Request) => Promise<Response>) | undefined;
    const listening = await listen({
      port: 0,
      fetch: (request) => answer?.(request) ?? new Response(null, { status: 503 }),
    });
    onTestFinished(() => listening.close(0));
    site = listening.url.replace('127.0.0.1', 'localhost');
    provider = await startProvider([`${site}/v1/sign-in/providers/work/callback`], 'RS256', 'pages');
    provider.person = { id: 'ann', claims: { name: 'Ann', groups: ['Developers'] } };
    const providers: IdentityProvider[] = [];
    const world = await openWorld('sqlite', {
      url: listening.url,
      identityProviders: providers,
      site: 'none',
    });
    if (world === undefined) throw new Error('no world');
    onTestFinished(() => world.close());
    const settings = IDENTITY_PROVIDER.parse({
      id: 'work',
      name: 'Example',
      organisation: world.organisation,
      issuer: provider.issuer,
      clientId: 'plane',
      createPeople: true,
      groups: [{ group: 'Developers', roles: ['writer'] }],
    });
    const secret = (): string => 'a-secret-of-the-test';
    providers.push(createIdentityProvider(settings, { secret, now: Date.now }));
    answer = (request) => world.api.fetch(request);
  }

  test('signs in through its pages, and is signed in here', async () => {
    await open();
    await page.open(`${site}/sign-in`);
    await picture('provider');
    await page.click('[data-provider=work]');
    await page.until(`location.href.startsWith(${JSON.stringify(provider.issuer)})`);
    await page.click('input[name=login]');
    await page.press('ann');
    await page.press('Tab');
    await page.press('any');
    await page.press('Enter');
    await page.until(
      `document.querySelector('input[name=prompt][value=consent]') !== null || location.href.startsWith(${JSON.stringify(site)})`,
    );
    if (String(await page.read('location.href')).startsWith(provider.issuer))
      await page.click('button[type=submit]');
    // To the first page of the interface, which is not built here.
    await page.until(`location.href === ${JSON.stringify(`${site}/`)}`);
    await page.open(`${site}/sign-in`);
    await page.until(said('You are signed in as Ann (writer).'));
    expect((await cookies(site)).find(({ name }) => name === 'writ')).toMatchObject({
      httpOnly: true,
      sameSite: 'Strict',
    });
    expect(page.complaints).toEqual([]);
  });

  test('that comes back with what it was not sent for reads what to do, and no more', async () => {
    await open();
    await page.open(`${site}/v1/sign-in/providers/work/callback?code=none&state=none`);
    await page.until(said('was not taken'));
    expect(await page.read('location.href')).toBe(`${site}/sign-in`);
    await picture('provider-refused');
    expect(await cookies(site)).toEqual([]);
  });

  test('finds the provider away, says so, and goes there once it is back', async () => {
    await open();
    provider.isGone = true;
    await page.open(`${site}/sign-in`);
    await page.click('[data-provider=work]');
    await page.until(said('the identity provider cannot be reached'));
    provider.isGone = false;
    await page.click('[data-provider=work]');
    await page.until(`location.href.startsWith(${JSON.stringify(provider.issuer)})`);
  });
});
