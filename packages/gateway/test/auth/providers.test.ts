// Tokens as Okta, Entra ID, Google Workspace and Keycloak write them, against the configuration that the guide gives for each.
import { beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '@writ/core';
import {
  type AuthWorld,
  authWorld,
  type IssuerKey,
  issuerKey,
  type Page,
  seconds,
  signed,
} from './issuer.ts';

const RESOURCE = 'https://gateway.example.com/mcp';
const TENANT = '11111111-2222-3333-4444-555555555555';
const OTHER_TENANT = '99999999-2222-3333-4444-555555555555';
const API = 'aaaaaaaa-0000-0000-0000-000000000001';
const CLIENT = 'bbbbbbbb-0000-0000-0000-000000000002';
const OID = 'cccccccc-0000-0000-0000-000000000003';

let key: IssuerKey;
let strange: IssuerKey;

beforeAll(async () => {
  [key, strange] = await Promise.all([issuerKey('key-1'), issuerKey('key-1')]);
});

interface Provider {
  readonly yaml: string;
  readonly issuer: string;
  readonly metadata: string;
  readonly header?: JsonObject;
  readonly claims: (at: (offset: number) => number) => JsonObject;
}

const OKTA: Provider = {
  yaml: `
resource: ${RESOURCE}
scopes: {required: [mcp.use]}
issuers:
  okta:
    preset: okta
    issuer: https://example.okta.com/oauth2/default
    audience: api://writ
`,
  issuer: 'https://example.okta.com/oauth2/default',
  metadata: 'https://example.okta.com/oauth2/default/.well-known/openid-configuration',
  header: { typ: undefined as never },
  claims: (at) => ({
    ver: 1,
    jti: 'AT.4pPhLT8vBwEzGYhqB0SFm2r0dSkKcEhZ',
    iss: 'https://example.okta.com/oauth2/default',
    aud: 'api://writ',
    iat: at(-10),
    exp: at(3600),
    cid: '0oa1bot',
    uid: '00u1ann',
    scp: ['openid', 'mcp.use'],
    auth_time: at(-60),
    sub: 'ann@example.com',
    groups: ['Everyone', 'Finance'],
  }),
};

const ENTRA: Provider = {
  yaml: `
resource: ${RESOURCE}
scopes: {required: ['api://writ/mcp.use']}
issuers:
  entra:
    preset: entra
    tenant: ${TENANT}
    audience: ${API}
    roles: {names: {Payments.Approve: accountant}}
    scopes: {prefix: 'api://writ/'}
`,
  issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
  metadata: `https://login.microsoftonline.com/${TENANT}/v2.0/.well-known/openid-configuration`,
  claims: (at) => ({
    aud: API,
    iss: `https://login.microsoftonline.com/${TENANT}/v2.0`,
    iat: at(-10),
    nbf: at(-10),
    exp: at(4000),
    aio: 'AWQAm',
    azp: CLIENT,
    azpacr: '1',
    name: 'Ann Example',
    oid: OID,
    preferred_username: 'ann@example.com',
    rh: '0.A',
    roles: ['Payments.Approve', 'Unmapped.Role'],
    scp: 'mcp.use',
    sub: 'pairwise-subject',
    tid: TENANT,
    uti: 'u',
    ver: '2.0',
  }),
};

const ENTRA_V1: Provider = {
  yaml: ENTRA.yaml
    .replace('preset: entra', "preset: entra\n    version: '1'")
    .replace(`audience: ${API}`, 'audience: api://writ'),
  issuer: `https://sts.windows.net/${TENANT}/`,
  metadata: `https://login.microsoftonline.com/${TENANT}/.well-known/openid-configuration`,
  claims: (at) => {
    const { azp: _azp, azpacr: _azpacr, preferred_username: _name, ...rest } = ENTRA.claims(at);
    return {
      ...rest,
      aud: 'api://writ',
      iss: `https://sts.windows.net/${TENANT}/`,
      appid: CLIENT,
      appidacr: '1',
      amr: ['pwd', 'mfa'],
      upn: 'ann@example.com',
      ver: '1.0',
    };
  },
};

const GOOGLE: Provider = {
  yaml: `
resource: ${RESOURCE}
scopes: {required: [mcp.use]}
issuers:
  google:
    preset: google
    domain: example.com
    audience: 1234-abc.apps.googleusercontent.com
    scopes: {granted: [mcp.use]}
`,
  issuer: 'https://accounts.google.com',
  metadata: 'https://accounts.google.com/.well-known/openid-configuration',
  claims: (at) => ({
    iss: 'https://accounts.google.com',
    azp: '1234-abc.apps.googleusercontent.com',
    aud: '1234-abc.apps.googleusercontent.com',
    sub: '10769150350006150715113082367',
    hd: 'example.com',
    email: 'ann@example.com',
    email_verified: true,
    at_hash: 'HK6E_P6Dh8Y93mRNtsDB1Q',
    iat: at(-10),
    exp: at(3590),
  }),
};

const KEYCLOAK: Provider = {
  yaml: `
resource: ${RESOURCE}
scopes: {required: [mcp.use]}
issuers:
  keycloak:
    preset: keycloak
    issuer: https://id.example.com/realms/main
`,
  issuer: 'https://id.example.com/realms/main',
  metadata: 'https://id.example.com/realms/main/.well-known/openid-configuration',
  claims: (at) => ({
    exp: at(300),
    iat: at(-1),
    auth_time: at(-1),
    jti: 'onrtac:6e2c',
    iss: 'https://id.example.com/realms/main',
    aud: [RESOURCE, 'account'],
    sub: 'f:1:ann',
    typ: 'Bearer',
    azp: 'research-bot',
    sid: 's-1',
    acr: '1',
    'allowed-origins': ['/*'],
    realm_access: { roles: ['offline_access', 'accountant'] },
    resource_access: { account: { roles: ['manage-account'] } },
    scope: 'openid profile mcp.use',
    email_verified: true,
    preferred_username: 'ann',
    email: 'ann@example.com',
  }),
};

function worldOf({ yaml, issuer, metadata }: Provider, keys: readonly IssuerKey[] = [key]): AuthWorld {
  const pages: Record<string, Page> = {
    [metadata]: { issuer, jwks_uri: 'https://keys.example.com/jwks' },
    'https://keys.example.com/jwks': { keys: keys.map(({ publicJwk }) => publicJwk) },
  };
  return authWorld(yaml, pages);
}

/** What becomes of the provider's usual token with `changes`; `undefined` takes a claim away. */
async function tokenWith(provider: Provider, changes: Readonly<Record<string, unknown>>, signer = key) {
  const world = worldOf(provider);
  const whole = { ...provider.claims((offset) => seconds(world, offset)), ...changes };
  const claims = Object.fromEntries(
    Object.entries(whole).filter(([, value]) => value !== undefined),
  ) as JsonObject;
  return world.call(await signed(claims, signer, provider.header));
}

describe('the usual token of each provider names agent and person, under the name of the issuer', () => {
  test('Okta', async () => {
    expect(await tokenWith(OKTA, {})).toMatchObject({
      caller: {
        agent: { id: 'okta:0oa1bot' },
        person: { id: 'okta:ann@example.com', roles: ['okta:Everyone', 'okta:Finance'] },
        authentication: {
          method: 'oauth',
          assurance: 1,
          credentialId: 'okta:AT.4pPhLT8vBwEzGYhqB0SFm2r0dSkKcEhZ',
        },
      },
    });
  });

  test('Entra ID, with the operator’s names for roles', async () => {
    expect(await tokenWith(ENTRA, {})).toMatchObject({
      caller: { agent: { id: `entra:${CLIENT}` }, person: { id: `entra:${OID}`, roles: ['accountant'] } },
    });
  });

  test('Entra ID, tokens of version 1', async () => {
    expect(await tokenWith(ENTRA_V1, {})).toMatchObject({
      caller: {
        agent: { id: `entra:${CLIENT}` },
        person: { id: `entra:${OID}`, roles: ['accountant'], mfa: true },
      },
    });
  });

  test('Google Workspace', async () => {
    expect(await tokenWith(GOOGLE, {})).toMatchObject({
      caller: {
        agent: { id: 'google:1234-abc.apps.googleusercontent.com' },
        person: { id: 'google:10769150350006150715113082367', roles: [] },
      },
    });
  });

  test('Keycloak', async () => {
    expect(await tokenWith(KEYCLOAK, {})).toMatchObject({
      caller: {
        agent: { id: 'keycloak:research-bot' },
        person: { id: 'keycloak:ann', roles: ['keycloak:offline_access', 'keycloak:accountant'] },
      },
    });
  });
});

describe('a token about a program names no person', () => {
  test.each([
    ['Okta, whose subject is the client', OKTA, { sub: '0oa1bot', uid: undefined }, 'okta:0oa1bot'],
    [
      'Entra ID, with application roles as scopes',
      ENTRA,
      { idtyp: 'app', scp: undefined, sub: OID, roles: ['mcp.use'] },
      `entra:${CLIENT}`,
    ],
    [
      'Keycloak, a service account',
      KEYCLOAK,
      { preferred_username: 'service-account-research-bot', azp: 'Research-Bot' },
      'keycloak:Research-Bot',
    ],
  ] as const)('%s', async (_what, provider, changes, agent) => {
    const answer = await tokenWith(provider, changes);
    expect(answer).toMatchObject({ caller: { agent: { id: agent } } });
    expect('caller' in answer && answer.caller?.person).toBeUndefined();
  });
});

describe('factors', () => {
  test.each([
    ['a second factor', ['pwd', 'mfa'], true],
    ['one factor', ['pwd'], false],
    ['one factor, as a text', 'pwd', false],
  ])('%s is told to policy', async (_what, amr, mfa) => {
    expect(await tokenWith(KEYCLOAK, { amr })).toMatchObject({ caller: { person: { mfa } } });
  });

  test('nothing is said where the token says nothing', async () => {
    const answer = await tokenWith(KEYCLOAK, {});
    expect('caller' in answer && answer.caller?.person).not.toHaveProperty('mfa');
  });
});

describe('what is refused', () => {
  test.each([
    ['Okta: another audience', OKTA, { aud: 'api://default' }, 'auth.audience'],
    [
      'Okta: another authorization server of the organisation',
      OKTA,
      { iss: 'https://example.okta.com/oauth2/other' },
      'auth.issuer',
    ],
    [
      'Okta: the organisation’s own server, whose tokens are for Okta',
      OKTA,
      { iss: 'https://example.okta.com' },
      'auth.issuer',
    ],
    [
      'Okta: an ID token, meant for the client',
      OKTA,
      { aud: '0oa1bot', cid: undefined, scp: undefined },
      'auth.audience',
    ],
    ['Okta: no client', OKTA, { cid: undefined }, 'auth.delegation'],
    ['Okta: no person and no program', OKTA, { sub: undefined }, 'auth.claims'],
    ['Okta: without the scope', OKTA, { scp: ['openid'] }, 'auth.scope'],
    ['Okta: expired', OKTA, { exp: 1_700_000_000 }, 'auth.expired'],
    [
      'Entra ID: another tenant',
      ENTRA,
      { iss: `https://login.microsoftonline.com/${OTHER_TENANT}/v2.0`, tid: OTHER_TENANT },
      'auth.issuer',
    ],
    ['Entra ID: the issuer of one tenant and the id of another', ENTRA, { tid: OTHER_TENANT }, 'auth.claims'],
    ['Entra ID: no tenant', ENTRA, { tid: undefined }, 'auth.claims'],
    [
      'Entra ID: version 1 where 2 is configured',
      ENTRA,
      { iss: `https://sts.windows.net/${TENANT}/`, ver: '1.0' },
      'auth.issuer',
    ],
    ['Entra ID: the version of the other in the claims', ENTRA, { ver: '1.0' }, 'auth.claims'],
    [
      'Entra ID: version 2 where 1 is configured',
      ENTRA_V1,
      { iss: `https://login.microsoftonline.com/${TENANT}/v2.0` },
      'auth.issuer',
    ],
    [
      'Entra ID: a token for Microsoft Graph',
      ENTRA,
      { aud: '00000003-0000-0000-c000-000000000000' },
      'auth.audience',
    ],
    [
      'Entra ID: a person without the scope, whose role has its name',
      ENTRA,
      { scp: 'other', roles: ['mcp.use'] },
      'auth.scope',
    ],
    [
      'Entra ID: roles left out because there are too many',
      ENTRA,
      { roles: undefined, _claim_names: { roles: 'src1' } },
      'auth.claims',
    ],
    ['Google: a private account', GOOGLE, { hd: undefined }, 'auth.claims'],
    ['Google: another organisation', GOOGLE, { hd: 'example.net' }, 'auth.claims'],
    [
      'Google: an address of the domain, without being of the organisation',
      GOOGLE,
      { hd: undefined, email: 'eve@example.com' },
      'auth.claims',
    ],
    ['Google: a domain that only ends so', GOOGLE, { hd: 'evil-example.com' }, 'auth.claims'],
    ['Google: an address that nobody verified', GOOGLE, { email_verified: false }, 'auth.claims'],
    ['Google: an address verified in words', GOOGLE, { email_verified: 'true' }, 'auth.claims'],
    ['Google: another application', GOOGLE, { aud: '5678-def.apps.googleusercontent.com' }, 'auth.audience'],
    ['Google: the issuer without its scheme', GOOGLE, { iss: 'accounts.google.com' }, 'auth.issuer'],
    ['Keycloak: an ID token of the realm', KEYCLOAK, { typ: 'ID' }, 'auth.claims'],
    ['Keycloak: a refresh token of the realm', KEYCLOAK, { typ: 'Refresh' }, 'auth.claims'],
    ['Keycloak: another realm', KEYCLOAK, { iss: 'https://id.example.com/realms/other' }, 'auth.issuer'],
    [
      'Keycloak: the realm with a slash',
      KEYCLOAK,
      { iss: 'https://id.example.com/realms/main/' },
      'auth.issuer',
    ],
    ['Keycloak: audiences without ours', KEYCLOAK, { aud: ['account', `${RESOURCE}/`] }, 'auth.audience'],
    ['Keycloak: no audience', KEYCLOAK, { aud: undefined }, 'auth.audience'],
    ['Keycloak: no client', KEYCLOAK, { azp: undefined }, 'auth.delegation'],
    ['Keycloak: no end', KEYCLOAK, { exp: undefined }, 'auth.expired'],
    ['Keycloak: not valid yet', KEYCLOAK, { nbf: 4_000_000_000 }, 'auth.not-yet'],
    ['Keycloak: issued in the future', KEYCLOAK, { iat: 4_000_000_000 }, 'auth.not-yet'],
    [
      'Keycloak: roles that are no list',
      KEYCLOAK,
      { realm_access: { roles: { admin: true } } },
      'auth.claims',
    ],
  ] as const)('%s', async (_what, provider, changes, code) => {
    expect(await tokenWith(provider, changes)).toMatchObject({ code });
  });

  test.each([
    ['Okta', OKTA],
    ['Entra ID', ENTRA],
    ['Google', GOOGLE],
    ['Keycloak', KEYCLOAK],
  ] as const)('%s: a key of somebody else under the same key id', async (_what, provider) => {
    expect(await tokenWith(provider, {}, strange)).toMatchObject({ status: 401, code: 'auth.signature' });
  });

  test('a person whose name is that of another client’s service account is still a person', async () => {
    expect(await tokenWith(KEYCLOAK, { preferred_username: 'service-account-other' })).toMatchObject({
      caller: { person: { id: 'keycloak:service-account-other' } },
    });
  });
});

test('two issuers that give the same ids make different agents, people and roles', async () => {
  const yaml = `
resource: ${RESOURCE}
issuers:
  one: {preset: keycloak, issuer: 'https://id.example.com/realms/one'}
  two: {preset: keycloak, issuer: 'https://id.example.com/realms/two'}
`;
  const pages = Object.fromEntries(
    ['one', 'two'].flatMap((realm) => [
      [
        `https://id.example.com/realms/${realm}/.well-known/openid-configuration`,
        { issuer: `https://id.example.com/realms/${realm}`, jwks_uri: 'https://keys.example.com/jwks' },
      ],
    ]),
  );
  const world = authWorld(yaml, { ...pages, 'https://keys.example.com/jwks': { keys: [key.publicJwk] } });
  const answers = await Promise.all(
    ['one', 'two'].map(async (realm) => {
      const claims = KEYCLOAK.claims((offset) => seconds(world, offset));
      return world.call(await signed({ ...claims, iss: `https://id.example.com/realms/${realm}` }, key));
    }),
  );
  expect(answers).toMatchObject([
    {
      caller: {
        agent: { id: 'one:research-bot' },
        person: { id: 'one:ann', roles: ['one:offline_access', 'one:accountant'] },
      },
    },
    {
      caller: {
        agent: { id: 'two:research-bot' },
        person: { id: 'two:ann', roles: ['two:offline_access', 'two:accountant'] },
      },
    },
  ]);
});
