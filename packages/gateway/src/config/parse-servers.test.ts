import { describe, expect, test } from 'vitest';
import { isFault } from '@writ/core';
import { parseConfig } from './parse-config.ts';
import { secretFiles } from './secret-files.ts';
import type { ServerConfiguration } from './types.ts';

const SECRET = 'sk-a-secret-in-the-wrong-place';

function server(text: string): ServerConfiguration {
  const { servers } = parseConfig(
    `agent: {id: a}\npolicies: [p]\nservers:\n  s: ${text}\n`,
    '/etc/writ/writ.yaml',
  );
  if (servers[0] === undefined) throw new Error('no server');
  return servers[0];
}

function refusal(text: string): { readonly message: string; readonly path: unknown; readonly hint: unknown } {
  try {
    server(text);
  } catch (thrown) {
    if (isFault(thrown, 'config.invalid'))
      return { message: thrown.message, path: thrown.data['path'], hint: thrown.data['hint'] };
    throw thrown;
  }
  throw new Error('taken');
}

const oauth = 'clientId: gateway, secretEnv: SECRET';

describe('a server that is reached', () => {
  test('has an address and nothing else to say', () => {
    expect(server('{url: "https://mcp.example.com/mcp"}')).toStrictEqual({
      name: 's',
      url: 'https://mcp.example.com/mcp',
      isTrusted: false,
    });
  });

  test('says how it is reached, from the folder of the file', () => {
    const tls = '{ca: ca.pem, cert: /c.pem, key: keys/k.pem}';
    expect(
      server(
        `{url: "https://a/", trusted: true, era: modern, timeout: 90s, toolsAge: 10s, allowLinkLocal: true, tls: ${tls}}`,
      ),
    ).toStrictEqual({
      name: 's',
      url: 'https://a/',
      isTrusted: true,
      era: 'modern',
      timeoutMs: 90_000,
      listingMs: 10_000,
      allowsLinkLocal: true,
      tls: { ca: '/etc/writ/ca.pem', cert: '/c.pem', key: '/etc/writ/keys/k.pem' },
    });
  });

  test.each([
    ['http://localhost:3000/mcp', ''],
    ['http://127.0.0.1:3000/mcp', ''],
    ['http://[::1]/mcp', ''],
    ['http://files.internal/mcp', ', insecure: true'],
  ])('%s is private enough%s', (url, more) => {
    expect(server(`{url: "${url}"${more}}`)).toMatchObject({ url });
  });

  test.each([
    ['http://files.internal/mcp', 'in clear over a network'],
    ['http://localhost.example.com/', 'another machine'],
    ['https://user:pw@a/', 'with a user'],
    ['https://a/#x', 'with a fragment'],
    ['ftp://a/', 'another scheme'],
    ['mcp.example.com', 'no URL'],
  ])('%s is refused (%s), and not repeated', (url) => {
    const { message, path } = refusal(`{url: "${url}"}`);
    expect(path).toBe('servers.s.url');
    expect(message).not.toContain(url);
  });

  test.each([
    ['{}', 'neither'],
    ['{url: "https://a/", command: [x]}', 'both'],
  ])('%s is no server: it is %s', (text) => {
    expect(refusal(text).message).toContain('one of `command` and `url` is expected');
  });

  test.each([
    ['{url: "https://a/", env: {A: b}}', 'servers.s.env'],
    ['{url: "https://a/", cwd: /}', 'servers.s.cwd'],
    ['{command: [x], auth: {}}', 'servers.s.auth'],
    ['{command: [x], tls: {}}', 'servers.s.tls'],
    ['{url: "https://a/", era: newest}', 'servers.s.era'],
    ['{url: "https://a/", timeout: 1ms}', 'servers.s.timeout'],
    ['{url: "https://a/", toolsAge: 1s}', 'servers.s.toolsAge'],
    ['{command: [node], toolsAge: 10s}', 'servers.s.toolsAge'],
    ['{url: "https://a/", tls: {cert: c.pem}}', 'servers.s.tls'],
    ['{url: "https://a/", uri: x}', 'servers.s.uri'],
  ])('%s is refused at %s', (text, path) => {
    expect(refusal(text).path).toBe(path);
  });
});

