// The parts of oidc-provider that the tests use; it ships no types of its own.
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http';

  export interface ResourceServerInfo {
    readonly scope: string;
    readonly audience: string;
    readonly accessTokenFormat: 'jwt';
    readonly accessTokenTTL: number;
    readonly jwt: { readonly sign: { readonly alg: string } };
  }

  export default class Provider {
    constructor(issuer: string, configuration: Readonly<Record<string, unknown>>);
    callback(): RequestListener;
    readonly Client: { find(id: string): Promise<unknown> };
    readonly ResourceServer: new (
      identifier: string,
      info: ResourceServerInfo,
    ) => unknown;
    readonly AccessToken: new (
      properties: Readonly<Record<string, unknown>>,
    ) => {
      resourceServer: unknown;
      save(): Promise<string>;
    };
  }
}
