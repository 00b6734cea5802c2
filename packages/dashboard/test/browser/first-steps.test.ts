/** The first steps: offered to whoever is new, by keyboard, in both themes and at 400 %, and gone once they were hidden. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  BROWSER,
  type Dashboard,
  expectAccessible,
  expectNoSidewaysScroll,
  openDashboard,
} from './harness.ts';

describe.skipIf(BROWSER === undefined)('the first steps', () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await openDashboard({ hasTour: true });
  }, 120_000);
  afterAll(() => dashboard?.close());

  test('are offered one after another, lead to where they are taken, and stay hidden', async () => {
    const admin = await dashboard.signIn(['admin'], 'Ada');
    const page = await admin.openPage('/live');
    const steps = page.getByRole('region', { name: 'First steps' });
    await steps.waitFor();
    expect(await steps.locator('[aria-current=step]').innerText()).toContain('Watch');
    await expectAccessible(page);
    await page.setViewportSize({ width: 320, height: 640 });
    await expectNoSidewaysScroll(page);
    await page.setViewportSize({ width: 1_280, height: 800 });
    // Nothing was recorded here: the step is taken when there is something to watch.
    await page.evaluate(() =>
      localStorage.setItem('writ.first-steps', '{"done":["watched"],"isOver":false}'),
    );
    await page.reload();
    await steps.getByRole('link', { name: 'Show denied ones' }).click();
    await page.waitForURL(/verdict=deny/);
    await steps.getByRole('button', { name: 'Hide' }).focus();
    await page.keyboard.press('Enter');
    await steps.waitFor({ state: 'detached' });
    await page.reload();
    await page.waitForSelector('main h1');
    expect(await steps.count()).toBe(0);
    expect(admin.complaints).toEqual([]);
    expect(dashboard.world.faults).toEqual([]);
  }, 120_000);
});