describe('what it is shown', () => {
  test.each([
    [
      '{header: {name: X-Key, valueFile: key.txt}}',
      { kind: 'header', name: 'X-Key', value: { file: '/etc/writ/key.txt' } },
      ['/etc/writ/key.txt'],
    ],
    [
      '{header: {name: Authorization, scheme: Bearer, valueEnv: TOKEN}}',
      { kind: 'header', name: 'Authorization', scheme: 'Bearer', value: { env: 'TOKEN' } },
      [],
    ],
    [
      `{clientCredentials: {issuer: "https://id.example.com", ${oauth}, scope: "a b", resource: "https://a"}}`,
      {
        kind: 'clientCredentials',
        issuer: 'https://id.example.com',
        clientId: 'gateway',
        proof: { kind: 'secret', secret: { env: 'SECRET' }, method: 'basic' },
        scope: 'a b',
        resource: 'https://a/',
      },
      [],
    ],
    [
      '{tokenExchange: {tokenEndpoint: "https://id/token", clientId: g, keyFile: k.pem, keyId: k1, audience: files}}',
      {
        kind: 'tokenExchange',
        tokenEndpoint: 'https://id/token',
        clientId: 'g',
        proof: { kind: 'key', file: '/etc/writ/k.pem', algorithm: 'ES256', keyId: 'k1' },
        audience: 'files',
      },
      ['/etc/writ/k.pem'],
    ],
    [
      `{clientCredentials: {issuer: "https://id/", ${oauth}, stepUp: [write, admin], dpop: true}}`,
      { kind: 'clientCredentials', stepUp: ['write', 'admin'], dpop: {} },
      [],
    ],
    [
      '{tokenExchange: {tokenEndpoint: "https://id/token", clientId: g, secretFile: s, dpop: {keyFile: d.pem}}}',
      { kind: 'tokenExchange', dpop: { file: '/etc/writ/d.pem' } },
      ['/etc/writ/d.pem', '/etc/writ/s'],
    ],
    ['{authorizationCode: {}}', { kind: 'authorizationCode' }, []],
    [
      `{authorizationCode: {issuers: ["https://id.example.com"], ${oauth}, scope: read, stepUp: [write], resource: "https://a", dpop: false}}`,
      {
        kind: 'authorizationCode',
        issuers: ['https://id.example.com'],
        clientId: 'gateway',
        proof: { kind: 'secret', secret: { env: 'SECRET' }, method: 'basic' },
        scope: 'read',
        stepUp: ['write'],
        resource: 'https://a/',
      },
      [],
    ],
  ])('%s', (auth, parsed, files) => {
    const configured = server(`{url: "https://a/", auth: ${auth}}`);
    expect(configured).toMatchObject({ auth: parsed });
    expect(secretFiles(configured)).toStrictEqual(files);
  });

  test('and the key of its certificate are files that no tool reaches', () => {
    const text = '{url: "https://a/", tls: {cert: c, key: k}, auth: {header: {name: X-Key, valueFile: v}}}';
    expect(secretFiles(server(text))).toStrictEqual(['/etc/writ/k', '/etc/writ/v']);
  });

  test.each([
    [`{header: {name: Authorization, value: ${SECRET}}}`, 'servers.s.auth.header.value'],
    [`{header: {name: Authorization, valueEnv: ${SECRET}}}`, 'servers.s.auth.header.valueEnv'],
    [`{header: {name: Authorization, scheme: "${SECRET} x", valueEnv: A}}`, 'servers.s.auth.header.scheme'],
    [
      `{clientCredentials: {tokenEndpoint: "https://a/", clientId: g, secret: ${SECRET}}}`,
      'servers.s.auth.clientCredentials.secret',
    ],
    [
      `{clientCredentials: {tokenEndpoint: "https://u:${SECRET}@a/", ${oauth}}}`,
      'servers.s.auth.clientCredentials.tokenEndpoint',
    ],
    [
      `{clientCredentials: {issuer: "http://${SECRET}/", ${oauth}}}`,
      'servers.s.auth.clientCredentials.issuer',
    ],
  ])('a secret in the wrong place is refused and not repeated: %s', (auth, path) => {
    const found = refusal(`{url: "https://a/", auth: ${auth}}`);
    expect(found.path).toBe(path);
    expect(JSON.stringify(found)).not.toContain(SECRET);
  });

  test.each([
    ['{}', 'exactly one kind'],
    [`{header: {name: A, valueEnv: B}, tokenExchange: {}}`, 'exactly one kind'],
    ['{header: {name: A}}', 'one of `valueEnv` and `valueFile`'],
    ['{header: {name: A, valueEnv: B, valueFile: c}}', 'one of `valueEnv` and `valueFile`'],
    ['{header: {name: "a b", valueEnv: B}}', 'the name of a header'],
    ['{header: {name: Mcp-Session-Id, valueEnv: B}}', 'written by the gateway itself'],
    ['{header: {name: Content-Length, valueEnv: B}}', 'written by the gateway itself'],
    [`{clientCredentials: {${oauth}}}`, 'one of `issuer` and `tokenEndpoint`'],
    [
      `{clientCredentials: {issuer: "https://a/", tokenEndpoint: "https://a/", ${oauth}}}`,
      'one of `issuer` and',
    ],
    [`{clientCredentials: {issuer: "https://a/", ${oauth}, keyFile: k}}`, 'not both'],
    [`{clientCredentials: {issuer: "https://a/", ${oauth}, keyId: k}}`, 'with a `keyFile`'],
    [`{clientCredentials: {issuer: "https://a/", ${oauth}, audience: x}}`, 'is not a field'],
    [`{clientCredentials: {issuer: "https://a/", ${oauth}, stepUp: [a b]}}`, 'a scope is expected'],
    [`{clientCredentials: {issuer: "https://a/", ${oauth}, dpop: {file: k}}}`, 'is not a field'],
    ['{authorizationCode: {secretEnv: SECRET}}', 'that of a `clientId`'],
    ['{authorizationCode: {issuers: []}}', 'no issuer is named'],
    ['{authorizationCode: {issuers: ["http://id.example.com"]}}', 'over `https:`'],
    ['{authorizationCode: {tokenEndpoint: "https://a/"}}', 'is not a field'],
    ['{authorizationCode: {}, header: {name: A, valueEnv: B}}', 'exactly one kind'],
    [
      '{clientCredentials: {issuer: "https://a/", clientId: g, keyFile: k, algorithm: HS256}}',
      'none of the choices',
    ],
  ])('%s is refused: %s', (auth, problem) => {
    expect(refusal(`{url: "https://a/", auth: ${auth}}`).message).toContain(problem);
  });
});
