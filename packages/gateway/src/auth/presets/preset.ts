/** What an issuer's tokens look like, where the operator says nothing else. */
import type { Algorithm, IssuerConfiguration } from '../configuration.ts';

/** Everything about an issuer that its provider decides. */
export interface Preset
  extends Pick<IssuerConfiguration, 'types' | 'requires' | 'agent' | 'person' | 'machine' | 'roles' | 'mfa'> {
  readonly issuer: string;
  readonly keys: IssuerConfiguration['keys'];
  readonly algorithms: readonly Algorithm[];
  readonly scopes: Pick<IssuerConfiguration['scopes'], 'paths' | 'machinePaths'>;
}

/** What a preset is made from; which of it is needed, each preset says. */
export interface PresetInput {
  /** The issuer’s identifier, a URL. */
  readonly issuer?: string;
  /** Entra ID: the tenant’s id. */
  readonly tenant?: string;
  /** Entra ID: version of the access tokens, as the app registration says (`requestedAccessTokenVersion`). */
  readonly version?: '1' | '2';
  /** Google Workspace: the organisation’s domain. */
  readonly domain?: string;
}

/** A preset, or what is wrong with its input. */
export type PresetResult =
  | { readonly preset: Preset }
  | { readonly field: keyof PresetInput; readonly problem: string; readonly hint: string };

/** Authentication methods that say that more than one factor was used (RFC 8176 §2; `ngcmfa` and `rsa` are Entra ID’s own words and say less). */
export const MULTIPLE_FACTORS: readonly string[] = ['mfa'];

/**
 * Addresses of the metadata of `issuer`: OpenID Connect Discovery §4 appends, RFC 8414 §3.1 inserts before the path.
 */
export function metadataUrls(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ];
}

/** Any issuer that follows RFC 9068. */
export function standard({ issuer }: PresetInput): PresetResult {
  if (issuer === undefined)
    return { field: 'issuer', problem: '`issuer` is missing', hint: 'write it as tokens say it in `iss`' };
  return {
    preset: {
      issuer,
      keys: { kind: 'metadata', urls: metadataUrls(issuer) },
      algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
      types: ['at+jwt'],
      requires: [],
      agent: ['client_id'],
      person: ['sub'],
      // RFC 9068 §2.2: without a resource owner, the subject is the client.
      machine: [{ path: ['sub'], sameAs: ['client_id'] }],
      mfa: { path: ['amr'], anyOf: MULTIPLE_FACTORS },
      scopes: { paths: [['scope']], machinePaths: [] },
    },
  };
}
