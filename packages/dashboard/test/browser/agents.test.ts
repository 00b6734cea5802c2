// Can I trust it? Agents in a real browser; and one that is killed here makes no further call through a real gateway.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSigningKey, type JsonObject, publicKeyText, systemRandom, writeKeyFile } from '@writ/core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Governed } from '../../../gateway/test/attack/governed.ts';
import { codeOf, enrol, newKeys } from '../../../server/test/enrolled.ts';
import { RollOutWorld, setOf, SIGNER } from '../../../server/test/roll-out.ts';
import type { World } from '../../../server/test/world.ts';
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

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const PERMIT = '@id("all") permit (principal, action, resource);';
const EVENTUALLY = { timeout: 60_000, interval: 50 };
const DAY_MS = 86_400_000;

async function register(world: World, name: string, more: JsonObject = {}): Promise<string> {
  const { body } = await world.send('POST', '/v1/agents', {
    as: world.people.writer,
    body: {
      name,
      owner: world.people.writer.id,
      purpose: 'sends invoices and reminders to customers',
      tools: ['far/echo', 'mail/send'],
      dataClasses: ['personal'],
      credentials: [{ name: 'mail', reference: 'vault:team/mail' }],
      model: 'a-model-4',
      reviewDue: world.clock.now() + 40 * DAY_MS,
      ...more,
    },
  });
  return body.id;
}

/** Entries of `node`, as its log would have brought them. */
async function record(
  { plane, organisation, clock }: World,
  node: string,
  rows: readonly { readonly tool: string; readonly verdict: string; readonly policy: string }[],
  agent: string,
): Promise<void> {
  for (const [idx, { tool, verdict, policy }] of rows.entries()) {
    const of = { organisation, origin: `far.example/${node}`, idx };
    await plane.tables
      .insertInto('receipts')
      .values({
        ...of,
        id: plane.newId(),
        node,
        kind: 'decision',
        verdict,
        outcome: null,
        code: null,
        method: 'tools/call',
        policy_hash: null,
        policies: JSON.stringify([policy]),
        decision_of: null,
        took_us: null,
        gives: null,
        time: clock.now() - (rows.length - idx) * 61_000,
      })
      .execute();
    const facts = { person: null, session: 'session-1', labels: null, fields: '{}', salts: '{}' };
    await plane.tables
      .insertInto('facts')
      .values({ ...of, ...facts, receipt: `${of.origin}#${idx}`, agent, tool, verdict, at: clock.now() })
      .execute();
  }
}

