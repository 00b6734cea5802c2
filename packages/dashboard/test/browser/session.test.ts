// How did it come to this, in a real browser: a session of a real guard, replayed by keyboard, with labels that come where they came and a refusal that names their source.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type GuardedNode, openGuardedNode } from './guarded-node.ts';
import {
  BROWSER,
  type Dashboard,
  expectAccessible,
  expectNoSidewaysScroll,
  openDashboard,
  screenshot,
  type Visitor,
} from './harness.ts';
import { HOSTILE_NAME, LONG } from './hostile.ts';
import { type Judged, MIRROR, openRecordingNode, type RecordingNode } from './recording-node.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const POLICIES = `@id("calls") permit (principal, action in Action::"tools/call", resource);
@id("results") permit (principal, action == Action::"results/deliver", resource);
@id("web-is-untrusted") @label("untrusted")
permit (principal, action == Action::"results/deliver", resource == Tool::"web/fetch");
@id("customers-are-pii") @label("pii")
permit (principal, action == Action::"results/deliver", resource == Tool::"crm/customer");
@id("no-pii-out") @reason("Data of customers stays inside.")
forbid (principal, action == Action::"mail/send", resource) when { context.session.labels.contains("pii") };
@id("no-shell") @reason("Nothing is run.")
forbid (principal, action == Action::"shell/run", resource);`;
/** What the agent does, in order. */
const DAY = ['notes/read', 'web/fetch', 'mail/send', 'crm/customer', 'notes/write', 'mail/send', 'shell/run'];
const MANY = 2_000;

describe.skipIf(BROWSER === undefined)('the page Session', () => {
  let dashboard: Dashboard;
  let auditor: Visitor;
  let guarded: GuardedNode;
  let recording: RecordingNode;
  let session = '';
  beforeAll(async () => {
    dashboard = await openDashboard({ mirrorSigners: [MIRROR] });
    auditor = await dashboard.signIn(['auditor'], 'Ada');
    guarded = await openGuardedNode(dashboard.world, { policies: POLICIES, agent: 'support-bot' });
    recording = await openRecordingNode(dashboard.world);
    for (const tool of DAY) {
      dashboard.world.clock.set(Date.now());
      session = await guarded.call(tool);
    }
    await guarded.send();
  });
  afterAll(async () => {
    await guarded.close();
    await recording.close();
    await dashboard.close();
  });

  const page = () => auditor.page;
  const steps = () => page().locator('[data-step]');
  const step = (number: number) => page().locator(`[data-step="${number}"]`);
  const panel = () => page().getByRole('region', { name: 'At this step' });
  const open = (query = '', id = session) => auditor.openPage(`/sessions/${encodeURIComponent(id)}${query}`);
  const recorded = async (...calls: readonly Judged[]): Promise<void> => {
    dashboard.world.clock.set(Date.now());
    await recording.judge(...calls);
    await recording.send();
  };
  /** Which step is shown, as the page says it. */
  const shown = (number: number, of: number = DAY.length) =>
    panel()
      .getByRole('heading', {
        name: `Step ${number.toLocaleString('en')} of ${of.toLocaleString('en')}`,
        exact: true,
      })
      .waitFor();

  test('shows each decision in order, with what it carried, what it brought, and to which label a refusal is owed', async () => {
    await open();
    await shown(7);
    expect(await steps().count()).toBe(DAY.length);
    const words = await steps().allInnerTexts();
    for (const [at, tool] of DAY.entries()) expect(words[at]).toContain(tool);
    expect(words[0]).toContain('carried no label');
    expect(words[1]).toMatch(/carried no label.*brought untrusted/);
    expect(words[3]).toMatch(/carried untrusted.*brought pii/);
    expect(words[5]).toMatch(/deny[\s\S]*refused because of pii.*carried pii, untrusted[\s\S]*no-pii-out/);
    // Refused whatever the session carries: owed to no label.
    expect(words[6]).toMatch(/deny[\s\S]*carried pii, untrusted[\s\S]*no-shell/);
    expect(words[6]).not.toContain('because of pii');
    expect(words[2]).toContain('allow');
  });

  test('is replayed by keyboard alone: labels come at the step that brought them, and the refused call names where its label came from', async () => {
    await open();
    await shown(7);
    await page().keyboard.press('Home');
    await shown(1);
    await panel().getByText('None.').waitFor();
    await page().keyboard.press('ArrowRight');
    await shown(2);
    await panel().getByText('from step 2, web/fetch').waitFor();
    expect(await panel().getByText('pii', { exact: true }).count()).toBe(0);
    await page().keyboard.press('j');
    await page().keyboard.press('j');
    await shown(4);
    await panel().getByText('from step 4, crm/customer').waitFor();
    await page().keyboard.press('j');
    await page().keyboard.press('ArrowRight');
    await shown(6);
    await panel().getByText('It was refused because its session carried').waitFor();
    await panel().getByText('pii came by step 4, crm/customer').waitFor();
    await panel().getByText('Data of customers stays inside.').waitFor();
    await panel().getByRole('link', { name: 'no-pii-out' }).waitFor();
    expect(await step(6).getAttribute('aria-current')).toBe('step');
    // What comes after is not told yet.
    expect(await step(7).innerText()).not.toContain('deny');
    await screenshot(page(), 'session');
    await page().keyboard.press('k');
    await shown(5);
    expect(await step(6).innerText()).not.toContain('refused');
    await page().keyboard.press('End');
    await shown(7);
  });

  test('draws the way of a label from its source to the refusal, and none before it came', async () => {
    await open();
    await shown(7);
    const lines = async (number: number) => step(number).locator('svg line').count();
    const sinks = async (number: number) => step(number).locator('svg rect').count();
    expect(await lines(1)).toBe(0);
    expect(await step(2).locator('svg circle').count()).toBe(1);
    expect(await step(4).locator('svg circle').count()).toBe(2);
    expect([await sinks(6), await sinks(7), await sinks(3)]).toEqual([1, 0, 0]);
    await page().keyboard.press('Home');
    await shown(1);
    expect(await page().locator('[data-step] svg line').count()).toBe(0);
  });

  test('has the step in its address, and a way from the refusal to the source of its label, and to the receipt', async () => {
    await open();
    await shown(7);
    await page().keyboard.press('ArrowLeft');
    await shown(6);
    const { search } = new URL(page().url());
    expect(search).toMatch(/^\?at=[0-9A-Z]{26}$/);
    await open(search);
    await shown(6);
    await panel().getByRole('button', { name: 'step 4' }).first().click();
    await shown(4);
    await page().keyboard.press('End');
    await panel().getByRole('link', { name: 'The whole decision, and its proof' }).click();
    await page().waitForURL(/\/log\/[0-9A-Z]{26}$/);
    await page().getByRole('heading', { name: 'Receipt' }).waitFor();
  });

  test('is linked from a decision as it is made, and from its receipt', async () => {
    await auditor.openPage('/live');
    await page().getByRole('row').filter({ hasText: 'no-pii-out' }).first().click();
    await page()
      .getByRole('complementary', { name: 'Decision' })
      .getByRole('link', { name: session })
      .click();
    await page().waitForURL(new RegExp(`/sessions/${session}`));
    await panel().getByText('It was refused because its session carried').waitFor();
    await panel().getByRole('link', { name: 'The whole decision, and its proof' }).click();
    await page().getByRole('main').getByRole('link', { name: session }).click();
    await page().waitForURL(new RegExp(`/sessions/${session}`));
    await panel().getByText('It was refused because its session carried').waitFor();
  });

  test('plays by the space bar, step after step; one step at a time for whoever wants no motion', async () => {
    await open();
    await shown(7);
    await page().keyboard.press('Home');
    await shown(1);
    await page().keyboard.press(' ');
    await shown(2);
    expect(await page().getByRole('button', { name: 'Replay' }).count()).toBe(1);
    await page().emulateMedia({ reducedMotion: 'no-preference' });
    await page().keyboard.press(' ');
    await page().getByRole('button', { name: 'Pause' }).waitFor();
    await shown(7);
    await page().getByRole('button', { name: 'Replay' }).waitFor();
    await page().emulateMedia({ reducedMotion: 'reduce' });
  });

  test('goes on while the session goes on, and holds still where it is replayed', async () => {
    await open();
    await shown(7);
    dashboard.world.clock.set(Date.now());
    await guarded.call('notes/later');
    await guarded.send();
    await shown(8, 8);
    await step(8).getByText('notes/later').waitFor();
    await page().keyboard.press('Home');
    await shown(1, 8);
    await guarded.call('notes/last');
    await guarded.send();
    await shown(1, 9);
    await page().getByRole('button', { name: 'Follow' }).click();
    await shown(9, 9);
    expect(new URL(page().url()).search).toBe('');
  });

  test('an outcome that comes later is shown with its call, with the labels that it brought', async () => {
    await open();
    await shown(9, 9);
    const [started, result] = [Promise.withResolvers<void>(), Promise.withResolvers<{ ok: true }>()];
    dashboard.world.clock.set(Date.now());
    const ended = guarded.call('crm/customer', result.promise, started.resolve);
    await started.promise;
    await guarded.send();
    await shown(10, 10);
    await panel().getByText('none yet').waitFor();
    // Whatever else was under way has been told: what comes next is the outcome alone.
    await guarded.call('notes/between');
    await guarded.send();
    await shown(11, 11);
    expect(await step(10).innerText()).not.toContain('brought');
    result.resolve({ ok: true });
    await ended;
    await guarded.send();
    await step(10).getByText('brought pii again').waitFor();
    await step(10).getByText('performed').waitFor();
  });

  test.each(['light', 'dark'] as const)(
    'has no violation that axe-core finds, at a refusal, in the %s theme',
    async (colorScheme) => {
      await page().emulateMedia({ colorScheme });
      await open();
      await page().keyboard.press('Home');
      for (let at = 0; at < 5; at += 1) await page().keyboard.press('j');
      await panel().getByText('It was refused because its session carried').waitFor();
      await expectAccessible(page());
      await page().emulateMedia({ colorScheme: 'light' });
    },
  );

  test('at 400 % zoom everything is there, and nothing is read sideways', async () => {
    await open();
    await steps().first().waitFor();
    await page().setViewportSize({ width: 320, height: 640 });
    await expectNoSidewaysScroll(page());
    const wide = await page().evaluate(
      `(([table]) => table.scrollWidth - table.clientWidth)(document.querySelectorAll('table, [role=table]'))`,
    );
    expect(wide).toBeLessThanOrEqual(0);
    await expectAccessible(page());
    await screenshot(page(), 'session-zoom-400');
    await page().setViewportSize({ width: 1_280, height: 800 });
  });

  test('says what will appear, and what makes it appear, where nothing is known of a session', async () => {
    await open('', 'nobody');
    await page().getByText('No decision of this session is known').waitFor();
    await expectAccessible(page());
    await screenshot(page(), 'session-empty');
  });

  test('says what its node did not disclose, and calls it not none', async () => {
    const before = { session: 'half', tool: 'crm/customer', brings: ['pii'] } as const;
    await recorded(
      before,
      { session: 'half', hides: ['input'], verdict: 'deny' },
      { session: 'half', labels: ['pii', 'old'] },
    );
    await open('', 'half');
    await shown(3, 3);
    await step(2).getByText('labels not disclosed').waitFor();
    await panel().getByText('carried before, from where is not told').waitFor();
    await panel().getByText('Of 1 step their node does not disclose the labels.').waitFor();
    await panel().getByText('from step 1, crm/customer').waitFor();
  });

  test('runs nothing that nodes, agents or clients write, shows what they hide, and keeps its lines', async () => {
    const id = `${HOSTILE_NAME}/../?#$x`;
    await recorded(
      { session: id, agent: HOSTILE_NAME, tool: HOSTILE_NAME, brings: ['plain'] },
      { session: id, agent: HOSTILE_NAME, tool: LONG.slice(0, 500), labels: [HOSTILE_NAME, '__proto__'] },
      {
        session: id,
        tool: 'a\u202egnp.exe',
        verdict: 'deny',
        policy: 'looks',
        labels: [HOSTILE_NAME, '__proto__', LONG.slice(0, 300)],
        becauseOf: [HOSTILE_NAME, '__proto__'],
      },
    );
    await open('', id);
    await shown(3, 3);
    await panel().getByText('U+202E').first().waitFor();
    await step(1).getByText('U+200B').waitFor();
    expect(await page().locator('main script, main img').count()).toBe(0);
    for (let number = 1; number <= 3; number += 1)
      expect((await step(number).boundingBox())?.height).toBe(52);
    await expectNoSidewaysScroll(page());
    await expectAccessible(page());
    await screenshot(page(), 'session-hostile');
  });

  test('of a name that two nodes use the labels of one are shown, and the other is a link away', async () => {
    const other = await openRecordingNode(dashboard.world);
    await recorded({ session: 'both', tool: 'here/read', brings: ['here'] });
    dashboard.world.clock.set(Date.now());
    await other.judge({ session: 'both', tool: 'there/read', brings: ['there'] });
    await other.send();
    await open('', 'both');
    await shown(1, 1);
    await panel().getByText('there/read').first().waitFor();
    expect(await panel().getByText('here', { exact: true }).count()).toBe(0);
    await page()
      .getByRole('link', { name: /^at node/ })
      .click();
    await panel().getByText('here/read').first().waitFor();
    await other.close();
  });

  test('of very many calls draws those that are seen, and says where the earlier ones are', async () => {
    const CHUNK = 100;
    for (let from = 0; from < MANY + CHUNK; from += CHUNK)
      await recorded(
        ...Array.from(
          { length: CHUNK },
          (_, at): Judged => ({ session: 'long', tool: `t/${from + at}`, outcome: 'none' }),
        ),
      );
    await open('', 'long');
    await shown(MANY, MANY);
    await page().getByText('The newest 2,000 steps are shown').waitFor();
    expect(await steps().count()).toBeLessThan(80);
    await page().keyboard.press('Home');
    await shown(1, MANY);
    await step(1).getByText('t/100').waitFor();
    await page().keyboard.press('j');
    await shown(2, MANY);
  });

  test('says what failed and what to do, and is there again when it is', async () => {
    await page().route(/\/v1\/receipts\/session/, (route) =>
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
    await open();
    const alert = page().getByRole('alert');
    await alert.getByText('The record cannot be read now.').waitFor();
    await expectAccessible(page());
    await page().unroute(/\/v1\/receipts\/session/);
    await alert.getByRole('button', { name: 'Try again' }).click();
    await steps().first().waitFor();
  });

  test('is for whoever may read the record', async () => {
    const reader = await dashboard.signIn(['reader'], 'Rea');
    const theirs = await reader.openPage(`/sessions/${session}`);
    await theirs
      .getByRole('alert')
      .getByText('An administrator of your organisation can give you the role')
      .waitFor();
    expect(await theirs.locator('[data-step]').count()).toBe(0);
    expect(reader.complaints).toEqual([]);
  });

  test('asked for nothing elsewhere, was refused nothing by its policy, and no request was a fault', () => {
    expect(auditor.complaints).toEqual([]);
    expect(dashboard.world.faults).toEqual([]);
  });
});
