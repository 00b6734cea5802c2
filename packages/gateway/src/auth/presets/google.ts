/** Google Workspace: ID tokens, because Google's access tokens are opaque to anybody but Google. */
import { MULTIPLE_FACTORS, type PresetInput, type PresetResult } from './preset.ts';

const DOMAIN = /^(?=.{4,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/;

export function google({ domain = '' }: PresetInput): PresetResult {
  if (!DOMAIN.test(domain)) {
    return {
      field: 'domain',
      problem: 'the domain of the organisation is expected',
      hint: 'such as `example.com`; without it every Google account there is would be let in',
    };
  }
  return {
    preset: {
      issuer: 'https://accounts.google.com',
      keys: { kind: 'metadata', urls: ['https://accounts.google.com/.well-known/openid-configuration'] },
      algorithms: ['RS256'],
      types: ['jwt'],
      requires: [
        // INVARIANT: the address in `email` says nothing of the organisation: anybody may register one with another provider's domain.
        { path: ['hd'], equals: domain, reason: 'the account is not of the configured organisation' },
        { path: ['email_verified'], equals: true, reason: 'the address of the account is not verified' },
      ],
      agent: ['azp'],
      person: ['sub'],
      machine: [],
      mfa: { path: ['amr'], anyOf: MULTIPLE_FACTORS },
      // An ID token has none: what its holders may do, the operator grants.
      scopes: { paths: [], machinePaths: [] },
    },
  };
}
