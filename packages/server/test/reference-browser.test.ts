// The reference page of the API in a real browser: every route is there to be read, nothing is refused by its policy, nothing is too wide for a phone.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Chromium, findChromium, openChromium } from '../../../scripts/testing/chromium.ts';
import { listen, type Listening, ROUTES } from '../src/index.ts';
import { openWorld, type World } from './world.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const chromium = findChromium('the reference page in a browser');
let browser: Chromium;
let world: World;
let listening: Listening;
beforeEach(async () => {
  if (chromium === undefined) return;
  browser = await openChromium(chromium);
  const opened = await openWorld('sqlite');
  if (opened === undefined) throw new Error('no world');
  world = opened;
  listening = await listen({ port: 0, fetch: (request) => world.api.fetch(request) });
});
afterEach(async () => {
  if (chromium === undefined) return;
  await browser.close();
  await listening.close(0);
  await world.close();
});

test.skipIf(chromium === undefined)(
  'every route can be read there, on a phone too, and nothing is refused',
  async () => {
    const page = await browser.openPage();
    await page.send('Emulation.setDeviceMetricsOverride', {
      width: 390,
      height: 844,
      deviceScaleFactor: 1,
      mobile: true,
    });
    await page.open(`${listening.url}/v1/reference`);
    const shown = await page.read(
      `[...document.querySelectorAll('section')].map((one) => one.querySelector('h3').innerText.replace(/\\s+/g, ' ').toLowerCase())`,
    );
    expect(shown).toEqual(
      expect.arrayContaining(ROUTES.map(({ method, path }) => `${method} ${path}`.toLowerCase())),
    );
    const linked = await page.read(
      `[...document.querySelectorAll('nav a')].every((a) => document.getElementById(a.hash.slice(1)) !== null)`,
    );
    expect(linked).toBe(true);
    if (process.env['WRIT_PICTURES'] !== undefined)
      await page.screenshot(`${process.env['WRIT_PICTURES']}/reference.png`);
    await page.read(`document.querySelectorAll('details').forEach((one) => (one.open = true))`);
    expect(await page.read('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect(await page.read(`getComputedStyle(document.body).maxWidth`)).not.toBe('none');
    expect(page.complaints).toEqual([]);
  },
);