describe.skipIf(BROWSER === undefined)('agents', () => {
  let dashboard: Dashboard;
  let admin: Visitor;
  beforeAll(async () => {
    dashboard = await openDashboard();
    admin = await dashboard.signIn(['admin'], 'Ada');
  });
  afterAll(() => dashboard.close());

  test('an empty register says what fills it, and one that cannot be read what to do', async () => {
    const page = await admin.openPage('/agents');
    await page.getByRole('heading', { name: 'No agent is registered' }).waitFor();
    await screenshot(page, 'agents-empty');
    await page.route('**/v1/agents?*', (route) => route.abort());
    await page.reload();
    await page.getByRole('alert').filter({ hasText: 'Could not load agents' }).waitFor();
    await screenshot(page, 'agents-error');
    await page.unroute('**/v1/agents?*');
  });

  test('is registered by keyboard alone, and its node’s code is shown once with the command', async () => {
    const page = await admin.openPage('/agents');
    await page.getByRole('button', { name: 'Register an agent' }).press('Enter');
    await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('billing-bot');
    await page.getByLabel('Purpose').fill('sends invoices');
    await page.getByLabel('Tools').fill('mail/send\nbank/pay');
    await page.getByLabel('Classes of data').fill('Personal Data');
    await page.keyboard.press('Tab');
    await page.getByRole('button', { name: 'Register', exact: true }).press('Enter');
    await page.getByRole('alert').filter({ hasText: 'Nothing was changed' }).waitFor();
    await page.getByLabel('Classes of data').fill('personal');
    await page.getByRole('button', { name: 'Register', exact: true }).press('Enter');
    await page.waitForURL('**/agents/*');
    await page.getByRole('heading', { name: /billing-bot/, level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Enrol a node' }).press('Enter');
    await page.getByLabel('Name of the node').fill('build-1');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Make a code' }).press('Enter');
    const code = await page.getByLabel('Code', { exact: true }).innerText();
    expect(code).toMatch(/^writ_enrol_/);
    expect(await page.getByLabel('Command', { exact: true }).innerText()).toContain(
      `writ enroll ${dashboard.url} --code-stdin`,
    );
    await screenshot(page, 'agent-enrol');
    // What is shown is what enrols a node.
    expect((await enrol(dashboard.world, code, newKeys())).status).toBe(201);
    await page.getByRole('button', { name: 'Done' }).press('Enter');
    await page.reload();
    await page.getByRole('link', { name: 'build-1' }).waitFor();
    expect(await page.content()).not.toContain(code);
  });

  test('one row answers for each, filters stand in the address, j and k and Enter go through them', async () => {
    const { world } = dashboard;
    await register(world, HOSTILE_NAME, { purpose: LONG });
    await register(world, 'support-bot', { purpose: 'answers customers' });
    const page = await admin.openPage('/agents?name=bot');
    await page.getByRole('row').nth(1).focus();
    expect(await page.getByRole('row').count()).toBe(3);
    const second = await page.getByRole('row').nth(2).getByRole('cell').first().innerText();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: second, level: 1 }).waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await page.waitForURL(/\/agents$/);
    await page.getByRole('row').nth(3).waitFor();
    await screenshot(page, 'agents');
  });

  test('a name that is no name runs nothing, hides nothing and breaks nothing', async () => {
    const page = await admin.openPage('/agents?name=script');
    await page.getByRole('row').nth(1).press('Enter');
    await page.waitForURL('**/agents/*');
    const heading = page.getByRole('heading', { level: 1 });
    await heading.filter({ hasText: '<script>alert(1)</script>' }).waitFor();
    expect(await heading.locator('.agent-mark').count()).toBe(2);
    expect(await heading.locator('.agent-mixed').count()).toBe(1);
    await expectNoSidewaysScroll(page);
    await page.setViewportSize({ width: 320, height: 640 });
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
    await page.setViewportSize({ width: 1_280, height: 800 });
  });

  test('what was given stands beside what was used, and every denial leads to its receipt', async () => {
    const { world } = dashboard;
    const agent = await register(world, 'research-bot');
    const { code } = await codeOf(world, { name: 'research-1', agent });
    const { body } = await enrol(world, code, newKeys());
    await record(
      world,
      body.node,
      [
        { tool: 'far/echo', verdict: 'allow', policy: 'reads' },
        { tool: 'far/echo', verdict: 'allow', policy: 'reads' },
        { tool: 'bank/pay', verdict: 'deny', policy: 'no-payments' },
      ],
      'research-bot',
    );
    const page = await admin.openPage(`/agents/${agent}`);
    const scope = page.getByRole('table', { name: 'Tools given and used' });
    await scope.getByRole('row', { name: /bank\/pay not given 1 1/ }).waitFor();
    await scope.getByRole('row', { name: /mail\/send given unused/ }).waitFor();
    await screenshot(page, 'agent');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await expectAccessible(page);
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.getByRole('tab', { name: 'What it did' }).click();
    await page.waitForURL(/tab=did/);
    const denials = page.getByRole('table', { name: 'Recent denials' });
    const denied = denials.getByRole('row', { name: /deny bank\/pay no-payments/ });
    await denied.getByRole('link', { name: 'open' }).waitFor();
    const itsSession = await denied.getByRole('link', { name: 'its session' }).getAttribute('href');
    expect(itsSession).toMatch(/^\/sessions\/[^/]+\?at=/);
    await screenshot(page, 'agent-did');
    await page.getByRole('tab', { name: 'What changed' }).click();
    await page.getByRole('row', { name: /registered it/ }).waitFor();
    await expectAccessible(page);
  });

  test('to suspend asks why, says what happens, and gives the focus back', async () => {
    const page = await admin.openPage('/agents?name=support');
    await page.getByRole('row').nth(1).press('Enter');
    await page.getByRole('button', { name: 'Suspend' }).press('Enter');
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('denied at every node').waitFor();
    expect(await dialog.getByRole('button', { name: 'Suspend' }).isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect
      .poll(() => page.evaluate('document.activeElement.innerText === "Suspend"'), { timeout: 30_000 })
      .toBe(true);
    await page.getByRole('button', { name: 'Suspend' }).press('Enter');
    await dialog.getByLabel('Reason').fill('odd mails');
    await dialog.getByRole('button', { name: 'Suspend' }).click();
    await page.getByText('It is suspended').waitFor();
    await page.getByText('odd mails').waitFor();
  });

  test('a reader is offered nothing that they may not do', async () => {
    const reader = await dashboard.signIn(['reader'], 'Rea');
    const page = await reader.openPage('/agents?name=research');
    expect(await page.getByRole('button', { name: 'Register an agent' }).count()).toBe(0);
    await page.getByRole('row').nth(1).press('Enter');
    await page.getByRole('heading', { name: /research-bot/, level: 1 }).waitFor();
    expect(await page.getByRole('button', { name: /Kill|Suspend|More|Enrol/ }).count()).toBe(0);
    await page.getByRole('tab', { name: 'What it did' }).click();
    await page.getByText('The record is for administrators and auditors.').first().waitFor();
    expect(reader.complaints).toEqual([]);
  });

  test('never asked for anything elsewhere, and nothing was refused by its policy', () => {
    expect(admin.complaints).toEqual([]);
    expect(dashboard.world.faults).toEqual([]);
  });
});

describe.skipIf(BROWSER === undefined)('the kill switch', () => {
  test('an agent that is killed here has its next call denied by a real gateway, in a time that is shown', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'writ-kill-'));
    const dashboard = await openDashboard();
    const { world } = dashboard;
    const here = new RollOutWorld(world);
    await here.nameAnchor();
    const { key, text } = createSigningKey('node', systemRandom);
    const bot = await register(world, 'bot');
    const { body } = await enrol(world, (await codeOf(world)).code, { ...newKeys(), key });
    const keyFile = join(folder, 'plane-node.key');
    writeKeyFile(keyFile, text);
    const { id } = await here.approved(setOf(PERMIT, 'allow'));
    const came = await here.upload(here.sign(setOf(PERMIT, 'allow'), { created: Date.now() }), id);
    await here.step({ step: 'start', bundle: came.body.id, stage: 'full' });
    const plane = {
      url: world.plane.url,
      organisation: body.organisation,
      node: body.node,
      environment: 'production',
      key: keyFile,
      anchors: [publicKeyText(SIGNER)],
    };
    const governed = await Governed.open({
      // Policies come with the bundle alone.
      config: { plane, policies: undefined } as unknown as JsonObject,
      gateway: { auth: { tokens: true } },
    });
    const call = async (agent: string): Promise<string> => {
      const params = { name: 'echo', arguments: {} };
      const answer = await governed.modern('tools/call', params, governed.token(agent));
      const said = JSON.stringify(answer.messages);
      return answer.status === 200 && !/"error"|"isError":true/.test(said) ? 'ok' : said;
    };
    await expect.poll(() => call('bot'), EVENTUALLY).toBe('ok');

    const admin = await dashboard.signIn(['admin'], 'Ada');
    const page = await admin.openPage(`/agents/${bot}`);
    await page.getByRole('button', { name: 'Kill' }).press('Enter');
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('Every next call of the agent').waitFor();
    await expectAccessible(page);
    await screenshot(page, 'agent-kill');
    // Nothing happens by Enter alone.
    await page.keyboard.press('Enter');
    expect(await call('bot')).toBe('ok');
    await dialog.getByLabel('Reason').fill('odd payments since noon');
    // The control plane measures by its own clock.
    const ticking = setInterval(() => world.clock.set(Date.now()), 2);
    await dialog.getByRole('button', { name: 'Kill' }).click();
    await page.getByText('This agent is killed: every call is denied').waitFor();
    await page.getByText('In force on 1 of 1 node').waitFor();
    await page
      .getByRole('list', { name: 'Time to effect by node' })
      .getByText(/\d+ ms/)
      .waitFor();
    clearInterval(ticking);
    const before = governed.server.of('tools/call').length;
    expect(await call('bot')).toContain('odd payments since noon');
    expect(governed.server.of('tools/call')).toHaveLength(before);
    expect(await call('other')).toBe('ok');
    await screenshot(page, 'agent-killed');

    // Whoever placed it does not lift it while there is another administrator, and is told so.
    await page.getByRole('button', { name: 'Lift' }).click();
    await dialog.getByLabel('Reason').fill('seen to');
    await dialog.getByRole('button', { name: 'Lift' }).click();
    await dialog.getByRole('alert').filter({ hasText: 'Nothing was done' }).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    const other = await dashboard.signIn(['admin'], 'Bea');
    const theirs = await other.openPage(`/agents/${bot}`);
    await theirs.getByRole('button', { name: 'Lift' }).click();
    await theirs.getByRole('alertdialog').getByLabel('Reason').fill('seen to');
    await theirs.getByRole('alertdialog').getByRole('button', { name: 'Lift' }).click();
    await expect.poll(() => call('bot'), EVENTUALLY).toBe('ok');
    // The other browser hears of it by itself.
    await page.getByText('This agent is killed').waitFor({ state: 'detached' });
    expect([...admin.complaints, ...other.complaints]).toEqual([]);
    expect(world.faults).toEqual([]);
    await governed.gateway.close();
    await dashboard.close();
    rmSync(folder, { recursive: true, force: true });
  });
});
