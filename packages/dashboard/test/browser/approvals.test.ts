// Approvals in a real browser, of calls that a real gateway holds: by a passkey over exactly what is shown, by nobody who asked, and by no accident.
import type { JsonObject } from '@writ/core';
import type { Page } from 'playwright-core';
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
import { type HeldCall, type HoldingNode, openHoldingNode } from './held-calls.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const HOSTILE: JsonObject = {
  to: 'pаypal <script>window.wasRun = true</script>',
  memo: 'invoice\u202efdp.exe \u200bpaid',
  '<img src=x onerror="window.wasRun = true">': 'in a name',
  note: 'long '.repeat(1_000),
  deep: { list: [1, null, true, { 'a\u2066b': '\u3164' }] },
};

describe.skipIf(BROWSER === undefined)('approvals', () => {
  let dashboard: Dashboard;
  let node: HoldingNode;
  let ada: Visitor;
  let ben: Visitor;
  beforeAll(async () => {
    dashboard = await openDashboard();
    const { world } = dashboard;
    const leads = async (name: string): Promise<Visitor> => {
      const visitor = await dashboard.signIn(['writer'], name);
      const who = { id: visitor.id, organisation: world.organisation };
      await world.changePerson(who, { email: `${name.toLowerCase()}@example.org`, groups: ['leads'] });
      return visitor;
    };
    [ada, ben] = [await leads('Ada'), await leads('Ben')];
    node = await openHoldingNode(world);
  });
  afterAll(async () => {
    await node.close();
    await dashboard.close();
  });

  /** Holds a call, and opens it on the page of `who`. */
  const hold = async (
    who: Visitor,
    args: JsonObject,
  ): Promise<{ page: Page; call: HeldCall; id: string }> => {
    const call = node.pay(args);
    const id = await vi.waitFor(waiting, { timeout: 60_000, interval: 100 });
    const page = await who.openPage(`/approvals?view=all&open=${id}`);
    await page.getByRole('heading', { name: /asks for/ }).waitFor();
    return { page, call, id };
  };
  const waiting = async (): Promise<string> => {
    const { send, people } = dashboard.world;
    const { body } = await send('GET', '/v1/approvals?view=all', { as: people.admin });
    expect(body.items).toHaveLength(1);
    return body.items[0].id;
  };
  const deny = async (page: Page): Promise<void> => {
    await page.getByRole('button', { name: 'Deny…' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Sign and refuse' }).click();
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
  };
  const isFocusOnAButton = (page: Page): Promise<unknown> =>
    page.evaluate('document.activeElement?.tagName === "BUTTON"');

  test('says what will appear where nothing waits', async () => {
    const page = await ada.openPage('/approvals');
    await page.getByRole('heading', { name: 'Nobody waits for you' }).waitFor();
    await expectAccessible(page);
    await screenshot(page, 'approvals-empty');
  });

  test('a held call appears by itself, is approved with a passkey, and runs once, with what was shown', async () => {
    const page = await ada.openPage('/approvals');
    const args = {
      amount: 4200,
      currency: 'EUR',
      to: 'DE89 3704 0044 0532 0130 00',
      memo: 'Invoice 2026-114',
    };
    const call = node.pay(args);
    await page.getByRole('heading', { name: 'billing-bot for ben@example.org asks for' }).waitFor();
    await page.getByRole('link', { name: 'Approvals 1 waiting' }).waitFor();
    await page.getByText('Checked here').waitFor();
    await page.getByText('Payments need the agreement of a lead.').first().waitFor();
    await page.getByRole('region', { name: 'Text of the policy' }).getByText('@verdict').waitFor();
    await page.getByText('payments-1').waitFor();
    const itsSession = page.getByRole('link', { name: 'How its session came to this' });
    expect(await itsSession.getAttribute('href')).toMatch(/^\/sessions\/[0-9a-f]{32}$/);
    await expectAccessible(page);
    await screenshot(page, 'approvals');

    // One key opens the question; neither it nor Enter answers it, and nothing that answers has the focus.
    await page.keyboard.press('a');
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('Invoice 2026-114').waitFor();
    expect(await isFocusOnAButton(page)).toBe(false);
    for (const key of ['a', 'Enter', 'a', 'Space']) await page.keyboard.press(key);
    const sign = dialog.getByRole('button', { name: 'Sign and approve' });
    expect(await sign.isDisabled()).toBe(true);
    await dialog.getByLabel('Reason').fill('Checked against the invoice.');
    await expectAccessible(page);
    await screenshot(page, 'approvals-confirm');
    expect(call.runs).toEqual([]);
    await sign.click();
    await page.getByText('Its node verifies your answer').waitFor();
    expect(await call.done).toBe('allow');
    expect(call.runs).toEqual([args]);
    await page.getByText('approved, ran', { exact: true }).first().waitFor();
    await page.getByText('Checked against the invoice.').waitFor();
    await page.getByRole('link', { name: 'Approvals', exact: true }).waitFor();
  });

  test('is worked through by keyboard alone, and a refused call does not run', async () => {
    const page = await ada.openPage('/approvals');
    const call = node.pay({ amount: 9 });
    await page.getByRole('heading', { name: /asks for/ }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('d');
    const dialog = page.getByRole('alertdialog');
    await dialog.waitFor();
    await dialog.getByLabel('Reason (may be left out)').focus();
    await page.keyboard.type('Twice in a day.');
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
    expect(await page.evaluate('document.activeElement.innerText')).toBe('Sign and refuse');
    await page.keyboard.press('Enter');
    expect(await call.done).toBe('deny');
    expect(call.runs).toEqual([]);
    await page.getByText('Twice in a day.').waitFor();
  });

  test('whoever asked is told that somebody else approves it, and may refuse', async () => {
    const { page, call } = await hold(ben, { amount: 50 });
    await page.getByText('You are among those who ask for this').waitFor();
    expect(await page.getByRole('button', { name: 'Approve…' }).isDisabled()).toBe(true);
    await page.keyboard.press('a');
    expect(await page.getByRole('alertdialog').count()).toBe(0);
    await expectAccessible(page);
    await screenshot(page, 'approvals-own');

    // What changes while somebody looks is not signed.
    const looking = await ada.openPage('/approvals');
    await looking.getByRole('button', { name: 'Approve…' }).click();
    await looking.getByRole('alertdialog').getByLabel('Reason').fill('It is fine.');
    await deny(page);
    await looking.getByRole('alert').filter({ hasText: 'It changed while you looked at it' }).waitFor();
    const sign = looking.getByRole('alertdialog').getByRole('button', { name: 'Sign and approve' });
    expect(await sign.isDisabled()).toBe(true);
    await screenshot(looking, 'approvals-changed');
    expect(await call.done).toBe('deny');
    expect(call.runs).toEqual([]);
  });

  test('what agents write neither runs nor hides, at any width, in either theme', async () => {
    const { page, call } = await hold(ada, HOSTILE);
    for (const mark of ['U+202E', 'U+200B', 'U+2066', 'U+3164'])
      await page.locator('.agent-mark', { hasText: mark }).first().waitFor();
    expect(await page.locator('.agent-mixed').count()).toBeGreaterThan(0);
    await screenshot(page, 'approvals-hostile');
    await page.setViewportSize({ width: 320, height: 640 });
    await expectNoSidewaysScroll(page);
    await page.getByRole('button', { name: 'Approve…' }).click();
    await page.getByRole('alertdialog').locator('.agent-mark', { hasText: 'U+202E' }).waitFor();
    await expectNoSidewaysScroll(page);
    await screenshot(page, 'approvals-zoom-400');
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      await expectAccessible(page);
    }
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await page.evaluate('window.wasRun')).toBeUndefined();
    await page.setViewportSize({ width: 1_280, height: 800 });
    await deny(page);
    expect(await call.done).toBe('deny');
  });

  test('what could not be checked is approved by saying so, and what is not what is signed by nobody', async () => {
    const { page, call, id } = await hold(ada, { amount: 5, password: 'correct horse' });
    await page.getByText('one secret is masked').waitFor();
    await page.getByRole('button', { name: 'Approve…' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByLabel('Reason').fill('It is fine.');
    const sign = dialog.getByRole('button', { name: 'Sign and approve' });
    await dialog.getByText('Say first that you approve').waitFor();
    expect(await sign.isDisabled()).toBe(true);
    await dialog.getByLabel('I approve what this browser could not check').check();
    await dialog.getByText('Say first that you approve').waitFor({ state: 'detached' });
    await expect.poll(() => sign.isDisabled(), { timeout: 30_000 }).toBe(false);
    await dialog.getByRole('button', { name: 'Cancel' }).click();

    // A control plane that shows something harmless in place of what it has signed.
    await page.route(`**/v1/approvals/${id}`, async (route) => {
      const response = await route.fetch();
      const told = await response.json();
      await route.fulfill({ response, json: { ...told, args: { amount: 1 }, masked: 0 } });
    });
    await page.reload();
    await page.getByText('This is not what an approval would allow.').waitFor();
    await screenshot(page, 'approvals-forged');
    await page.getByRole('button', { name: 'Approve…' }).click();
    await dialog.getByLabel('Reason').fill('It is fine.');
    await dialog.getByText('Nothing can be approved here.').waitFor();
    expect(await sign.isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.unroute(`**/v1/approvals/${id}`);
    await page.reload();
    await deny(page);
    expect(await call.done).toBe('deny');
    expect(call.runs).toEqual([]);
  });

  test('another passkey is made where one’s keys are shown', async () => {
    const page = await ada.openPage('/approvals');
    await page.getByRole('button', { name: 'Your keys' }).click();
    const panel = page.getByRole('complementary', { name: 'Your keys' });
    await panel.getByText('first passkey').waitFor();
    await panel.getByLabel('Name of a new passkey').fill('spare');
    await expectAccessible(page);
    await screenshot(page, 'approvals-keys');
    await panel.getByRole('button', { name: 'Make a passkey on this device' }).click();
    // One authenticator holds one passkey of a person here: the browser says so, and the page says what the browser said.
    await panel.getByText('this device holds a passkey of yours already', { exact: false }).waitFor();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
  });

  test('says what failed, what still works and what to do', async () => {
    const { page } = ada;
    await page.route('**/v1/approvals?*', (route) =>
      route.fulfill({ status: 500, json: { title: 'server.fault', detail: 'the server failed' } }),
    );
    await ada.openPage('/approvals');
    await page.getByRole('alert').filter({ hasText: 'Could not load the queue' }).waitFor();
    await screenshot(page, 'approvals-error');
    await page.unroute('**/v1/approvals?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Nobody waits for you' }).waitFor();
  });

  test('nothing was refused by its policy, nothing left the origin, and nothing failed', () => {
    expect(ada.complaints).toEqual([]);
    expect(ben.complaints).toEqual([]);
    expect(dashboard.world.faults).toEqual([]);
  });
});
