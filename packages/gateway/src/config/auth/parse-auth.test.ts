import { describe, expect, test } from 'vitest';
import { readYaml } from '../read-yaml.ts';
import { parseAuth } from './index.ts';

const parse = (yaml: string) => parseAuth(readYaml(yaml, '/w/writ.yaml'));
const RESOURCE = 'resource: https://g.example/mcp';
const TENANT = '11111111-2222-3333-4444-555555555555';
const issuer = (text: string): string => `${RESOURCE}\nissuers:\n  idp: {${text}}`;

describe('what says who may call', () => {
  test('`none` stands alone', () => {
    expect(parse('none')).toStrictEqual({ kind: 'none' });
  });

  test('an issuer that follows RFC 9068 needs nothing but its address', () => {
    expect(parse(issuer('issuer: https://id.example.com/x'))).toStrictEqual({
      kind: 'checked',
      resource: 'https://g.example/mcp',
      scopes: { all: [], byMethod: {} },
      certificates: [],
      hasTokens: false,
      issuers: [
        {
          name: 'idp',
          issuer: 'https://id.example.com/x',
          keys: {
            kind: 'metadata',
            urls: [
              'https://id.example.com/x/.well-known/openid-configuration',
              'https://id.example.com/.well-known/oauth-authorization-server/x',
            ],
          },
          audiences: ['https://g.example/mcp'],
          algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
          types: ['at+jwt'],
          requires: [],
          agent: ['client_id'],
          person: ['sub'],
          machine: [{ path: ['sub'], sameAs: ['client_id'] }],
          mfa: { path: ['amr'], anyOf: ['mfa'] },
          scopes: { paths: [['scope']], machinePaths: [], granted: [] },
        },
      ],
    });
  });

  test('claims are named by path, by URI, or by a list', () => {
    expect(
      parse(
        issuer(
          `issuer: https://id.example.com, agent: a.b, person: 'https://example.com/oid', roles: [resource_access, my.client, roles]`,
        ),
      ),
    ).toMatchObject({
      issuers: [
        {
          agent: ['a', 'b'],
          person: ['https://example.com/oid'],
          roles: { path: ['resource_access', 'my.client', 'roles'] },
        },
      ],
    });
  });

  test('a certificate is named by its SHA-256, as OpenSSL writes it, or by a URI', () => {
    const colons = Array.from({ length: 32 }, () => 'AB').join(':');
    expect(
      parse(`mtls: {agents: {"${colons}": {id: a}, "spiffe://x/y": {id: b, scopes: mcp.use}}}`),
    ).toMatchObject({
      certificates: [
        { match: { thumbprint: 'ab'.repeat(32) }, agent: { id: 'a' }, scopes: [] },
        { match: { uri: 'spiffe://x/y' }, agent: { id: 'b' }, scopes: ['mcp.use'] },
      ],
    });
  });
});

describe('what is refused at its place', () => {
  test.each<[string, string, RegExp]>([
    ['nothing that says who', '{}', /no method is configured/],
    ['another word', 'open', /neither `none` nor a method/],
    ['`true`', 'true', /neither `none` nor a method/],
    ['tokens that are off', 'tokens: false', /no method is configured/],
    ['no issuer', `${RESOURCE}\nissuers: {}`, /no method is configured/],
    [
      'issuers without a resource',
      `issuers: {idp: {issuer: 'https://id.example.com'}}`,
      /`resource` is missing/,
    ],
    [
      'a resource with a fragment',
      issuer('issuer: https://id.example.com').replace('/mcp', '/mcp#x'),
      /address of this gateway/,
    ],
    [
      'a resource with a password',
      issuer('issuer: https://id.example.com').replace('//g', '//u:p@g'),
      /address of this gateway/,
    ],
    [
      'a field that nobody knows',
      issuer('issuer: https://id.example.com, audiences: [x]'),
      /`audiences` is not a field/,
    ],
    ['an issuer without TLS', issuer('issuer: http://id.example.com'), /an `https:` address/],
    [
      'an issuer on a name that only begins like this machine',
      issuer('issuer: http://localhost.example.com'),
      /an `https:` address/,
    ],
    [
      'keys without TLS',
      issuer('issuer: https://id.example.com, jwks: http://id.example.com/keys'),
      /an `https:` address/,
    ],
    [
      'keys in two places',
      issuer('issuer: https://id.example.com, jwks: https://a.example, metadata: https://b.example'),
      /both `jwks` and `metadata`/,
    ],
    ['no algorithm', issuer('issuer: https://id.example.com, algorithms: []'), /no algorithm/],
    [
      'an algorithm with a secret',
      issuer('issuer: https://id.example.com, algorithms: [HS256]'),
      /none of the choices/,
    ],
    [
      'no algorithm by name',
      issuer('issuer: https://id.example.com, algorithms: [none]'),
      /none of the choices/,
    ],
    ['no audience', issuer('issuer: https://id.example.com, audience: []'), /the list has 0 items/],
    [
      'another issuer under the same address',
      `${issuer('issuer: https://id.example.com')}\n  two: {issuer: https://id.example.com}`,
      /already that of `idp`/,
    ],
    [
      'a name with a colon',
      `${RESOURCE}\nissuers: {'a:b': {issuer: https://id.example.com}}`,
      /cannot name an issuer/,
    ],
    [
      'the name of the operating system’s users',
      `${RESOURCE}\nissuers: {os: {issuer: https://id.example.com}}`,
      /cannot name an issuer/,
    ],
    ['every tenant of Entra ID', issuer('preset: entra, tenant: common'), /id of a tenant/],
    ['no tenant', issuer('preset: entra'), /id of a tenant/],
    [
      'an issuer for Entra ID',
      issuer(`preset: entra, tenant: ${TENANT}, issuer: https://id.example.com`),
      /means nothing to the preset/,
    ],
    ['Google without a domain', issuer('preset: google'), /domain of the organisation/],
    [
      'Google with something else than a domain',
      issuer(`preset: google, domain: '*'`),
      /domain of the organisation/,
    ],
    [
      'Okta’s own server',
      issuer('preset: okta, issuer: https://example.okta.com'),
      /custom authorization server/,
    ],
    [
      'Keycloak without a realm',
      issuer('preset: keycloak, issuer: https://id.example.com'),
      /issuer of a realm/,
    ],
    [
      'a preset that nobody knows',
      issuer('preset: auth0, issuer: https://id.example.com'),
      /none of the choices/,
    ],
    ['a claim without a name', issuer(`issuer: https://id.example.com, agent: 'a..b'`), /name of a claim/],
    ['a scope with a space', `tokens: true\nscopes: {required: ['a b']}`, /a scope is expected/],
    ['a scope with a quote', `tokens: true\nscopes: {required: ['a"b']}`, /a scope is expected/],
    ['no certificate', 'mtls: {agents: {}}', /no certificate is named/],
    ['a certificate by a host', 'mtls: {agents: {bot.example.com: {id: bot}}}', /names no certificate/],
    ['a certificate without an agent', 'mtls: {agents: {"spiffe://x/y": {}}}', /`id` is missing/],
  ])('%s', (_what, yaml, problem) => {
    expect(() => parse(yaml)).toThrow(problem);
  });
});
