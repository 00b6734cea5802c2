/** Okta: access tokens of a custom authorization server. */
import { metadataUrls, MULTIPLE_FACTORS, type PresetInput, type PresetResult } from './preset.ts';

/** Tokens of the organisation's own authorization server are for Okta's API alone; nobody else may judge them. */
const CUSTOM_SERVER = /^https?:\/\/[^/]+\/oauth2\/[A-Za-z0-9_-]+$/;

export function okta({ issuer = '' }: PresetInput): PresetResult {
  if (!CUSTOM_SERVER.test(issuer)) {
    return {
      field: 'issuer',
      problem: 'the issuer of a custom authorization server of Okta is expected',
      hint: 'such as `https://example.okta.com/oauth2/default`; tokens of the organisation’s own server are for Okta alone',
    };
  }
  return {
    preset: {
      issuer,
      keys: { kind: 'metadata', urls: metadataUrls(issuer) },
      algorithms: ['RS256'],
      // Okta writes none into access tokens.
      types: ['', 'jwt', 'at+jwt'],
      requires: [],
      agent: ['cid'],
      person: ['sub'],
      machine: [{ path: ['sub'], sameAs: ['cid'] }],
      roles: { path: ['groups'] },
      mfa: { path: ['amr'], anyOf: MULTIPLE_FACTORS },
      scopes: { paths: [['scp']], machinePaths: [] },
    },
  };
}
