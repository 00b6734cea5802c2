// A list on paper: what is at hand, and not only what was seen.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { BROWSER, type Dashboard, openDashboard } from './harness.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const RECEIPTS = 150;

describe.skipIf(BROWSER === undefined)('a list that is printed', () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await openDashboard();
    const { plane, organisation, clock } = dashboard.world;
    const node = plane.newId();
    const of = { organisation, node, origin: 'printed.example/log', kind: 'decision', verdict: 'allow' };
    const empty = { outcome: null, code: null, method: 'tools/call', policy_hash: null, policies: null };
    const rows = Array.from({ length: RECEIPTS }, (_, idx) => ({
      ...of,
      ...empty,
      idx,
      id: plane.newId(),
      decision_of: null,
      took_us: null,
      time: clock.now(),
    }));
    await plane.tables.insertInto('receipts').values(rows).execute();
  });
  afterAll(() => dashboard?.close());

  test('has every row that was loaded, and is as it was afterwards', async () => {
    const auditor = await dashboard.signIn(['auditor'], 'Ines');
    const page = await auditor.openPage('/log');
    const rows = page.getByRole('table').locator('[data-row]');
    await rows.nth(5).waitFor();
    // Both pages are there.
    await expect.poll(() => page.getByRole('table').getAttribute('aria-rowcount')).toBe(`${RECEIPTS + 1}`);
    const seen = await rows.count();
    expect(seen).toBeLessThan(RECEIPTS);
    await page.evaluate(`addEventListener('beforeprint', () => {
      globalThis.printed = document.querySelectorAll('[role=table] [data-row]').length;
    })`);
    await page.pdf();
    expect(await page.evaluate('globalThis.printed')).toBe(RECEIPTS);
    await expect.poll(() => rows.count()).toBeLessThan(RECEIPTS);
    expect(auditor.complaints).toEqual([]);
  });
});
