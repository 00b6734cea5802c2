// What agents did over time, in a real browser: charts of real receipts, each bar of which leads to the receipts that it counts.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { countActivity } from '../../../server/test/counted.ts';
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

const HOUR = 3_600_000;
const CALLS = 240;
const QUARTER = 900_000;
const TOOLS = ['bank/balance', 'bank/pay', 'mail/read', 'mail/send', 'files/read', 'web/fetch'];

const VERDICTS: Readonly<Record<number, 'modify' | 'step_up' | 'defer'>> = {
  5: 'modify',
  11: 'step_up',
  19: 'defer',
};

/** A day of three agents: busier by day, refused more towards its end. */
const DAY: readonly Judged[] = Array.from({ length: CALLS }, (_, at): Judged => {
  const ago = Math.floor(((CALLS - 1 - at) / CALLS) ** 1.5 * 23 * HOUR);
  const agent = ['billing', 'billing', 'research', 'mail'][at % 4] ?? 'billing';
  const verdict = at % 17 === 16 || (at > 0.8 * CALLS && at % 5 === 0) ? 'deny' : VERDICTS[at % 23];
  return {
    agent,
    tool: TOOLS[(at * 7) % TOOLS.length] ?? 'bank/pay',
    agoMs: ago,
    tookUs: 900 + ((at * 7_919) % 97) ** 2 * 60,
    policy: 'reads',
    ...(verdict === undefined ? {} : { verdict }),
    ...(agent === 'research' ? { costMicros: 2_500 + ((at * 31) % 40) * 400 } : {}),
  };
});
describe.skipIf(BROWSER === undefined)('the page Activity', () => {
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

  const happen = async (...calls: readonly Judged[]): Promise<void> => {
    dashboard.world.clock.set(Date.now());
    await node.judge(...calls);
    await node.send();
    const { tables, clock } = dashboard.world.plane;
    await countActivity({ tables, clock: { ...clock, now: () => Date.now() + HOUR } });
  };
  const chart = (name: string) => auditor.page.getByRole('region', { name });
  const slider = (name: string) => chart(name).getByRole('slider');
  /** What is counted where the chart stands. */
  const countAt = async (name: string): Promise<number> => {
    const said = (await slider(name).getAttribute('aria-valuetext')) ?? '';
    return [...said.slice(said.indexOf('UTC')).matchAll(/\d+/g)].reduce(
      (sum, [count]) => sum + Number(count),
      0,
    );
  };
  /** Goes to the last step that has something, by keyboard. */
  const toLast = async (name: string): Promise<number> => {
    await slider(name).focus();
    await auditor.page.keyboard.press('End');
    for (let step = 0; step < 96; step += 1) {
      const count = await countAt(name);
      if (count > 0) return count;
      await auditor.page.keyboard.press('ArrowLeft');
    }
    throw new Error(`nothing is in the chart ${name}`);
  };
  /** Rows of the log as it is opened. */
  const listed = async (): Promise<readonly string[]> => {
    const rows = auditor.page.getByRole('table', { name: 'receipts' }).getByRole('row');
    await rows.nth(1).waitFor();
    return (await rows.allInnerTexts()).slice(1);
  };
  /** How many there are, also those that are not drawn. */
  const listedCount = async (): Promise<number> => {
    await listed();
    return (
      Number(await auditor.page.getByRole('table', { name: 'receipts' }).getAttribute('aria-rowcount')) - 1
    );
  };

  test('teaches what will appear while there is nothing', async () => {
    const page = await auditor.openPage('/activity');
    await page.getByText('No decision in 24 h').waitFor();
    await page.getByText('writ up').waitFor();
    await expectAccessible(page);
    await screenshot(page, 'activity-empty');
  });

  test('draws decisions, denials, times and costs of a day, with what each comes to', async () => {
    await happen(...DAY);
    const page = await auditor.openPage('/activity');
    const denied = DAY.filter(({ verdict }) => verdict === 'deny').length;
    await chart('Decisions by verdict').getByText(String(CALLS), { exact: true }).waitFor();
    await chart('Denials').getByText(`${denied}, `, { exact: false }).first().waitFor();
    await chart('How long calls took')
      .getByText(/p50 .* p99 .* calls/)
      .waitFor();
    await chart('Cost')
      .getByText(/currency units, told of \d+ calls/)
      .waitFor();
    const rows = page.getByRole('group', { name: 'Agents' }).getByRole('row');
    expect(await rows.nth(1).innerText()).toMatch(/billing[\s\S]*120[\s\S]*not told/);
    expect(await rows.filter({ hasText: 'research' }).innerText()).toMatch(/60[\s\S]*\d\.\d\d/);
    await page.setViewportSize({ width: 1_280, height: 1_000 });
    await screenshot(page, 'activity');
    await page.setViewportSize({ width: 1_280, height: 800 });
  });

  test.each([
    ['Decisions by verdict', {}],
    ['Denials', { verdict: 'deny' }],
  ] as const)('a step of %s leads to the receipts that it counts, as many', async (name, more) => {
    await auditor.openPage('/activity?agent=billing');
    await slider(name).waitFor();
    const count = await toLast(name);
    await auditor.page.keyboard.press('Enter');
    await auditor.page.waitForURL(/\/log\?/);
    const asked = Object.fromEntries(new URL(auditor.page.url()).searchParams);
    expect(asked).toMatchObject({ agent: 'billing', kind: 'decision', ...more });
    expect(Date.parse(`${asked['to']}Z`) - Date.parse(`${asked['from']}Z`)).toBe(QUARTER);
    const rows = await listed();
    expect(await listedCount()).toBe(count);
    for (const row of rows) expect(row).toContain('billing');
  });

  test('a bar is opened by the pointer too, and one that is not there is not', async () => {
    await auditor.openPage('/activity?range=7d');
    await slider('Decisions by verdict').waitFor();
    const box = (await slider('Decisions by verdict').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    await auditor.page.mouse.click(box.x + 3, box.y + box.height / 2);
    expect(new URL(auditor.page.url()).pathname).toBe('/activity');
    await auditor.page.mouse.click(box.x + box.width - 3, box.y + box.height / 2);
    await auditor.page.waitForURL(/\/log\?/);
    expect((await listed()).length).toBeGreaterThan(0);
  });

  test('lists by tool, narrows to one and goes back by its address', async () => {
    const page = await auditor.openPage('/activity');
    await page.getByRole('button', { name: 'By tool' }).click();
    const row = page.getByRole('group', { name: 'Tools' }).getByRole('row', { name: 'bank/pay' });
    await row.waitFor();
    const [said] = /\b\d+\b/.exec((await row.innerText()).replace('bank/pay', '')) ?? [];
    await page.getByRole('button', { name: '7 d' }).click();
    expect(new URL(page.url()).search).toBe('?by=tool&range=7d');
    await row.getByRole('link', { name: 'all' }).click();
    await page.waitForURL(/\/log\?/);
    expect(await listedCount()).toBe(Number(said));
    await page.goBack();
    await row.getByRole('link', { name: 'bank/pay' }).click();
    await page.waitForURL(/tool=bank/);
    await chart('Decisions by verdict').getByText(String(said), { exact: true }).first().waitFor();
  });

  test('what nobody told is not drawn as zero', async () => {
    await auditor.openPage('/activity?agent=billing');
    await chart('Cost').getByText('No node told what calls cost').waitFor();
    expect(await slider('Cost').count()).toBe(0);
    await auditor.openPage('/activity?agent=research');
    await chart('Cost').getByRole('button', { name: 'as a table' }).click();
    const table = chart('Cost').getByRole('table');
    await table.getByText('not known').first().waitFor();
    expect(await table.getByRole('row').count()).toBe(97);
    await expectAccessible(auditor.page);
  });

  test.each(['light', 'dark'] as const)(
    'has no violation that axe-core finds in the %s theme',
    async (colorScheme) => {
      await auditor.page.emulateMedia({ colorScheme });
      const page = await auditor.openPage('/activity');
      await slider('Decisions by verdict').focus();
      await expectAccessible(page);
      await auditor.page.emulateMedia({ colorScheme: 'light' });
    },
  );

  test('at 400 % zoom only the list is read sideways', async () => {
    const page = await auditor.openPage('/activity');
    await page.setViewportSize({ width: 320, height: 640 });
    await slider('Decisions by verdict').waitFor();
    await expectNoSidewaysScroll(page);
    await screenshot(page, 'activity-zoom-400');
    await page.setViewportSize({ width: 1_280, height: 800 });
  });

  test('a day of an agent and of a tool stands on their own pages', async () => {
    const { world } = dashboard;
    const made = await world.send('POST', '/v1/agents', {
      as: world.people.writer,
      body: {
        name: 'billing',
        owner: world.people.writer.id,
        purpose: 'sends invoices',
        tools: ['bank/pay'],
        dataClasses: [],
        credentials: [],
        reviewDue: world.clock.now() + 1_000 * HOUR,
      },
    });
    expect(made.status).toBe(201);
    await auditor.openPage(`/agents/${made.body.id}?tab=did`);
    await chart('Decisions by verdict').getByText('120', { exact: true }).waitFor();
    await slider('Denials').waitFor();
    await expectAccessible(auditor.page);
    await screenshot(auditor.page, 'activity-of-agent');
    await auditor.page.getByRole('link', { name: 'More in Activity' }).click();
    await auditor.page.waitForURL(/\/activity\?agent=billing/);
  });

  test('is reached from Live and by the palette', async () => {
    const page = await auditor.openPage('/live');
    await page.getByRole('link', { name: 'Activity' }).click();
    await page.waitForURL(/\/activity/);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search and commands' }).fill('activ');
    await page.getByRole('option', { name: 'Activity' }).first().waitFor();
    await page.keyboard.press('Escape');
  });

  test('who may not read the record sees what is counted and is led nowhere', async () => {
    const reader = await dashboard.signIn(['reader'], 'Rae');
    const page = await reader.openPage('/activity');
    await page.getByRole('region', { name: 'Denials' }).getByRole('slider').waitFor();
    expect(await page.locator('main a[href*="/log"]').count()).toBe(0);
    expect(reader.complaints).toEqual([]);
    await reader.context.close();
  });

  test('runs nothing that agents are called, and shows what their names hide', async () => {
    const many = Array.from(
      { length: 40 },
      (): Judged => ({ agent: HOSTILE_NAME, tool: LONG.slice(0, 400) }),
    );
    await happen(...many, ...many.map((one): Judged => ({ ...one, agent: LONG.slice(0, 500) })));
    await happen({ isDisclosed: false }, { isDisclosed: false });
    const page = await auditor.openPage('/activity');
    const rows = page.getByRole('group', { name: 'Agents' }).getByRole('row');
    await rows.filter({ hasText: 'U+202E' }).filter({ hasText: '<script>' }).waitFor();
    await rows.filter({ hasText: 'not disclosed' }).waitFor();
    await page.getByText('the node did not say whose these are').waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    await expectNoSidewaysScroll(page);
    await screenshot(page, 'activity-hostile');
    await rows.filter({ hasText: 'U+202E' }).getByRole('link', { name: 'all' }).click();
    await page.waitForURL(/\/log\?/);
    expect((await listed()).length).toBeGreaterThan(0);
  });

  test('says what failed, what works and what to do', async () => {
    const page = auditor.page;
    await page.route(/\/v1\/receipts\/activity/, (route) =>
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
    await auditor.openPage('/activity');
    const alert = page.getByRole('alert');
    await alert.getByText('The record cannot be read now.').waitFor();
    await alert.getByText('Live and the log may still work.').waitFor();
    await expectAccessible(page);
    await screenshot(page, 'activity-error');
    await page.unroute(/\/v1\/receipts\/activity/);
    await alert.getByRole('button', { name: 'Try again' }).click();
    await slider('Denials').waitFor();
    await alert.waitFor({ state: 'detached' });
  });

  test('asked for nothing elsewhere, was refused nothing by its policy, and no request was a fault', () => {
    expect(auditor.complaints).toEqual([]);
    expect(dashboard.world.faults).toEqual([]);
  });
});
