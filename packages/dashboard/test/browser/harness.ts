/** What tests of pages ask of a browser, beside the interface in it. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

export {
  BROWSER,
  type Dashboard,
  type DashboardOptions,
  openDashboard,
  type Visitor,
} from './open-dashboard.ts';

/** Where pictures go: `WRIT_PICTURES=docs/images/dashboard`. Nowhere otherwise, so that a run of the tests changes no file. */
const PICTURES = process.env['WRIT_PICTURES'];

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** WCAG 2.2 A and AA as far as axe-core sees, as the page stands. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(AXE);
  const found: unknown = await page.evaluate(`axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }).then(({ violations }) => violations.map(({ id, nodes }) => ({
    id, nodes: nodes.slice(0, 5).map(({ target, failureSummary }) => target.join(' ') + ': ' + failureSummary),
  })))`);
  expect(found).toEqual([]);
}

/** Nothing is wider than the window, so that nothing is read by scrolling sideways (WCAG 2.2 §1.4.10). */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const wide = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  expect(wide).toBeLessThanOrEqual(0);
}

/** Pictures of the page in both themes, `NAME-light.png` and `NAME-dark.png`, where they are wanted. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  mkdirSync(PICTURES, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(PICTURES, `${name}-${colorScheme}.png`) });
  }
  await page.emulateMedia({ colorScheme: 'light' });
}
