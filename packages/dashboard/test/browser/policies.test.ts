// Policies in a real browser: written with their errors in place, sent, reviewed by somebody else, signed outside, and rolled out.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { PERMIT, RollOutWorld, setOf } from '../../../server/test/roll-out.ts';
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

const HOSTILE = `<script>document.title='stolen'</script> \u202egnp.exe \u200b pаyment ${'long '.repeat(300)}`;

describe.skipIf(BROWSER === undefined)('the page Policies', () => {
  let dashboard: Dashboard;
  let here: RollOutWorld;
  let writer: Visitor;
  let admin: Visitor;
  beforeAll(async () => {
    dashboard = await openDashboard();
    here = new RollOutWorld(dashboard.world);
    writer = await dashboard.signIn(['writer'], 'Ada');
    admin = await dashboard.signIn(['admin'], 'Grace');
  });
  afterAll(() => dashboard.close());

  test('says what will appear, and the command that makes it appear, while there is nothing', async () => {
    const page = await writer.openPage('/policies');
    await page.getByText('No policy has been sent').waitFor();
    await page.getByText('writ policy push').waitFor();
    await expectAccessible(page);
    await screenshot(page, 'policies-empty');
  });

  test('what is wrong is shown where it stands, and what is right is sent for review', async () => {
    const page = await writer.openPage('/policies/edit');
    await page.getByText('It loads: 1 policy').waitFor();
    await page.getByText('2 of 2 pass').waitFor();
    const text = page.getByRole('textbox', { name: 'Text of the file' });
    await text.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('@id("no-shell")\nforbid (principal, action == Action::"shell/run", resorce);');
    await page.getByText('it does not load').waitFor();
    expect(await page.getByRole('button', { name: 'Send for review' }).isDisabled()).toBe(true);
    await page.locator('.cm-lintRange-error').first().waitFor();
    await page
      .getByRole('button', { name: /organisation\/main\.cedar:\d+:\d+/ })
      .first()
      .waitFor();
    await expectAccessible(page);
    await screenshot(page, 'policies-error');
    for (const _ of 'resorce);') await page.keyboard.press('Backspace');
    await page.keyboard.type('resource);');
    await page.getByText('It loads: 2 policies').waitFor();
    await screenshot(page, 'policies-edit');
    await page.getByRole('button', { name: 'Send for review' }).click();
    await page.getByLabel('Reason').fill(HOSTILE.slice(0, 400));
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('heading', { name: 'main' }).waitFor();
    await page.getByText('in review, 1 approval missing').waitFor();
    await page.getByText('You wrote it').waitFor();
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    expect(await page.title()).not.toBe('stolen');
    expect(await page.locator('.agent-mark').count()).toBeGreaterThan(0);
    const { body } = await dashboard.world.send('GET', '/v1/policy-versions', {
      as: here.world.people.reader,
    });
    expect(body.items).toHaveLength(1);
    expect(body.items[0]).toMatchObject({ authors: [writer.id], cases: { passed: 2, failed: 0 } });
  });

  test('somebody else reads what changes, and approves it by keyboard with a reason', async () => {
    const page = await admin.openPage('/policies');
    await page.getByRole('row').nth(1).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: 'Changes' }).click();
    await page.getByText('no-shell', { exact: false }).first().waitFor();
    await expectAccessible(page);
    await page.getByRole('tab', { name: 'Tests and review' }).click();
    await page.keyboard.press('a');
    await page.getByRole('alertdialog').getByText('2 of 2 tests pass').waitFor();
    await page.getByLabel('Reason').fill('read it');
    await page.getByRole('button', { name: 'Approve' }).last().click();
    await page.getByText('It is approved already').waitFor();
    await expectAccessible(page);
    await screenshot(page, 'policies-review');
  });

  test('a refusal says what stands in the way, and nothing is done', async () => {
    const { body } = await here.propose([...setOf(PERMIT, 'deny', 'failing')]);
    const page = await admin.openPage(`/policies/${body.id}`);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByLabel('Reason').fill('hurry');
    await page.getByRole('button', { name: 'Approve' }).last().click();
    await page.getByText('Nothing was done: 1 of its cases fail').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('in review, 1 approval missing').waitFor();
  });

  test('everything is read at 400 %, and nothing leaves or runs that must not', async () => {
    await admin.page.setViewportSize({ width: 320, height: 640 });
    for (const path of ['/policies', '/policies/edit']) {
      const page = await admin.openPage(path);
      await page.waitForLoadState('networkidle');
      await expectNoSidewaysScroll(page);
    }
    await admin.page.setViewportSize({ width: 1_280, height: 800 });
    const page = await admin.openPage('/policies');
    await page.getByText('refused').first().waitFor({ state: 'attached' });
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page);
    await screenshot(page, 'policies');
    expect([...writer.complaints, ...admin.complaints]).toEqual([]);
    expect(dashboard.world.faults).toEqual([]);
  });
});
