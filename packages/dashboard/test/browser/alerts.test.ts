// Alerts in a real browser: the most urgent first, looked after by whoever says so, and hostile text that does nothing.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { enrolledNode } from '../../../server/test/enrolled.ts';
import { raiseAlerts } from '../../../server/test/raised-alerts.ts';
import {
  BROWSER,
  type Dashboard,
  expectAccessible,
  expectNoSidewaysScroll,
  openDashboard,
  screenshot,
  type Visitor,
} from './harness.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const HOSTILE = '<img src=x onerror="window.wasRun = true"> pаyments\u202e are fine\u200b';
const RAISED = [
  ['low', 'retention', 'The oldest records of `payments-1` are erased in three days.'],
  ['critical', 'node', '`payments-1` has told nothing for 15 min; its agents may act unseen.'],
  ['medium', 'rollout', 'The roll-out of production was halted: denials rose from 2 % to 19 %.'],
  ['high', 'witness', 'A witness saw another history of the log of `payments-1`.'],
  ['info', 'person', HOSTILE],
] as const;

describe.skipIf(BROWSER === undefined)('alerts', () => {
  let dashboard: Dashboard;
  let ada: Visitor;
  beforeAll(async () => {
    dashboard = await openDashboard();
    ada = await dashboard.signIn(['writer'], 'Ada');
  });
  afterAll(() => dashboard.close());

  const raise = (): Promise<void> =>
    raiseAlerts(
      dashboard.world,
      RAISED.map(([severity, source, text]) => ({ severity, source, key: `${source}/1`, text })),
    );

  test('says what will appear where nothing needs anybody', async () => {
    const page = await ada.openPage('/alerts');
    await page.getByRole('heading', { name: 'Nothing needs you' }).waitFor();
    await expectAccessible(page);
    await screenshot(page, 'alerts-empty');
  });

  test('appear as they are raised, the most urgent first', async () => {
    const page = await ada.openPage('/alerts');
    await page.getByRole('heading', { name: 'Nothing needs you' }).waitFor();
    await raise();
    await page.getByRole('row').nth(5).waitFor();
    const severities = await page.getByRole('row').locator('[role=cell]:first-child').allInnerTexts();
    expect(severities.map((text) => text.split('\n').at(-1))).toEqual([
      'critical',
      'high',
      'medium',
      'low',
      'info',
    ]);
    await screenshot(page, 'alerts');
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      await expectAccessible(page);
    }
    expect(await page.evaluate('window.wasRun')).toBeUndefined();
    await page.locator('.agent-mark', { hasText: 'U+202E' }).first().waitFor();
  });

  test('are looked after by keyboard alone, in words that stay', async () => {
    const page = await ada.openPage('/alerts');
    const first = page.getByRole('row').nth(1);
    await first.focus();
    await page.keyboard.press('a');
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('has told nothing for 15 min').waitFor();
    await dialog.getByLabel('Reason').waitFor();
    await page.keyboard.type('I restart it.');
    await expectAccessible(page);
    await expect
      .poll(
        () =>
          page.evaluate(
            `[...document.querySelectorAll('[role=alertdialog] button')].at(-1).disabled === false`,
          ),
        { timeout: 30_000 },
      )
      .toBe(true);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('has told nothing for 15 min').waitFor({ state: 'detached' });

    await page.getByLabel('State').selectOption('acknowledged');
    await page.waitForURL('**/alerts?status=acknowledged');
    await page.getByRole('row').nth(1).focus();
    await page.keyboard.press('Enter');
    const panel = page.getByRole('complementary', { name: 'Alert' });
    await panel.getByText('I restart it.').waitFor();
    await panel.getByText('Ada').waitFor();
    await expectAccessible(page);
    await screenshot(page, 'alerts-open');
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    expect(
      (await dashboard.world.send('GET', '/v1/alerts', { as: dashboard.world.people.reader })).body.items,
    ).toContainEqual(expect.objectContaining({ status: 'acknowledged', severity: 'critical' }));
  });

  test('open at the address that messages link to, and lead to what they are about', async () => {
    const { send, people } = dashboard.world;
    const { body } = await send('GET', '/v1/alerts?severity=medium', { as: people.reader });
    const page = await ada.openPage(`/alerts/${body.items[0].id}`);
    await page.getByText('The roll-out of production was halted').waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Look at the roll-outs' }).click();
    await page.waitForURL('**/policies?tab=rollouts');
  });

  test('lead to what was recorded where they were noticed', async () => {
    const { world } = dashboard;
    const { id: node } = await enrolledNode(world);
    await raiseAlerts(world, [
      { severity: 'high', source: 'node', key: 'node/2', text: 'A node is late.', node },
    ]);
    const { body } = await world.send('GET', '/v1/alerts?severity=high', { as: world.people.reader });
    const alert = body.items.find(({ key }: { readonly key: string }) => key === 'node/2');
    const page = await ada.openPage(`/alerts/${alert.id}`);
    await page.getByRole('link', { name: 'What it recorded' }).click();
    await page.waitForURL(`**/log?node=${node}`);
    await page.getByRole('heading', { name: 'Log' }).waitFor();
  });

  test('are read at 400 % zoom without scrolling the page sideways', async () => {
    const page = await ada.openPage('/alerts?status=every');
    await page.setViewportSize({ width: 320, height: 640 });
    await page.getByRole('row').nth(1).waitFor();
    await expectNoSidewaysScroll(page);
    await page.getByRole('row').nth(1).click();
    await page.getByRole('complementary', { name: 'Alert' }).waitFor();
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
    await page.setViewportSize({ width: 1_280, height: 800 });
  });

  test('say what failed where they cannot be loaded', async () => {
    const { page } = ada;
    await page.route('**/v1/alerts?*', (route) =>
      route.fulfill({ status: 500, json: { title: 'server.fault', detail: 'the server failed' } }),
    );
    await ada.openPage('/alerts');
    await page.getByRole('alert').filter({ hasText: 'Could not load alerts' }).waitFor();
    await screenshot(page, 'alerts-error');
    await page.unroute('**/v1/alerts?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('row').nth(1).waitFor();
  });

  test('nothing was refused by their policy, nothing left the origin, and nothing failed', () => {
    expect(ada.complaints).toEqual([]);
    expect(dashboard.world.faults).toEqual([]);
  });
});
