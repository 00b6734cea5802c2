// What agents do right now, in a real browser: decisions of a real node as they come, narrowed, paused, followed, and harmless whatever agents write.
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
import { type Judged, MIRROR, openRecordingNode, type RecordingNode } from './recording-node.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const DAY: readonly Judged[] = [
  { tool: 'bank/balance', policy: 'reads' },
  { tool: 'bank/pay', verdict: 'step_up', policy: 'pay-limit' },
  { tool: 'bank/pay', verdict: 'deny', policy: 'pay-sanctioned', labels: ['source:web', 'secret'] },
  { agent: 'mail', session: 'session-2', tool: 'mail/read', policy: 'reads', labels: ['source:web'] },
  { agent: 'mail', session: 'session-2', tool: 'mail/send', verdict: 'modify', policy: 'redact-cards' },
  { agent: 'mail', session: 'session-2', tool: 'mail/send', verdict: 'defer', policy: 'needs-context' },
  { isDisclosed: false, verdict: 'deny', policy: 'ask-first' },
];

/** Lines that what stands in them is higher than. */
const OVERFLOWING = `[...document.querySelectorAll('[data-line]')].filter((one) => one.scrollHeight > one.clientHeight).length`;

describe.skipIf(BROWSER === undefined)('the page Live', () => {
  let dashboard: Dashboard;
  let auditor: Visitor;
  let node: RecordingNode;
  beforeAll(async () => {
    dashboard = await openDashboard({ mirrorSigners: [MIRROR] });
    auditor = await dashboard.signIn(['auditor'], 'Ada');
    node = await openRecordingNode(dashboard.world);
  });
  afterAll(async () => {
    await node.close();
    await dashboard.close();
  });

  const rows = (page: Visitor['page']) => page.getByRole('row');
  /** Records and sends at the time of now, as a node does. */
  const happen = async (...calls: readonly Judged[]): Promise<void> => {
    dashboard.world.clock.set(Date.now());
    await node.judge(...calls);
    await node.send();
  };

  test('says what will appear, and the command that makes it appear, while there is nothing', async () => {
    const page = await auditor.openPage('/live');
    await page.getByText('No decision yet').waitFor();
    await page.getByText('writ up').waitFor();
    await expectAccessible(page);
    await screenshot(page, 'live-empty');
  });

  test('shows decisions as they are made, by session, with the verdict and why, without loading again', async () => {
    const page = await auditor.openPage('/live');
    await happen(...DAY);
    // Entries come first, and what is disclosed of them after.
    await rows(page).filter({ hasText: 'pay-sanctioned' }).filter({ hasText: 'bank/pay' }).waitFor();
    await rows(page).filter({ hasText: 'redact-cards' }).filter({ hasText: 'performed' }).waitFor();
    const denied = await rows(page).filter({ hasText: 'pay-sanctioned' }).innerText();
    expect(denied).toMatch(/deny[\s\S]*bank\/pay[\s\S]*2 labels[\s\S]*pay-sanctioned/);
    await rows(page).filter({ hasText: 'mail' }).filter({ hasText: 'session-2' }).waitFor();
    await rows(page).filter({ hasText: 'not disclosed' }).first().waitFor();
    await happen({
      verdict: 'deny',
      tool: 'shell/run',
      policy: 'no-shell',
      agent: 'ops',
      session: 'session-3',
    });
    await rows(page).filter({ hasText: 'no-shell' }).waitFor();
    await screenshot(page, 'live');
  });

  test.each(['light', 'dark'] as const)(
    'has no violation that axe-core finds, with a decision open, in the %s theme',
    async (colorScheme) => {
      await auditor.page.emulateMedia({ colorScheme });
      const page = await auditor.openPage('/live');
      await rows(page).filter({ hasText: 'pay-sanctioned' }).click();
      await page.getByRole('complementary', { name: 'Decision' }).getByText('never ran').waitFor();
      await expectAccessible(page);
      await auditor.page.emulateMedia({ colorScheme: 'light' });
      await screenshot(page, 'live-decision');
    },
  );

  test('is narrowed by chips that stand in its address', async () => {
    const page = await auditor.openPage('/live?verdict=deny');
    await rows(page).filter({ hasText: 'pay-sanctioned' }).waitFor();
    expect(await rows(page).filter({ hasText: 'redact-cards' }).count()).toBe(0);
    await page.getByLabel('Agent').fill('mail');
    await page.keyboard.press('Enter');
    await page.getByText('No decision like that yet').waitFor();
    expect(new URL(page.url()).search).toBe('?agent=mail&verdict=deny');
    await page.getByRole('button', { name: 'Clear 2 filters' }).click();
    await rows(page).filter({ hasText: 'redact-cards' }).waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  test('holds still while it is paused, counts what waits, and shows it when it goes on', async () => {
    const page = await auditor.openPage('/live');
    await rows(page).filter({ hasText: 'pay-sanctioned' }).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await happen({ tool: 'late/one', session: 'session-4' }, { tool: 'late/two', session: 'session-4' });
    await page.getByRole('status').filter({ hasText: '2 decisions wait' }).waitFor();
    expect(await rows(page).filter({ hasText: 'late/one' }).count()).toBe(0);
    await screenshot(page, 'live-paused');
    await page.getByRole('button', { name: 'Go on' }).click();
    await rows(page).filter({ hasText: 'late/one' }).waitFor();
  });

  test('opens the line that is pressed, though others come before it is let go', async () => {
    await happen({ verdict: 'deny', tool: 'press/me', policy: 'pressed', session: 'session-5' });
    const page = await auditor.openPage('/live?verdict=deny');
    await rows(page).filter({ hasText: 'press/me' }).hover();
    const denials = page.locator('figcaption > span').filter({ hasText: 'deny' });
    const counted = async () => Number(/\d+/.exec(await denials.innerText())?.[0]);
    // Bars are drawn each second: only once they have all that was denied until now do they tell of what comes.
    const { world } = dashboard;
    const { items } = (
      await world.send('GET', '/v1/receipts?verdict=deny&limit=200', { as: world.people.auditor })
    ).body;
    await expect.poll(counted, { timeout: 20_000 }).toBe(items.length);
    await page.mouse.down();
    await happen(
      { verdict: 'deny', tool: 'press/late', policy: 'later', session: 'session-5' },
      { verdict: 'deny', tool: 'press/later', policy: 'later', session: 'session-5' },
    );
    await expect.poll(counted, { timeout: 20_000 }).toBe(items.length + 2);
    await page.mouse.up();
    const panel = page.getByRole('complementary', { name: 'Decision' });
    await panel.getByText('press/me').waitFor();
    await rows(page).filter({ hasText: 'press/later' }).waitFor();
  });

  test('is read by keyboard alone: down the lines, a decision open and closed, a session followed', async () => {
    const page = await auditor.openPage('/live');
    await rows(page).filter({ hasText: 'pay-sanctioned' }).waitFor();
    await page.locator('[role=row][tabindex="0"]').focus();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    const panel = page.getByRole('complementary', { name: 'Decision' });
    await panel.waitFor();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    await expect
      .poll(() => page.evaluate(`document.activeElement?.role === 'row'`), { timeout: 30_000 })
      .toBe(true);
    await page.keyboard.press('Home');
    await expect
      .poll(() => page.evaluate(`document.activeElement?.dataset.line === '0'`), { timeout: 30_000 })
      .toBe(true);
    await page.keyboard.press('Enter');
    await page.waitForURL(/session=/);
    await page.getByText('One session, followed.').waitFor();
  });

  test('at 400 % zoom only the table is read sideways', async () => {
    const page = await auditor.openPage('/live');
    await page.setViewportSize({ width: 320, height: 640 });
    await rows(page).first().waitFor();
    await expectNoSidewaysScroll(page);
    await screenshot(page, 'live-zoom-400');
    await page.setViewportSize({ width: 1_280, height: 800 });
  });

  test('runs nothing that agents write, shows what they hide, and keeps its lines', async () => {
    const hostile = '<img src=x onerror=alert(1)>';
    await happen(
      { agent: hostile, session: 'hostile', tool: 'a\u202egnp.exe', policy: 'looks' },
      { agent: hostile, session: 'hostile', tool: 'p\u0430ypal/pay', labels: [`${'x'.repeat(400)}`] },
      { agent: hostile, session: 'hostile', tool: 'z\u200bero/width\n\nline' },
      { agent: hostile, session: 'hostile', tool: 'W'.repeat(500) },
    );
    const page = await auditor.openPage('/live?session=hostile');
    await rows(page).filter({ hasText: hostile }).waitFor();
    await rows(page).filter({ hasText: 'U+202E' }).waitFor();
    await rows(page).filter({ hasText: 'U+200B' }).filter({ hasText: 'U+000A' }).waitFor();
    await page.locator('.agent-mixed', { hasText: 'pаypal' }).waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.evaluate(OVERFLOWING)).toBe(0);
    await screenshot(page, 'live-hostile');
    await rows(page).filter({ hasText: 'U+202E' }).click();
    await page.getByRole('complementary', { name: 'Decision' }).getByText('U+202E').waitFor();
  });

  test('says what failed, what works and what to do, and shows the rest when it is there again', async () => {
    const page = auditor.page;
    await page.route(/\/v1\/receipts/, (route) =>
      route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          title: 'server.unavailable',
          detail: 'the record cannot be read now',
          status: 503,
        }),
      }),
    );
    await auditor.openPage('/live');
    const alert = page.getByRole('alert');
    await alert.getByText('The record cannot be read now.').waitFor();
    await alert.getByText('The other pages work.').waitFor();
    await expectAccessible(page);
    await screenshot(page, 'live-error');
    await page.unroute(/\/v1\/receipts/);
    await rows(page).filter({ hasText: 'pay-sanctioned' }).waitFor();
    await alert.waitFor({ state: 'detached' });
  });

  test('asked for nothing elsewhere, was refused nothing by its policy, and no request was a fault', () => {
    expect(auditor.complaints).toEqual([]);
    expect(dashboard.world.faults).toEqual([]);
  });
});
