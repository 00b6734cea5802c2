// Policies in a real browser: written with their errors in place, sent, reviewed by somebody else, signed outside, and rolled out.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { PERMIT, RollOutWorld, setOf } from '../../../server/test/roll-out.ts';
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

const SHELL = '@id("no-shell") forbid (principal, action == Action::"shell/run", resource);';
const WRIT = join(import.meta.dirname, '../../../cli/src/main.ts');

/** Runs `writ` in `folder`; what it prints. */
function writ(folder: string, ...args: readonly string[]): string {
  return execFileSync(process.execPath, [WRIT, ...args], { cwd: folder, encoding: 'utf8' });
}

/** Makes the key that signs, and answers its public half. */
function newKey(folder: string): string {
  writeFileSync(join(folder, 'passphrase'), 'correct horse battery staple\n');
  const said = writ(
    folder,
    'policy',
    'new-key',
    'policy.key',
    '--name',
    'acme/policy',
    '--passphrase-file',
    'passphrase',
  );
  return said.split('\n')[0] ?? '';
}

/** The envelope that `writ policy sign` makes of `files` as bundle `number`. */
function signed(
  folder: string,
  organisation: string,
  files: ReturnType<typeof setOf>,
  number: number,
): string {
  rmSync(join(folder, 'acme'), { recursive: true, force: true });
  for (const { path, text } of files) {
    const file = join(folder, 'acme', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  writeFileSync(
    join(folder, 'bundle.yaml'),
    `organisation: ${organisation}\nenvironment: production\npolicies: acme\nmax_age: 7d\noffline: cached_with_expiry\n`,
  );
  const after = number === 1 ? [] : ['--after', `bundle-${number - 1}.json`];
  const key = ['--key', 'policy.key', '--passphrase-file', 'passphrase'];
  writ(folder, 'policy', 'sign', 'bundle.yaml', ...key, '--out', `bundle-${number}.json`, ...after);
  return readFileSync(join(folder, `bundle-${number}.json`), 'utf8');
}

const HOSTILE = `<script>document.title='stolen'</script> \u202egnp.exe \u200b pаyment ${'long '.repeat(300)}`;

describe.skipIf(BROWSER === undefined)('the page Policies', () => {
  let dashboard: Dashboard;
  let here: RollOutWorld;
  let writer: Visitor;
  let admin: Visitor;
  beforeAll(async () => {
    dashboard = await openDashboard();
    here = new RollOutWorld(dashboard.world);
    writer = await dashboard.signIn(['writer'], 'Ada');
    admin = await dashboard.signIn(['admin'], 'Grace');
  });
  afterAll(() => dashboard.close());

  test('says what will appear, and the command that makes it appear, while there is nothing', async () => {
    const page = await writer.openPage('/policies');
    await page.getByText('No policy has been sent').waitFor();
    await page.getByText('writ policy push').waitFor();
    await expectAccessible(page);
    await screenshot(page, 'policies-empty');
  });

  test('what is wrong is shown where it stands, and what is right is sent for review', async () => {
    const page = await writer.openPage('/policies/edit');
    await page.getByText('It loads: 1 policy').waitFor();
    await page.getByText('2 of 2 pass').waitFor();
    const text = page.getByRole('textbox', { name: 'Text of the file' });
    await text.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('@id("no-shell")\nforbid (principal, action == Action::"shell/run", resorce);');
    await page.getByText('it does not load').waitFor();
    expect(await page.getByRole('button', { name: 'Send for review' }).isDisabled()).toBe(true);
    await page.locator('.cm-lintRange-error').first().waitFor();
    await page
      .getByRole('button', { name: /organisation\/main\.cedar:\d+:\d+/ })
      .first()
      .waitFor();
    await expectAccessible(page);
    await screenshot(page, 'policies-error');
    for (const _ of 'resorce);') await page.keyboard.press('Backspace');
    await page.keyboard.type('resource);');
    await page.getByText('It loads: 2 policies').waitFor();
    await screenshot(page, 'policies-edit');
    await page.getByRole('button', { name: 'Send for review' }).click();
    await page.getByLabel('Reason').fill(HOSTILE.slice(0, 400));
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('heading', { name: 'main' }).waitFor();
    await page.getByText('in review, 1 approval missing').waitFor();
    await page.getByText('You wrote it').waitFor();
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    expect(await page.title()).not.toBe('stolen');
    expect(await page.locator('.agent-mark').count()).toBeGreaterThan(0);
    const { body } = await dashboard.world.send('GET', '/v1/policy-versions', {
      as: here.world.people.reader,
    });
    expect(body.items).toHaveLength(1);
    expect(body.items[0]).toMatchObject({ authors: [writer.id], cases: { passed: 2, failed: 0 } });
  });

  test('somebody else reads what changes, and approves it by keyboard with a reason', async () => {
    const page = await admin.openPage('/policies');
    await page.getByRole('row').nth(1).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: 'Changes' }).click();
    await page.getByText('no-shell', { exact: false }).first().waitFor();
    await expectAccessible(page);
    await page.getByRole('tab', { name: 'Tests and review' }).click();
    await page.keyboard.press('a');
    await page.getByRole('alertdialog').getByText('2 of 2 tests pass').waitFor();
    await page.getByLabel('Reason').fill('read it');
    await page.getByRole('button', { name: 'Approve' }).last().click();
    await page.getByText('It is approved already').waitFor();
    await expectAccessible(page);
    await screenshot(page, 'policies-review');
  });

  test('a refusal says what stands in the way, and nothing is done', async () => {
    const { body } = await here.propose([...setOf(PERMIT, 'deny', 'failing')]);
    const page = await admin.openPage(`/policies/${body.id}`);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByLabel('Reason').fill('hurry');
    await page.getByRole('button', { name: 'Approve' }).last().click();
    await page.getByText('Nothing was done: 1 of its cases fail').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('in review, 1 approval missing').waitFor();
  });

  test('what was signed outside by `writ policy sign` goes through shadow and a canary to everywhere, or back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'writ-policies-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const anchor = newKey(folder);
    await dashboard.world.send('POST', '/v1/bundle-anchors', {
      as: here.world.people.admin,
      body: { name: 'policy key', key: anchor },
    });
    const { id: first } = await here.approved(setOf(PERMIT, 'allow'));
    const { id: second } = await here.approved(setOf(`${PERMIT}\n${SHELL}`, 'allow'));
    const page = await admin.openPage(`/policies/${first}?tab=rollout`);
    const give = async (version: string, text: string): Promise<void> => {
      await admin.openPage(`/policies/${version}?tab=rollout`);
      await page.getByText(`--version-id ${version}`).waitFor();
      await page.getByRole('button', { name: 'Give the signed bundle' }).click();
      await page.getByLabel('Envelope', { exact: true }).fill(text);
      await page.getByRole('button', { name: 'Give it' }).click();
    };
    const step = async (button: string, verb: string, reason?: string): Promise<void> => {
      await page.getByRole('button', { name: button }).click();
      const dialog = page.getByRole('alertdialog');
      if (reason !== undefined) await dialog.getByLabel('Reason').fill(reason);
      await dialog.getByRole('button', { name: verb, exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
    };
    const stage = (name: string) => page.locator('[aria-current=step]').filter({ hasText: name });
    const sign = (files: ReturnType<typeof setOf>, number: number): string =>
      signed(folder, here.world.organisation, files, number);
    const one = sign(setOf(PERMIT, 'allow'), 1);
    // Another version's policies are not taken as this one's.
    await give(second, one);
    await page.getByText('Nothing was done').waitFor();
    await give(first, one);
    await page.getByText('In force: nothing').waitFor();
    await step('Everywhere', 'Everywhere');
    await stage('everywhere').waitFor();
    await give(second, sign(setOf(`${PERMIT}\n${SHELL}`, 'allow'), 2));
    await page.getByRole('button', { name: 'Start in shadow' }).waitFor();
    await step('Start in shadow', 'Start');
    await stage('shadow').waitFor();
    await give(first, sign(setOf(PERMIT, 'allow'), 3));
    await page.getByText('was taken').waitFor();
    await admin.openPage(`/policies/${second}?tab=rollout`);
    await step('To a canary', 'To a canary');
    await stage('canary 5 %').waitFor();
    await expectAccessible(page);
    await screenshot(page, 'policies-rollout');
    await step('Stop and go back', 'Stop', 'errors rose');
    await page.getByText('errors rose').waitFor();
    const rollout = await here.rollout();
    expect(rollout.body.candidate).toBeUndefined();
    const back = await dashboard.world.send('GET', `/v1/bundles/${rollout.body.stable}`, {
      as: here.world.people.admin,
    });
    expect(back.body).toMatchObject({ version: 3, policyVersion: first });
    await give(second, sign(setOf(`${PERMIT}\n${SHELL}`, 'allow'), 4));
    await step('Everywhere', 'Everywhere');
    await stage('everywhere').waitFor();
  });

  test('everything is read at 400 %, and nothing leaves or runs that must not', async () => {
    await admin.page.setViewportSize({ width: 320, height: 640 });
    for (const path of ['/policies', '/policies/edit']) {
      const page = await admin.openPage(path);
      await page.waitForLoadState('networkidle');
      await expectNoSidewaysScroll(page);
    }
    await admin.page.setViewportSize({ width: 1_280, height: 800 });
    const page = await admin.openPage('/policies');
    await page.getByText('refused').first().waitFor({ state: 'attached' });
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page);
    await screenshot(page, 'policies');
    expect([...writer.complaints, ...admin.complaints]).toEqual([]);
    expect(dashboard.world.faults).toEqual([]);
  });
});
