/** The interface in a real browser, in front of a control plane on the loopback interface: signed in, watched for whatever it must not do. */
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { listen, type Listening, readSite } from '@writ/server';
import { findChromium } from '../../../../scripts/testing/chromium.ts';
import { openWorld, type World, type WorldOptions } from '../../../server/test/world.ts';
import { builtSite } from './built-site.ts';

const SIZE = { width: 1_280, height: 800 };
/** Longest that something in a page is waited for, in milliseconds: generous, because the machines that run this are shared. */
const EVENTUALLY_MS = 30_000;
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

/** The program; `undefined`, said aloud, where there is none: `describe.skipIf(BROWSER === undefined)`. */
export const BROWSER: string | undefined = findChromium('the web interface');

/** Somebody with a browser of their own. */
export interface Visitor {
  readonly id: string;
  readonly context: BrowserContext;
  readonly page: Page;
  /** Goes to a page of the interface, and waits until its heading is there. */
  openPage(path: string): Promise<Page>;
  /** What must never be: errors of the console, thrown errors, what the content security policy refused, requests that left the origin. */
  readonly complaints: string[];
}

/** How one is opened. */
export interface DashboardOptions extends WorldOptions {
  /** Whether visitors are shown the first steps (default: they have seen them). */
  readonly hasTour?: boolean;
  /** Answers before the control plane does; `undefined` leaves it to it. */
  readonly answerFirst?: (request: Request) => Response | undefined;
}

/** A control plane with its interface. */
export interface Dashboard {
  readonly world: World;
  /** `http://localhost:43210`. */
  readonly url: string;
  /** A new person with these roles, signed in by a passkey of a virtual authenticator. */
  signIn(roles: readonly string[], name?: string): Promise<Visitor>;
  /** Somebody who is not signed in. */
  visit(): Promise<Visitor>;
  /** The control plane is away until what it resolves with is called. */
  goAway(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Opens one over SQLite, at the time of now, and checks nothing by itself: look at `visitor.complaints` and `world.faults` at the end. */
export async function openDashboard(options: DashboardOptions = {}): Promise<Dashboard> {
  if (BROWSER === undefined) throw new Error('no chromium');
  const site = readSite(await builtSite());
  if (site === undefined) throw new Error('the interface was not built');
  // oxlint-disable-next-line prefer-const -- asked before it is there
  let world: World | undefined;
  const fetch = (request: Request): Response | Promise<Response> =>
    options.answerFirst?.(request) ?? world?.api.fetch(request) ?? new Response(null, { status: 503 });
  let listening: Listening = await listen({ port: 0, fetch });
  world = await openWorld('sqlite', { start: Date.now(), ...options, url: listening.url, site });
  if (world === undefined) throw new Error('no world');
  const opened = world;
  const browser = await chromium.launch({ executablePath: BROWSER, args: FLAGS });
  const url = listening.url.replace('127.0.0.1', 'localhost');
  return {
    world: opened,
    url,
    visit: () => visitor(browser, url, { id: '', hasTour: options.hasTour === true }),
    async signIn(roles, name = `a ${roles.join(' and ')}`) {
      const person = await opened.send('POST', '/v1/people', {
        as: opened.people.admin,
        body: { name, email: 'somebody@example.org', roles: [...roles] },
      });
      const invited = await opened.send('POST', `/v1/people/${person.body.id}/invitation`, {
        as: opened.people.admin,
      });
      const visiting = await visitor(browser, url, {
        id: String(person.body.id),
        hasTour: options.hasTour === true,
      });
      await usePasskeys(visiting.page);
      await visiting.page.goto(String(invited.body.url));
      await visiting.page.click('#enter');
      await visiting.page.waitForSelector('#inside:not([hidden])');
      return visiting;
    },
    async goAway() {
      const port = Number(new URL(listening.url).port);
      await listening.close(0);
      return async () => {
        listening = await listen({ port, fetch });
      };
    },
    async close() {
      await browser.close();
      await listening.close(0);
      await opened.close();
    },
  };
}

async function visitor(
  browser: Browser,
  url: string,
  { id, hasTour }: { readonly id: string; readonly hasTour: boolean },
): Promise<Visitor> {
  const context = await browser.newContext({ viewport: SIZE, colorScheme: 'light', reducedMotion: 'reduce' });
  context.setDefaultTimeout(EVENTUALLY_MS);
  const complaints: string[] = [];
  context.on('request', (request) => {
    const asked = new URL(request.url());
    if (asked.origin !== url && asked.protocol !== 'data:' && asked.protocol !== 'blob:')
      complaints.push(`a request left the origin: ${request.url()}`);
  });
  context.on('weberror', (error) => complaints.push(`thrown: ${error.error().message}`));
  context.on('console', (message) => {
    // A refusal that a page asked for is a state of the page, and is looked at there.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(`console: ${message.text()}`);
  });
  await context.addInitScript({ content: WATCH });
  if (!hasTour) await context.addInitScript({ content: NO_TOUR });
  const page = await context.newPage();
  return {
    id,
    context,
    page,
    complaints,
    async openPage(path) {
      await page.goto(`${url}${path}`);
      await page.waitForSelector('main h1, main h2');
      return page;
    },
  };
}

/** Says what the content security policy refuses, even where the console does not. */
const WATCH = `addEventListener('securitypolicyviolation', (event) => console.error('refused by policy: ' + event.violatedDirective + ' ' + event.blockedURI));`;

/** First steps that somebody has put away. */
const NO_TOUR = `if (location.protocol.startsWith('http')) { localStorage.setItem('writ.first-steps', '{"done":[],"isOver":true}'); }`;

/** A virtual authenticator, which agrees to everything that it is asked. */
export async function usePasskeys(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}
