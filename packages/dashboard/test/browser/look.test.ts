// What was done, in full: asked of the node of an entry, recorded, and shown as it was committed to.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { disclosing, type Disclosing } from '../../../server/test/disclosing.ts';
import { ask } from '../../../server/test/enrolled.ts';
import {
  closeLoggingNodes,
  type LoggingNode,
  MIRROR,
  openLoggingNode,
} from '../../../server/test/logging.ts';
import {
  BROWSER,
  type Dashboard,
  expectAccessible,
  expectNoSidewaysScroll,
  openDashboard,
  type Visitor,
} from './harness.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const HOSTILE = '<img src=x onerror="window.wasRun=true">\u202egnp.exe';
const ASK = { name: 'Ask its node for the arguments' };

describe.skipIf(BROWSER === undefined)('a look at an entry in full', () => {
  let dashboard: Dashboard;
  let auditor: Visitor;
  const nodes: LoggingNode[] = [];
  let node: LoggingNode;
  let here: Disclosing;
  let receipt: string;

  beforeAll(async () => {
    dashboard = await openDashboard({ mirrorSigners: [MIRROR] });
    node = await openLoggingNode(dashboard.world, nodes);
    here = disclosing(dashboard.world, node);
    const index = await here.decide('billing-agent', 's-1', {}, { arguments: { text: HOSTILE } });
    await here.sync();
    await here.disclose([here.opened(index)]);
    const [{ id = '' } = {}] = await here.list('agent=billing-agent');
    receipt = id;
    auditor = await dashboard.signIn(['auditor'], 'Ines');
  });
  afterAll(async () => {
    await closeLoggingNodes(nodes);
    await dashboard?.close();
  });

  /** The look that waits at the node. */
  async function waiting(): Promise<{ readonly id: string; readonly index: number }> {
    const items = async () => (await ask(dashboard.world, node, 'GET', '/v1/node/looks')).body.items;
    await expect.poll(async () => (await items()).length).toBe(1);
    return (await items())[0];
  }

  test('is asked for by a person, recorded, and shown once the node opened it', async () => {
    const page = await auditor.openPage(`/log/${receipt}`);
    await page.getByRole('button', ASK).click();
    await page.getByText('Its node was asked.').waitFor();
    const { id, index } = await waiting();
    const { reader } = dashboard.world.plane.log;
    expect(reader.entry(reader.size() - 1).entry).toMatchObject({
      administration: { action: 'receipts.look', object: id },
    });
    expect(await page.getByText('gnp.exe').count()).toBe(0);
    const { fields } = here.opened(index, ['arguments']);
    const answer = { status: 'answered', fields };
    expect((await ask(dashboard.world, node, 'POST', `/v1/node/looks/${id}`, answer)).status).toBe(204);
    await page.getByText('Opened against what was recorded before the action').waitFor();
    await page.getByText('U+202E').waitFor();
    expect(await page.evaluate('globalThis.wasRun')).toBeUndefined();
    await expectAccessible(page);
    await page.setViewportSize({ width: 320, height: 800 });
    await expectNoSidewaysScroll(page);
  });

  test('says so where the node discloses nothing, and what would', async () => {
    const page = await auditor.openPage(`/log/${receipt}`);
    await page.getByRole('button', ASK).click();
    const { id } = await waiting();
    await ask(dashboard.world, node, 'POST', `/v1/node/looks/${id}`, { status: 'refused' });
    await page.getByText('Its node discloses none of it').waitFor();
    expect(await page.getByText('gnp.exe').count()).toBe(0);
    await page.getByRole('button', ASK).waitFor();
  });

  test('never asked for anything elsewhere, and nothing was refused by its policy', () => {
    expect(auditor.complaints).toEqual([]);
    expect(dashboard.world.faults).toEqual([]);
  });
});
