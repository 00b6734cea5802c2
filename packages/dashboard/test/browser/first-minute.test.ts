/** `npm start`, as a visitor: the printed link, decisions as they arrive, why one was denied, a held call approved with the visitor's own passkey, and a receipt verified by the browser. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { BROWSER, expectAccessible, screenshot } from './harness.ts';
import { usePasskeys } from './open-dashboard.ts';

const PROGRAM = join(import.meta.dirname, '../../../../examples/first-minute/main.ts');
const LINK = /http:\/\/\S+#link=\S+/;

describe.skipIf(BROWSER === undefined)('the first minute', () => {
  let program: ChildProcess;
  let browser: Browser;
  let page: Page;
  let said = '';
  const errors: string[] = [];

  beforeAll(async () => {
    program = spawn(process.execPath, [PROGRAM, '--live'], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [program.stdout, program.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (said += text));
    await vi.waitFor(
      () => {
        if (!LINK.test(said)) throw new Error(`no link was printed: ${said}`);
      },
      { timeout: 240_000, interval: 100 },
    );
    browser = await chromium.launch({
      executablePath: BROWSER ?? '',
      args: ['--no-sandbox', '--disable-gpu'],
    });
    const context = await browser.newContext({
      viewport: { width: 1_280, height: 800 },
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(60_000);
    context.on('weberror', (thrown) => errors.push(String(thrown.error())));
    page = await context.newPage();
    await usePasskeys(page);
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    program?.kill('SIGTERM');
    if (program?.exitCode === null) await once(program, 'exit');
  }, 60_000);

  test('ends with a visitor who has watched, seen why one was denied, approved one, and verified a receipt', async () => {
    await page.goto(LINK.exec(said)?.[0] ?? '');
    await page.click('#enter');
    await page.waitForSelector('#inside:not([hidden])');
    await page.goto(new URL('/live', page.url()).href);
    const steps = page.getByRole('region', { name: 'First steps' });
    const next = (title: string): Promise<void> =>
      steps.locator('[aria-current=step]').filter({ hasText: title }).waitFor();

    // 1. Decisions arrive by themselves.
    await next('See why one was denied');
    await expectAccessible(page);
    await screenshot(page, 'first-minute');

    // 2. Why was this one denied?
    await steps.getByRole('link', { name: 'Show denied ones' }).click();
    await page.waitForURL(/verdict=deny/);
    // A line of the list, not the word above it: there may be none yet.
    const line = page.getByRole('row').filter({ hasText: 'stay-in-out' }).first();
    await line.getByText('files/write_file').click();
    await page.getByRole('complementary', { name: 'Decision' }).getByText('never ran').waitFor();
    await next('Approve one');

    // 3. The held call is shown with what would run, and is signed.
    await steps.getByRole('link', { name: 'Go to approvals' }).click();
    await page.getByRole('heading', { name: 'Approvals' }).waitFor();
    await page.getByText('memory/delete_entities').first().waitFor();
    await page.getByRole('button', { name: /^Approve/ }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByLabel('Reason').fill('Ada asked for it.');
    await dialog.getByRole('button', { name: 'Sign and approve' }).click();
    // It ran: its node says so, here.
    await page.getByText('approved, ran', { exact: true }).first().waitFor();
    await next('Verify a receipt');

    // 4. The browser checks the proof by itself.
    await steps.getByRole('link', { name: 'Go to the log' }).click();
    await page.getByRole('row').nth(1).click();
    await page.getByRole('button', { name: /^Verify here/ }).click();
    await page.locator('[data-verified=true]').waitFor();
    await steps.getByText('That was all of it').waitFor();
    expect(errors).toEqual([]);
  }, 300_000);
});
