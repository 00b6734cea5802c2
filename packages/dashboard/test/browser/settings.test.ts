// Who may do what here? Settings in a real browser; people who come in by a passkey, and by a real identity provider.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createIdentityProvider, IDENTITY_PROVIDER, type IdentityProvider } from '@writ/server';
import { startProvider } from '../../../server/test/identity-provider.ts';
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

vi.setConfig({ testTimeout: 240_000, hookTimeout: 180_000 });

/** Where the pages of the provider of the test have a font from. */
const OF_ITS_PAGES = 'https://fonts.googleapis.com/';
const TABS = [
  'people',
  'teams',
  'sign-in',
  'tokens',
  'channels',
  'review',
  'providers',
  'emergency',
  'appearance',
];

describe.skipIf(BROWSER === undefined)('the settings', () => {
  let dashboard: Dashboard;
  let admin: Visitor;
  const providers: IdentityProvider[] = [];
  beforeAll(async () => {
    dashboard = await openDashboard({ identityProviders: providers });
    admin = await dashboard.signIn(['admin'], 'Ada');
  });
  afterAll(() => dashboard.close());

  test('a person is added with roles, and comes in by the link that is shown once, with a passkey', async () => {
    const page = await admin.openPage('/settings');
    await page.getByRole('row').filter({ hasText: 'Ada' }).filter({ hasText: 'you' }).waitFor();
    await page.getByRole('button', { name: 'Add a person' }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill(`Bo ${HOSTILE_NAME}`);
    await dialog.getByLabel(/^writer/).check();
    await dialog.getByRole('button', { name: 'Add, and make a link' }).click();
    const link = await dialog.getByLabel('Link', { exact: true }).innerText();
    await screenshot(page, 'settings-invitation');
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.reload();
    await page.getByRole('row').filter({ hasText: 'alert(1)' }).filter({ hasText: 'invited' }).waitFor();
    expect(await page.content()).not.toContain(link);
    const bo = await dashboard.visit();
    const session = await bo.context.newCDPSession(bo.page);
    await session.send('WebAuthn.enable');
    await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await bo.page.goto(link);
    await bo.page.click('#enter');
    await bo.page
      .getByRole('button', { name: /^Account of Bo/ })
      .or(bo.page.locator('#inside:not([hidden])'))
      .first()
      .waitFor();
    await page.reload();
    await page.getByRole('row').filter({ hasText: 'alert(1)' }).waitFor();
    await page
      .getByRole('row')
      .filter({ hasText: 'alert(1)' })
      .filter({ hasText: 'invited' })
      .waitFor({ state: 'detached' });
    await page.getByRole('row').filter({ hasText: 'alert(1)' }).click();
    await page.getByRole('complementary').locator('h2 .agent-mark').first().waitFor();
    await screenshot(page, 'settings-person');
  });

  test('a token is shown once, is good, and is revoked', async () => {
    const page = await admin.openPage('/settings?tab=tokens');
    await page.getByRole('button', { name: 'Make a token' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill('build');
    await dialog.getByRole('button', { name: 'Make', exact: true }).click();
    const token = await dialog.getByLabel('Token', { exact: true }).innerText();
    const { organisation } = dashboard.world;
    const as = { id: admin.id, organisation, token };
    expect((await dashboard.world.send('GET', '/v1/me', { as })).body.name).toBe('Ada');
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('You have no API token').waitFor();
    expect((await dashboard.world.send('GET', '/v1/me', { as })).status).toBe(401);
  });

  test('somebody comes in by a real identity provider, whose settings are shown and cannot be changed', async () => {
    const { world, url } = dashboard;
    const callback = `${url}/v1/sign-in/providers/idp/callback`;
    const provider = await startProvider([callback], 'RS256', 'pages');
    provider.person = { id: 'ann', claims: { name: 'Ann', groups: ['Developers'] } };
    const settings = IDENTITY_PROVIDER.parse({
      id: 'idp',
      name: 'Example IdP',
      organisation: world.organisation,
      issuer: provider.issuer,
      clientId: 'plane',
      createPeople: true,
      clientSecretEnv: 'IDP_SECRET',
      groups: [{ group: 'Developers', roles: ['writer'] }],
    });
    providers.push(
      createIdentityProvider(settings, {
        secret: () => 'a-secret-of-the-test',
        now: () => world.clock.now(),
      }),
    );
    const ann = await dashboard.visit();
    await ann.page.goto(`${url}/agents`);
    await ann.page.getByRole('button', { name: /Example IdP/ }).click();
    await ann.page.locator('input[name=login]').fill('ann');
    await ann.page.locator('input[name=password]').fill('any');
    await ann.page.locator('input[name=password]').press('Enter');
    await ann.page.locator('button[type=submit]').click();
    await ann.page.getByRole('button', { name: 'Account of Ann' }).waitFor();
    await ann.page.getByRole('heading', { name: 'Agents', level: 1 }).waitFor();
    expect(
      ann.complaints.filter((one) => !one.includes(provider.issuer) && !one.includes(OF_ITS_PAGES)),
    ).toEqual([]);
    const page = await admin.openPage('/settings?tab=providers');
    await page.getByRole('row', { name: /Developers writer/ }).waitFor();
    expect(await page.getByRole('main').innerText()).not.toMatch(/a-secret-of-the-test|IDP_SECRET/);
    await screenshot(page, 'settings-providers');
    providers.length = 0;
  });

  test('each part is an address, and has no violation that axe-core finds, in both themes and at 400 %', async () => {
    for (const tab of TABS) {
      const page = await admin.openPage(`/settings?tab=${tab}`);
      await page.getByRole('tabpanel').waitFor();
      await page.getByRole('status').filter({ hasText: 'Loading' }).first().waitFor({ state: 'detached' });
      await expectAccessible(page);
      await page.emulateMedia({ colorScheme: 'dark' });
      await expectAccessible(page);
      await page.emulateMedia({ colorScheme: 'light' });
      await page.setViewportSize({ width: 320, height: 640 });
      await expectNoSidewaysScroll(page);
      await page.setViewportSize({ width: 1_280, height: 800 });
      await screenshot(page, `settings-${tab}`);
    }
  });

  test('never asked for anything elsewhere, and nothing was refused by its policy', () => {
    expect(admin.complaints).toEqual([]);
    expect(dashboard.world.faults).toEqual([]);
  });
});
