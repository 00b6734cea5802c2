// The log: what nodes recorded, found by what it is found by, and verified in the browser against the log of a real node.
import { readFileSync } from 'node:fs';
import type { EntryDetail, EntryDraft } from '@writ/core';
import { disclosedFields } from '@writ/core/records';
import { sampleDecision, sampleDraft, sampleHash } from '@writ/core/testing';
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
const FIELDS = ['subject', 'session', 'target', 'input'];

describe.skipIf(BROWSER === undefined)('the log', () => {
  let dashboard: Dashboard;
  let auditor: Visitor;
  const nodes: LoggingNode[] = [];
  let node: LoggingNode;

  beforeAll(async () => {
    dashboard = await openDashboard({ mirrorSigners: [MIRROR] });
    const { world } = dashboard;
    node = await openLoggingNode(world, nodes);
    const decided: number[] = [];
    const decide = async (agent: string, tool: string, verdict: 'allow' | 'deny', policy: string) => {
      const index = await write(
        {
          kind: 'decision',
          decision: sampleDecision({ verdict, determining: [{ id: policy, contentHash: sampleHash('1') }] }),
        },
        {
          committed: {
            subject: { agent: { id: agent }, person: { id: 'ada', roles: [] } },
            session: { id: `of-${agent.slice(0, 20)}` },
            target: [[tool, 'tool', tool, null]],
          },
          input: { labels: ['source:web'], findings: [] },
          ...(verdict === 'allow' ? { effects: [{ type: 'open', digest: `${agent}/${tool}` }] } : {}),
        },
      );
      decided.push(index);
      return index;
    };
    const first = await decide('billing-agent', 'payments/refund', 'allow', 'refunds-up-to-100');
    await write({ kind: 'outcome', outcome: 'performed', decisionOf: first });
    await decide('billing-agent', 'payments/refund', 'deny', 'refunds-up-to-100');
    await decide('research-agent', 'web/fetch', 'allow', 'web-is-read');
    await decide(HOSTILE, `evil/${HOSTILE}`, 'deny', 'no-strangers');
    await node.log.publish();
    await replicated(world, node);
    const entries = decided.map((index) => ({
      index,
      fields: disclosedFields(node.log.reader, index, FIELDS).map((field) => ({ ...field })),
    }));
    const batch = { from: 0, upTo: node.log.reader.size(), entries };
    const came = await ask(world, node, 'POST', '/v1/node/facts', batch);
    if (came.status !== 200) throw new Error(`refused: ${came.status}`);
    auditor = await dashboard.signIn(['auditor'], 'Ines');
  });
  afterAll(async () => {
    await closeLoggingNodes(nodes);
    await dashboard?.close();
  });

  async function write(detail: EntryDetail, rest: Partial<EntryDraft> = {}): Promise<number> {
    const time = dashboard.world.clock.now();
    const result = await node.log.writer.append(sampleDraft(detail, { time, tenant: 'default', ...rest }));
    if (result.status === 'refused') throw new Error(result.refusal);
    return result.index;
  }
  const rows = (page: Visitor['page']) => page.getByRole('table').locator('[data-row]');
  /** Opens the denied refund. */
  async function openDenied(): Promise<Visitor['page']> {
    const page = await auditor.openPage('/log?verdict=deny&agent=billing-agent');
    await rows(page).first().click();
    await page.getByRole('button', { name: 'Verify here' }).waitFor();
    return page;
  }
  const statusOf = (page: Visitor['page'], name: string) =>
    page.locator(`[data-check=${name}]`).getAttribute('data-status');
  async function verified(page: Visitor['page']): Promise<string | null> {
    await page.getByRole('button', { name: 'Verify here' }).click();
    const said = page.locator('[data-verified=true], [data-verified=false]');
    await said.waitFor();
    return said.getAttribute('data-verified');
  }

  test('lists what nodes recorded, and finds it by agent, tool, verdict and policy, in the address', async () => {
    const page = await auditor.openPage('/log');
    await rows(page).nth(4).waitFor();
    await screenshot(page, 'log');
    await page.getByLabel('Verdict').selectOption('deny');
    await page.waitForURL('**/log?verdict=deny');
    await expect.poll(() => rows(page).count()).toBe(2);
    await page.getByLabel('Agent').fill('billing-agent');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/log?agent=billing-agent&verdict=deny');
    await expect.poll(() => rows(page).count()).toBe(1);
    for (const [query, count] of [
      ['policy=refunds-up-to-100', 2],
      ['tool=web%2Ffetch', 1],
      ['kind=outcome', 1],
      ['session=of-billing-agent', 2],
      ['to=2001-01-01T00%3A00', 0],
    ] as const) {
      await auditor.openPage(`/log?${query}`);
      if (count === 0)
        await page.getByRole('heading', { name: 'Nothing was recorded that is like this' }).waitFor();
      else
        await rows(page)
          .nth(count - 1)
          .waitFor();
      expect(await rows(page).count(), query).toBe(count);
    }
  });

  test('a receipt of a real node is verified in the browser, each check by itself', async () => {
    const page = await openDenied();
    expect(await verified(page)).toBe('true');
    for (const name of ['entry', 'inclusion', 'checkpoint', 'cosignature', 'disclosed'])
      expect(await statusOf(page, name), name).toBe('passed');
    await page.getByText('shown and proven when the node was enrolled').waitFor();
    await screenshot(page, 'log-verified');
    await expectAccessible(page);
  });

  test.each<[string, (body: Record<string, unknown>) => void, readonly string[]]>([
    [
      'the entry',
      (body) => void (body['entry'] = flipped(String(body['entry']))),
      ['entry', 'inclusion', 'disclosed'],
    ],
    [
      'the path',
      (body) => {
        const lines = String(body['proof']).split('\n');
        lines[2] = flipped(lines[2] ?? '');
        body['proof'] = lines.join('\n');
      },
      ['inclusion'],
    ],
    [
      'what was disclosed',
      (body) => {
        const [first] = body['disclosed'] as { value: unknown }[];
        if (first !== undefined) first.value = { agent: { id: 'somebody-else' } };
      },
      ['disclosed'],
    ],
    [
      'the keys',
      (body) => {
        const keys = body['keys'] as { key: string; of: string }[];
        for (const key of keys) if (key.of === 'log') key.key = key.key.replace(/^[^+]+/, 'other');
      },
      ['checkpoint', 'cosignature'],
    ],
  ])('one byte of %s that the server changed fails, and says which check', async (what, change, failing) => {
    const page = await openDenied();
    await page.route('**/v1/receipts/*/proof', async (route) => {
      const response = await route.fetch();
      const body = (await response.json()) as Record<string, unknown>;
      change(body);
      await route.fulfill({ response, json: body });
    });
    expect(await verified(page)).toBe('false');
    const failed = await Promise.all(
      (await page.locator('[data-check][data-status=failed]').all()).map((one) =>
        one.getAttribute('data-check'),
      ),
    );
    await page.unroute('**/v1/receipts/*/proof');
    expect(failed, what).toEqual(failing);
    if (what === 'the entry') {
      await screenshot(page, 'log-tampered');
      await expectAccessible(page);
    }
  });

  test('a server that shows another entry than it proves is found out', async () => {
    const page = auditor.page;
    await page.route(/\/v1\/receipts\/[0-9A-Z]{26}$/, async (route) => {
      const response = await route.fetch();
      const text = (await response.text()).replaceAll('"deny"', '"allow"');
      await route.fulfill({ response, body: text });
    });
    await openDenied();
    expect(await verified(page)).toBe('false');
    expect(await statusOf(page, 'entry')).toBe('failed');
    await page.unroute(/\/v1\/receipts\/[0-9A-Z]{26}$/);
  });

  test('who brings a key of their own believes it alone', async () => {
    const page = await openDenied();
    expect(await verified(page)).toBe('true');
    await page.getByRole('button', { name: 'Bring a key of your own' }).click();
    await page.getByLabel('The log’s verifier key').fill('nonsense');
    await page.getByRole('button', { name: 'Believe this key alone' }).click();
    await page.getByRole('alert').filter({ hasText: 'no verifier key' }).waitFor();
    const shown = await dashboard.world.send('GET', `/v1/nodes/${node.id}`, {
      as: dashboard.world.people.reader,
    });
    await page.getByLabel('The log’s verifier key').fill(String(shown.body.logKeys[0]));
    await page.getByRole('button', { name: 'Believe this key alone' }).click();
    await page.getByText('brought by you').waitFor();
    await page.locator('[data-verified=true]').waitFor();
    await page.evaluate('localStorage.clear()');
  });

  test('the proof and the entry are files that the command line checks', async () => {
    const page = await openDenied();
    await verified(page);
    const saved = async (name: string): Promise<string> => {
      const coming = page.waitForEvent('download');
      await page.getByRole('button', { name, exact: true }).click();
      return readFileSync(await (await coming).path(), 'utf8');
    };
    const [proof, entry] = [await saved('Proof'), await saved('Entry')];
    expect(proof).toMatch(/^c2sp\.org\/tlog-proof@v1\nindex \d+\n/);
    expect(JSON.parse(entry)).toMatchObject({ kind: 'decision', decision: { verdict: 'deny' } });
    await page.getByText('writ witness verify').waitFor();
  });

  test('what was found is exported, receipt by receipt, and nothing else', async () => {
    const page = await auditor.openPage('/log?tool=payments%2Frefund');
    await rows(page).nth(1).waitFor();
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    const lines = readFileSync(await (await coming).path(), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { verdict: 'deny', tool: 'payments/refund', agent: 'billing-agent' },
      { verdict: 'allow', tool: 'payments/refund', agent: 'billing-agent' },
    ]);
    await page.getByText('2 receipts are in receipts-').waitFor();
  });

  test('needs no mouse, and gives the focus back', async () => {
    const page = await auditor.openPage('/log');
    await rows(page).first().focus();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL('**open=*');
    await page.getByRole('button', { name: 'Verify here' }).waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => !url.search.includes('open'));
    expect(await page.evaluate('document.activeElement.dataset.row')).toBe('1');
  });

  test('what an agent wrote neither runs nor breaks the page, in either theme and at 400 % zoom', async () => {
    const page = await auditor.openPage('/log?policy=no-strangers');
    await rows(page).first().click();
    await page.getByText('U+202E').first().waitFor();
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      await expectAccessible(page);
    }
    await expectNoSidewaysScroll(page);
    await screenshot(page, 'log-hostile');
    await page.setViewportSize({ width: 320, height: 640 });
    await expectNoSidewaysScroll(page);
    await screenshot(page, 'log-320');
    await page.setViewportSize({ width: 1_280, height: 800 });
  });

  test('a receipt is a page of its own', async () => {
    const page = await openDenied();
    await page.getByRole('link', { name: 'Open as page' }).click();
    await page.waitForURL(/\/log\/[0-9A-Z]{26}$/);
    expect(await verified(page)).toBe('true');
    await auditor.openPage('/log/nonsense');
    await page.getByRole('heading', { name: 'There is no such receipt' }).waitFor();
  });

  test('says what failed, and what to do, to whoever may not read the record', async () => {
    const reader = await dashboard.signIn(['reader'], 'Rob');
    const page = await reader.openPage('/log');
    await page.getByRole('alert').filter({ hasText: 'Could not load receipts' }).waitFor();
    await screenshot(page, 'log-error');
    expect(reader.complaints).toEqual([]);
  });

  test('never asked for anything elsewhere, and nothing was refused by its policy', () => {
    expect(auditor.complaints).toEqual([]);
    expect(dashboard.world.faults).toEqual([]);
  });
});

describe.skipIf(BROWSER === undefined)('the log of a control plane without nodes', () => {
  test('says what will appear, and the command that makes it appear', async () => {
    const dashboard = await openDashboard();
    const auditor = await dashboard.signIn(['auditor'], 'Ines');
    const page = await auditor.openPage('/log');
    await page.getByRole('heading', { name: 'No entries yet' }).waitFor();
    await screenshot(page, 'log-empty');
    await expectAccessible(page);
    expect(auditor.complaints).toEqual([]);
    await dashboard.close();
  });
});

/** With one bit turned. */
function flipped(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  return bytes.toString('base64');
}
