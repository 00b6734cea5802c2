// The frame in a real browser: by keyboard alone, in both themes, at 400 % zoom, without anything that its policy refuses or that leaves its origin.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  BROWSER,
  type Dashboard,
  expectAccessible,
  expectNoSidewaysScroll,
  openDashboard,
  screenshot,
  type Visitor,
} from './harness.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const PLACES = ['Live', 'Approvals', 'Agents', 'Tools', 'Policies', 'Log', 'Fleet', 'Alerts', 'Settings'];

describe.skipIf(BROWSER === undefined)('the frame', () => {
  let dashboard: Dashboard;
  let admin: Visitor;
  beforeAll(async () => {
    dashboard = await openDashboard();
    admin = await dashboard.signIn(['admin'], 'Ada');
  });
  afterAll(() => dashboard.close());

  test('opens with the first page, says who one is and that it is live', async () => {
    const page = await admin.openPage('/');
    await page.waitForURL('**/live');
    await page.getByRole('status').filter({ hasText: 'live' }).waitFor();
    await page.getByRole('button', { name: 'Account of Ada' }).waitFor();
    expect(await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allInnerTexts()).toEqual(
      PLACES,
    );
    await screenshot(page, 'frame');
  });

  test.each(['light', 'dark'] as const)(
    'has no violation that axe-core finds, in the %s theme, on each page',
    async (colorScheme) => {
      await admin.page.emulateMedia({ colorScheme });
      for (const place of PLACES) {
        const page = await admin.openPage(`/${place.toLowerCase()}`);
        await page.getByRole('heading', { name: place, level: 1 }).waitFor();
        await expectAccessible(page);
      }
      await admin.page.emulateMedia({ colorScheme: 'light' });
    },
  );

  test('needs no mouse: skips to the page, goes by letters, finds by name', async () => {
    const page = await admin.openPage('/live');
    await page.keyboard.press('Tab');
    await expectFocus(page, 'Skip to the page');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.keyboard.press('g');
    await page.keyboard.press('f');
    await page.waitForURL('**/fleet');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').waitFor();
    await screenshot(page, 'palette');
    await page.keyboard.type('aler');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/alerts');
    await expect.poll(() => page.getByRole('dialog').count(), { timeout: 30_000 }).toBe(0);
    // Every thing that has the focus shows it.
    for (let pressed = 0; pressed < 14; pressed += 1) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(FOCUS_IS_SEEN)).toBe(true);
    }
  });

  test('at 400 % zoom everything is there, behind a menu, and nothing is read sideways', async () => {
    const page = await admin.openPage('/agents');
    await page.setViewportSize({ width: 320, height: 256 });
    await expectNoSidewaysScroll(page);
    await page.getByRole('button', { name: 'Pages' }).click();
    await page.getByRole('dialog').getByRole('link', { name: 'Log' }).click();
    await page.waitForURL('**/log');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expectAccessible(page);
    await screenshot(page, 'zoom-400');
    await page.setViewportSize({ width: 1_280, height: 800 });
  });

  test('keeps the theme that was chosen', async () => {
    const page = await admin.openPage('/live');
    const ground = (): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await ground();
    await page.getByRole('button', { name: 'Account of Ada' }).click();
    await page.getByRole('menuitem', { name: 'Dark theme' }).click();
    await expect
      .poll(
        () => page.evaluate(`getComputedStyle(document.body).backgroundColor !== ${JSON.stringify(light)}`),
        { timeout: 30_000 },
      )
      .toBe(true);
    await page.reload();
    await page.waitForSelector('main h1');
    expect(await ground()).not.toBe(light);
    await page.getByRole('button', { name: 'Account of Ada' }).click();
    await page.getByRole('menuitem', { name: 'Theme of the system' }).click();
    await expect
      .poll(
        () => page.evaluate(`getComputedStyle(document.body).backgroundColor === ${JSON.stringify(light)}`),
        { timeout: 30_000 },
      )
      .toBe(true);
  });

  test('says that it is disconnected, since when, and is live again by itself', async () => {
    const page = await admin.openPage('/live');
    await page.getByRole('status').filter({ hasText: 'live' }).waitFor();
    const comeBack = await dashboard.goAway();
    await page
      .getByRole('status')
      .filter({ hasText: /delayed|disconnected/ })
      .waitFor();
    await page.getByRole('status').filter({ hasText: 'disconnected since' }).waitFor();
    await comeBack();
    await page.getByRole('status').filter({ hasText: 'live' }).waitFor();
  });

  test('never asked for anything elsewhere, and nothing was refused by its policy', () => {
    expect(admin.complaints).toEqual([]);
    expect(dashboard.world.faults).toEqual([]);
  });
});

describe.skipIf(BROWSER === undefined)('somebody who is not signed in', () => {
  test('is sent to sign in, and comes back to where they were', async () => {
    const dashboard = await openDashboard();
    const member = await dashboard.signIn(['writer'], 'Bo');
    const { page } = member;
    await page.click('#leave');
    await page.waitForSelector('#outside:not([hidden])');
    await page.goto(`${dashboard.url}/agents?status=active`);
    await page.waitForURL('**/sign-in*');
    await page.click('#enter');
    await page.waitForURL(`${dashboard.url}/agents?status=active`);
    await page.getByRole('heading', { name: 'Agents', level: 1 }).waitFor();
    expect(member.complaints).toEqual([]);
    await dashboard.close();
  });

  test.each([
    '//evil.example',
    'https://evil.example/',
    '/\\evil.example',
    'javascript:alert(1)',
    '/%2f%2fevil.example',
  ])('is never sent elsewhere by %s', async (next) => {
    const dashboard = await openDashboard();
    const member = await dashboard.signIn(['writer'], 'Bo');
    const { page } = member;
    await page.goto('about:blank');
    await page.goto(`${dashboard.url}/sign-in#next=${encodeURIComponent(next)}`);
    await page.waitForSelector('#inside:not([hidden]), main h1, main h2');
    expect(new URL(page.url()).origin).toBe(dashboard.url);
    expect(member.complaints).toEqual([]);
    await dashboard.close();
  });
});

/** Past the last, the browser's own parts have it. */
const FOCUS_IS_SEEN = `document.activeElement === document.body || getComputedStyle(document.activeElement).outlineStyle !== 'none'`;

async function expectFocus(page: Visitor['page'], text: string): Promise<void> {
  expect(await page.evaluate('document.activeElement.innerText')).toBe(text);
}
