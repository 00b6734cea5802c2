// Is everything enforcing? The fleet in a real browser, with nodes that are enrolled and speak.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ask, enrolledNode, proofOf, type TestNode } from '../../../server/test/enrolled.ts';
import { RollOutWorld, setOf } from '../../../server/test/roll-out.ts';
import {
  BROWSER,
  type Dashboard,
  expectAccessible,
  expectNoSidewaysScroll,
  openDashboard,
  screenshot,
  type Visitor,
} from './harness.ts';
import { HOSTILE_NAME } from './hostile.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const PERMIT = '@id("all") permit (principal, action, resource);';
const OTHER = 'f'.repeat(64);

describe.skipIf(BROWSER === undefined)('the fleet', () => {
  let dashboard: Dashboard;
  let admin: Visitor;
  let nodes: Record<'good' | 'behind' | 'gap' | 'silent', TestNode>;
  beforeAll(async () => {
    dashboard = await openDashboard();
    admin = await dashboard.signIn(['admin'], 'Ada');
  });
  afterAll(() => dashboard.close());

  const speak = (node: TestNode, policyHash: string, more: object = {}) =>
    ask(dashboard.world, node, 'POST', '/v1/node/heartbeat', {
      softwareVersion: '0.1.0',
      since: dashboard.world.clock.now() - 60_000,
      policyHash,
      size: 0,
      producers: [],
      decisions: [{ policyHash, allow: 912, modify: 3, step_up: 4, defer: 0, deny: 27, errors: 0 }],
      ...more,
    });

  test('without a node it says which command makes one', async () => {
    const page = await admin.openPage('/fleet');
    await page.getByRole('heading', { name: 'No node is enrolled' }).waitFor();
    await page
      .getByLabel('Command')
      .filter({ hasText: `writ enroll ${dashboard.url}` })
      .waitFor();
    await screenshot(page, 'fleet-empty');
    await page.route('**/v1/nodes?*', (route) => route.abort());
    await page.reload();
    await page.getByRole('alert').filter({ hasText: 'Could not load nodes' }).waitFor();
    await screenshot(page, 'fleet-error');
    await page.unroute('**/v1/nodes?*');
  });

  test('answers in a sentence, and what needs a look stands first', async () => {
    const { world } = dashboard;
    const here = new RollOutWorld(world);
    await here.nameAnchor();
    const { id } = await here.approved(setOf(PERMIT, 'allow'));
    const came = await here.upload(here.sign(setOf(PERMIT, 'allow'), { created: Date.now() }), id);
    await here.step({ step: 'start', bundle: came.body.id, stage: 'full' });
    nodes = {
      good: await enrolledNode(world, { name: 'gateway-1' }),
      behind: await enrolledNode(world, { name: 'gateway-2' }),
      gap: await enrolledNode(world, { name: HOSTILE_NAME }),
      silent: await enrolledNode(world, { name: 'laptop-ann' }),
    };
    const hash = String(came.body.policyHash);
    const boot = world.plane.newId();
    expect((await speak(nodes.good, hash)).status).toBe(200);
    await speak(nodes.behind, OTHER);
    await speak(nodes.gap, hash, { producers: [{ boot, counter: 7 }] });
    const page = await admin.openPage('/fleet');
    await page
      .getByText('Of 4: 1 not heard of, 1 with entries missing, 1 on other policies than given.')
      .waitFor();
    const rows = page.getByRole('table', { name: 'nodes' }).getByRole('row');
    await rows.nth(1).filter({ hasText: 'laptop-ann' }).filter({ hasText: 'not heard of' }).waitFor();
    await rows.nth(4).filter({ hasText: 'gateway-1' }).filter({ hasText: 'enforcing' }).waitFor();
    await screenshot(page, 'fleet');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await expectAccessible(page);
    }
    await page.emulateMedia({ colorScheme: 'light' });
  });

  test('a node opens beside the list by keyboard, closes by Escape, and is an address', async () => {
    const page = await admin.openPage('/fleet?state=behind');
    await page.getByRole('row').nth(1).press('Enter');
    await page.waitForURL(/open=/);
    const panel = page.getByRole('complementary');
    await panel.getByRole('row', { name: /915 4 27 0/ }).waitFor();
    await screenshot(page, 'fleet-node');
    await expectAccessible(page);
    await page.reload();
    await panel.getByText('gateway-2').first().waitFor();
    await panel.press('Escape');
    await panel.waitFor({ state: 'detached' });
    await page.goto(`${dashboard.url}/fleet?open=${nodes.gap.id}`);
    await panel.getByText('8 entries that it counted').waitFor();
    expect(await panel.locator('h2 .agent-mark').count()).toBe(2);
    await page.setViewportSize({ width: 320, height: 640 });
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
    await page.setViewportSize({ width: 1_280, height: 800 });
  });

  test('what only watches is told on every page, and is not said to enforce', async () => {
    const page = await admin.openPage('/fleet');
    const strip = page.getByRole('region', { name: 'What everybody must know' });
    await page.getByText('Of 4:').waitFor();
    expect(await strip.getByText('in audit').count()).toBe(0);
    const { policyHash } = (
      await dashboard.world.send('GET', `/v1/nodes/${nodes.good.id}`, { as: dashboard.world.people.reader })
    ).body.live;
    await speak(nodes.good, policyHash, { mode: 'audit' });
    await admin.openPage('/log');
    await strip.getByText('One node is in audit: what policies refuse there runs all the same.').waitFor();
    await expectAccessible(page);
    await strip.getByRole('link', { name: 'Which' }).click();
    await page.waitForURL('**/fleet?state=lenient');
    await page
      .getByRole('row')
      .nth(1)
      .filter({ hasText: 'gateway-1' })
      .filter({ hasText: 'not enforcing' })
      .waitFor();
    await screenshot(page, 'fleet-audit');
    await speak(nodes.good, policyHash, { mode: 'strict' });
    await page.reload();
    await page.getByRole('heading', { name: 'No node is like that' }).waitFor();
    expect(await strip.getByText('in audit').count()).toBe(0);
  });

  test('to suspend a node takes a reason, and its next request is refused', async () => {
    const page = await admin.openPage(`/fleet?open=${nodes.behind.id}`);
    const panel = page.getByRole('complementary');
    await panel.getByRole('button', { name: 'Suspend' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByLabel('Reason').fill('its key got about');
    await dialog.getByRole('button', { name: 'Suspend' }).click();
    await panel.getByText('its key got about').waitFor();
    expect((await ask(dashboard.world, nodes.behind, 'GET', '/v1/node')).status).toBe(401);
  });

  test('a drill stops nothing, and shows what each node took as it confirms', async () => {
    const page = await admin.openPage('/fleet?tab=stops');
    await page.getByText('Nothing was ever stopped here').waitFor();
    await page.getByRole('button', { name: 'Start a drill' }).press('Enter');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Start' }).click();
    const drill = page.getByRole('region', { name: 'Drill' });
    await drill.getByText('In force on 0 of 3 nodes').waitFor();
    // The node says what it has in force with its next question.
    for (const [at, node] of [nodes.good, nodes.gap].entries()) {
      dashboard.world.clock.set(dashboard.world.clock.now() + [38, 71][at]!);
      const path = '/v1/node/stops';
      const tag = (await ask(dashboard.world, node, 'GET', path)).headers.get('etag') ?? '';
      const authorization = proofOf(dashboard.world, node, { method: 'GET', path });
      await dashboard.world.send('GET', path, { headers: { authorization, 'if-none-match': tag } });
    }
    await drill.getByText('In force on 2 of 3 nodes').waitFor();
    await drill.getByText('1 has not said so yet').waitFor();
    await screenshot(page, 'fleet-drill');
    await expectAccessible(page);
  });

  test('everything can be stopped, after it was said what that does', async () => {
    const page = await admin.openPage('/fleet?tab=stops');
    await page.getByRole('button', { name: 'Kill…' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByLabel('What', { exact: true }).selectOption('all');
    await dialog.getByText('Every next call of every agent is denied on every node').waitFor();
    await expectAccessible(page);
    await dialog.getByLabel('Reason').fill('a supplier was broken into');
    await dialog.getByRole('button', { name: 'Kill' }).click();
    await page.getByRole('region', { name: 'Stop in force' }).getByText('Everything').waitFor();
    const { body } = await ask(dashboard.world, nodes.good, 'GET', '/v1/node/stops');
    expect(body.items).toContainEqual(expect.objectContaining({ scope: 'all' }));
  });

  test('never asked for anything elsewhere, and nothing was refused by its policy', () => {
    expect(admin.complaints).toEqual([]);
    expect(dashboard.world.faults).toEqual([]);
  });
});
