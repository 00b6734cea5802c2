// Client certificates over a real TLS connection: only what the socket verified says who calls.
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type Admitted, type Challenge, incomingRequest } from '../../src/auth/index.ts';
import { testAuthority, type TestCertificate } from '../../../../scripts/testing/certificate-authority.ts';
import { authWorld, type AuthWorld, issuerKey, type Page, seconds, signed } from './issuer.ts';

const authority = testAuthority('ours');
const strange = testAuthority('somebody else');
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

function sha256Of({ cert }: TestCertificate): Buffer {
  return createHash('sha256').update(new X509Certificate(cert).raw).digest();
}

/** What an authenticator behind a TLS server answers to a client with `certificate`. */
async function ask(
  here: AuthWorld,
  certificate: TestCertificate | undefined,
  headers: Readonly<Record<string, string>> = {},
): Promise<Admitted | Challenge> {
  const own = authority.issue({ address: [127, 0, 0, 1] });
  const server = createServer({ ...own, ca: authority.cert, requestCert: true, rejectUnauthorized: false });
  servers.push(server);
  server.on('request', (incoming, response) => {
    void here.authenticator
      .authenticate(incomingRequest(incoming))
      .then((answer) => response.end(JSON.stringify(answer)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const sent = request({
    host: '127.0.0.1',
    port,
    ca: authority.cert,
    headers,
    ...certificate,
    agent: false,
  });
  sent.end();
  const [response] = (await once(sent, 'response')) as [AsyncIterable<Buffer>];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString()) as Admitted | Challenge;
}

const SPIFFE = 'spiffe://example.com/bot';
const YAML = `mtls: {agents: {"${SPIFFE}": {id: bot, team: research}}}`;

describe('a client certificate', () => {
  test('is the agent of the URI in it', async () => {
    const certificate = authority.issue({ uris: [SPIFFE] });
    expect(await ask(authWorld(YAML), certificate)).toMatchObject({
      caller: {
        agent: { id: 'bot', team: 'research' },
        authentication: {
          method: 'mtls',
          assurance: 2,
          credentialId: `sha256:${sha256Of(certificate).toString('hex')}`,
        },
      },
    });
  });

  test('is the agent of its thumbprint, before that of a URI', async () => {
    const certificate = authority.issue({ uris: [SPIFFE] });
    const thumbprint = sha256Of(certificate)
      .toString('hex')
      .toUpperCase()
      .replace(/..(?=.)/g, '$&:');
    const here = authWorld(`mtls: {agents: {"${SPIFFE}": {id: bot}, "${thumbprint}": {id: exact}}}`);
    expect(await ask(here, certificate)).toMatchObject({ caller: { agent: { id: 'exact' } } });
  });

  test.each<[string, TestCertificate | undefined, string]>([
    ['of another authority, with the right name', strange.issue({ uris: [SPIFFE] }), 'auth.missing'],
    ['that did not come', undefined, 'auth.missing'],
    [
      'with a name that nobody configured',
      authority.issue({ uris: ['spiffe://example.com/other'] }),
      'auth.unknown',
    ],
    ['with a name that goes on', authority.issue({ uris: [`${SPIFFE}/evil`] }), 'auth.unknown'],
    [
      'with a name that holds the right one after a comma',
      authority.issue({ uris: [`spiffe://evil.example/x, URI:${SPIFFE}`] }),
      'auth.unknown',
    ],
    [
      'with a name that holds the right one in quotes',
      authority.issue({ uris: [`spiffe://evil.example/", URI:${SPIFFE}`] }),
      'auth.unknown',
    ],
    ['without any name', authority.issue({}), 'auth.unknown'],
  ])('%s lets nobody in', async (_what, certificate, code) => {
    // HTTP has no challenge that asks for a certificate, and a 401 needs one.
    expect(await ask(authWorld(YAML), certificate)).toMatchObject({ status: 403, code, headers: {} });
  });

  test('that is two agents by its names is neither', async () => {
    const here = authWorld(`mtls: {agents: {"${SPIFFE}": {id: bot}, "urn:other": {id: other}}}`);
    expect(await ask(here, authority.issue({ uris: [SPIFFE, 'urn:other'] }))).toMatchObject({
      code: 'auth.binding',
    });
  });

  test('is never read from a header', async () => {
    const pem = authority.issue({ uris: [SPIFFE] }).cert.replaceAll('\n', '');
    const headers = {
      'x-client-cert': pem,
      'x-forwarded-client-cert': `URI=${SPIFFE}`,
      'client-cert': `:${pem}:`,
    };
    expect(await ask(authWorld(YAML), undefined, headers)).toMatchObject({ code: 'auth.missing' });
  });

  test('does not stand in for a token that is refused', async () => {
    const certificate = authority.issue({ uris: [SPIFFE] });
    expect(
      await ask(authWorld(`${YAML}\ntokens: true`), certificate, { authorization: 'Bearer writ_x' }),
    ).toMatchObject({
      status: 401,
      code: 'auth.unknown',
    });
  });
});

describe('a token that is bound to a certificate (RFC 8705)', () => {
  const ISSUER = 'https://id.example.com';
  const RESOURCE = 'https://gateway.example.com/mcp';

  async function bound(certificate: TestCertificate) {
    const key = await issuerKey('one', 'ES256');
    const pages: Record<string, Page> = { [`${ISSUER}/keys`]: { keys: [key.publicJwk] } };
    const here = authWorld(
      `{resource: '${RESOURCE}', issuers: {idp: {issuer: '${ISSUER}', jwks: '${ISSUER}/keys'}}}`,
      pages,
    );
    const claims = {
      iss: ISSUER,
      aud: RESOURCE,
      sub: 'ann',
      client_id: 'bot',
      exp: seconds(here, 600),
      cnf: { 'x5t#S256': sha256Of(certificate).toString('base64url') },
    };
    const token = await signed(claims, key, { typ: 'at+jwt' });
    return (holder: TestCertificate | undefined) => ask(here, holder, { authorization: `Bearer ${token}` });
  }

  test('counts with that certificate, and proves more than one that anybody may hold', async () => {
    const certificate = authority.issue({});
    expect(await (await bound(certificate))(certificate)).toMatchObject({
      caller: { agent: { id: 'idp:bot' }, authentication: { method: 'oauth', assurance: 2 } },
    });
  });

  test.each([
    ['without one', () => undefined],
    ['with another', () => authority.issue({})],
  ])('does not count %s, not even after it was accepted with its own', async (_what, holder) => {
    const certificate = authority.issue({});
    const call = await bound(certificate);
    await call(certificate);
    expect(await call(holder())).toMatchObject({ status: 401, code: 'auth.binding' });
  });
});
