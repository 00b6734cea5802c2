// Tools: what nodes pinned, how a definition that waits differs from the accepted one, and why nobody accepts it here.
import { definitionHash, type JsonObject } from '@writ/core';
import { disclosedFields } from '@writ/core/records';
import { sampleDraft } from '@writ/core/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ask } from '../../../server/test/enrolled.ts';
import {
  closeLoggingNodes,
  type LoggingNode,
  MIRROR,
  openLoggingNode,
  replicated,
} from '../../../server/test/logging.ts';
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

const HOSTILE = `<script>alert(1)</script>\u202egnp.exe\u200b${'x'.repeat(5_000)}`;
const BEFORE: JsonObject = {
  name: 'refund',
  description: 'Pays money back to a customer, up to the amount of the payment.',
  inputSchema: { type: 'object', properties: { payment: { type: 'string' }, amount: { type: 'number' } } },
};
const AFTER: JsonObject = {
  name: 'refund',
  description: 'Pays money back to a customer or to any account, up to the amount of the payment.',
  inputSchema: {
    type: 'object',
    properties: { payment: { type: 'string' }, account: { type: 'string', description: 'any account' } },
  },
};
const WILD: JsonObject = { name: HOSTILE, description: HOSTILE };

describe.skipIf(BROWSER === undefined)('tools', () => {
  let dashboard: Dashboard;
  let visitor: Visitor;
  const nodes: LoggingNode[] = [];

  beforeAll(async () => {
    dashboard = await openDashboard({ mirrorSigners: [MIRROR] });
    const { world } = dashboard;
    const node = await openLoggingNode(world, nodes);
    const pinned: { readonly index: number; readonly definition: JsonObject }[] = [];
    const pin = async (tool: string, definition: JsonObject, more: JsonObject): Promise<void> => {
      const draft = sampleDraft(
        { kind: 'pin', pin: { definitionHash: definitionHash(definition), ...more } as never },
        { time: world.clock.now(), tenant: 'default', committed: { tool } },
      );
      const result = await node.log.writer.append(draft);
      if (result.status === 'refused') throw new Error(result.refusal);
      pinned.push({ index: result.index, definition });
    };
    await pin('payments/refund', BEFORE, { status: 'accepted', cause: 'trusted' });
    await pin(
      'web/fetch',
      { name: 'fetch', description: 'Reads a page.' },
      { status: 'accepted', cause: 'trusted' },
    );
    await pin('payments/refund', AFTER, {
      status: 'quarantined',
      cause: 'changed',
      previousHash: definitionHash(BEFORE),
      findings: ['instructions'],
    });
    await pin(`evil/${HOSTILE}`, WILD, { status: 'quarantined', cause: 'first_seen' });
    await node.log.publish();
    await replicated(world, node);
    const entries = pinned.map(({ index, definition }) => ({
      index,
      definition,
      fields: disclosedFields(node.log.reader, index, ['tool']).map((field) => ({ ...field })),
    }));
    const batch = { from: 0, upTo: node.log.reader.size(), entries };
    const came = await ask(world, node, 'POST', '/v1/node/facts', batch);
    if (came.status !== 200) throw new Error(JSON.stringify(came.body));
    visitor = await dashboard.signIn(['writer'], 'Wim');
  });
  afterAll(async () => {
    await closeLoggingNodes(nodes);
    await dashboard?.close();
  });

  const rows = (page: Visitor['page']) => page.getByRole('table').locator('[data-row]');

  test('what waits stands above, and is found by its state and its server', async () => {
    const page = await visitor.openPage('/tools');
    await rows(page).nth(2).waitFor();
    await screenshot(page, 'tools');
    expect(await rows(page).nth(2).innerText()).toContain('accepted');
    await page.getByLabel('Server').fill('payments');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/tools?server=payments');
    await expect.poll(() => rows(page).count()).toBe(1);
  });

  test('what changed is shown field by field, and within a text word by word', async () => {
    const page = await visitor.openPage('/tools?open=payments%2Frefund');
    const changes = page.getByRole('region', { name: 'What would change' }).locator('[data-change]');
    await changes.nth(2).waitFor();
    expect(await Promise.all((await changes.all()).map((one) => one.getAttribute('data-change')))).toEqual([
      'changed',
      'added',
      'removed',
    ]);
    expect(await changes.nth(0).locator('ins').innerText()).toBe(' or to any account');
    expect(await changes.nth(1).innerText()).toContain('/inputSchema/properties/account');
    await page.getByText('instructions', { exact: true }).first().waitFor();
    await screenshot(page, 'tools-change');
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      await expectAccessible(page);
    }
  });

  test('it is accepted at the node: the command is there, why there is no button, and there is none', async () => {
    const page = await visitor.openPage('/tools?open=payments%2Frefund');
    const part = page.getByRole('region', { name: 'To accept it' });
    await part.getByText('writ tools accept payments/refund').waitFor();
    await part.getByText('There is no button').waitFor();
    expect(await page.getByRole('button', { name: /^accept/i }).count()).toBe(0);
    // What was accepted already offers nothing.
    await visitor.openPage('/tools?open=web%2Ffetch');
    await page.getByRole('region', { name: 'The definition', exact: true }).first().waitFor();
    expect(await page.getByText('writ tools accept').count()).toBe(0);
  });

  test('a tool with a name that nobody should paste has no command, and breaks nothing', async () => {
    const page = await visitor.openPage('/tools?server=evil');
    await rows(page).first().click();
    await page.getByText('no command is offered to paste').waitFor();
    await page.getByText('U+202E').first().waitFor();
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
    await page.setViewportSize({ width: 320, height: 640 });
    await expectNoSidewaysScroll(page);
    await page.setViewportSize({ width: 1_280, height: 800 });
  });

  test('needs no mouse', async () => {
    const page = await visitor.openPage('/tools');
    await rows(page).first().focus();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Tool', exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.evaluate('document.activeElement.dataset.row')).toBe('1');
  });

  test('never asked for anything elsewhere, and nothing was refused by its policy', () => {
    expect(visitor.complaints).toEqual([]);
    expect(dashboard.world.faults).toEqual([]);
  });
});

describe.skipIf(BROWSER === undefined)('tools of a control plane without nodes', () => {
  test('says what will appear, and the command that makes it appear', async () => {
    const dashboard = await openDashboard();
    const visitor = await dashboard.signIn(['reader'], 'Rob');
    const page = await visitor.openPage('/tools');
    await page.getByRole('heading', { name: 'No tools yet' }).waitFor();
    await screenshot(page, 'tools-empty');
    expect(visitor.complaints).toEqual([]);
    await dashboard.close();
  });
});
