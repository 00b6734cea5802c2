/** Microsoft Entra ID: access tokens of one tenant, version 1 or 2. */
import { MULTIPLE_FACTORS, type PresetInput, type PresetResult } from './preset.ts';

const TENANT = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const AUTHORITY = 'https://login.microsoftonline.com';

export function entra({ tenant = '', version = '2' }: PresetInput): PresetResult {
  if (!TENANT.test(tenant)) {
    return {
      field: 'tenant',
      problem: 'the id of a tenant is expected',
      hint: 'the directory (tenant) id in lower case; `common` and `organizations` would let in every tenant there is',
    };
  }
  const isSecond = version === '2';
  return {
    preset: {
      issuer: isSecond ? `${AUTHORITY}/${tenant}/v2.0` : `https://sts.windows.net/${tenant}/`,
      keys: {
        kind: 'metadata',
        urls: [`${AUTHORITY}/${tenant}${isSecond ? '/v2.0' : ''}/.well-known/openid-configuration`],
      },
      algorithms: ['RS256'],
      types: ['jwt', 'at+jwt'],
      requires: [
        { path: ['tid'], equals: tenant, reason: 'the token is of another tenant' },
        {
          path: ['ver'],
          equals: isSecond ? '2.0' : '1.0',
          reason: 'the token is of another version than configured',
        },
      ],
      agent: [isSecond ? 'azp' : 'appid'],
      // `sub` differs from application to application; `oid` is the person everywhere in the tenant.
      person: ['oid'],
      machine: [
        { path: ['idtyp'], equals: 'app' },
        { path: ['sub'], sameAs: ['oid'] },
      ],
      roles: { path: ['roles'] },
      mfa: { path: ['amr'], anyOf: MULTIPLE_FACTORS },
      // A program is granted application roles where a person grants scopes.
      scopes: { paths: [['scp']], machinePaths: [['roles']] },
    },
  };
}
