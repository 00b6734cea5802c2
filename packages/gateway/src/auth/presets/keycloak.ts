/** Keycloak: access tokens of one realm. */
import { metadataUrls, MULTIPLE_FACTORS, type PresetInput, type PresetResult } from './preset.ts';

const REALM = /^https?:\/\/[^?#]+\/realms\/[^/?#]+$/;

export function keycloak({ issuer = '' }: PresetInput): PresetResult {
  if (!REALM.test(issuer)) {
    return {
      field: 'issuer',
      problem: 'the issuer of a realm is expected',
      hint: 'such as `https://id.example.com/realms/main`',
    };
  }
  return {
    preset: {
      issuer,
      keys: { kind: 'metadata', urls: metadataUrls(issuer) },
      algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      types: ['jwt', 'at+jwt'],
      // ID and refresh tokens of a realm have the same header and issuer.
      requires: [{ path: ['typ'], equals: 'Bearer', reason: 'the token is no access token' }],
      agent: ['azp'],
      person: ['preferred_username'],
      machine: [
        {
          path: ['preferred_username'],
          sameAs: ['azp'],
          prefix: 'service-account-',
          foldsCase: true,
        },
      ],
      roles: { path: ['realm_access', 'roles'] },
      mfa: { path: ['amr'], anyOf: MULTIPLE_FACTORS },
      scopes: { paths: [['scope']], machinePaths: [] },
    },
  };
}
