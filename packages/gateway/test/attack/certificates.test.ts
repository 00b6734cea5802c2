/** Client certificates at the listener: what a handshake once proved is good for no longer, for nobody else and from nowhere else. */
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Clock, type JsonObject, systemClock } from '@writ/core';
import { testAuthority, type TestCertificate } from '../../../../scripts/testing/certificate-authority.ts';
import { Operated, post } from '../serve/operated.ts';
import { Workspace } from '../workspace.ts';

const OURS = testAuthority('ours');
const NEXT = testAuthority('the next');
const STRANGE = testAuthority('ours');
const BOT = 'spiffe://example.com/bot';
const OTHER = 'spiffe://example.com/other';
const AUTH: JsonObject = { mtls: { agents: { [BOT]: { id: 'bot' }, [OTHER]: { id: 'other' } } } };
const TRUSTING = { ca: OURS.cert };
const PING = { jsonrpc: '2.0', id: 1, method: 'ping' } as const;
/** Not a session, so that who is let in is told 404 or 400 and who is not 403. */
const REQUEST =
  'DELETE /mcp HTTP/1.1\r\nHost: localhost\r\nMcp-Session-Id: none\r\nContent-Length: 0\r\n\r\n';

interface Secured {
  readonly operated: Operated;
  /** Puts other authorities in force. */
  trust(...certificates: readonly string[]): Promise<void>;
}

async function secured(clientCertificate: 'required' | 'optional', clock?: Clock): Promise<Secured> {
  const workspace = new Workspace();
  const { cert, key } = OURS.issue({ address: [127, 0, 0, 1] });
  workspace.write('cert.pem', cert);
  chmodSync(workspace.write('key.pem', key), 0o600);
  workspace.write('clients.pem', OURS.cert + NEXT.cert);
  const tls = { cert: 'cert.pem', key: 'key.pem', clientCa: 'clients.pem', clientCertificate };
  const operated = await Operated.open(
    { gateway: { tls, auth: AUTH }, ...(clock === undefined ? {} : { clock }) },
    workspace,
  );
  return {
    operated,
    async trust(...certificates) {
      workspace.write('clients.pem', certificates.join(''));
      expect(await operated.gateway.reload()).toBe(true);
    },
  };
}

/** A connection with what a client shows; ends with the test. */
async function opened(
  { operated }: Secured,
  client: Partial<TestCertificate>,
  more: ConnectionOptions = {},
): Promise<TLSSocket> {
  const port = Number(new URL(operated.url).port);
  const socket = connect({ port, host: '127.0.0.1', ...TRUSTING, ...client, ...more });
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  return socket;
}

/** Status of a request on `socket`; 0 where it ended without an answer. */
function status(socket: TLSSocket): Promise<number> {
  return new Promise((resolve) => {
    let text = '';
    const over = (): void => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\r\n\r\n')) over();
    });
    socket.once('close', over);
    if (socket.destroyed || !socket.writable) over();
    else socket.write(REQUEST);
  });
}

const LET_IN = 404;
const client = (uri = BOT): TestCertificate => OURS.issue({ uris: [uri] });

describe.each(['required', 'optional'] as const)('where a certificate is %s', (mode) => {
  const TURNED_AWAY = mode === 'required' ? 0 : 403;

  test('a session that is resumed is that of its certificate, and of none once its authority is taken away', async () => {
    const here = await secured(mode);
    // In TLS 1.2 a session is there with the handshake; in 1.3 it comes with what is read after it.
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      await here.trust(OURS.cert, NEXT.cert);
      const shown = client();
      const first = await opened(here, shown, { maxVersion });
      const told = new Promise<Buffer>((resolve) => void first.once('session', resolve));
      expect(await status(first)).toBe(LET_IN);
      const session = maxVersion === 'TLSv1.2' ? first.getSession() : await told;
      if (session === undefined) throw new TypeError('no session to resume');
      const again = await opened(here, {}, { maxVersion, session });
      expect(again.isSessionReused()).toBe(true);
      expect(await status(again)).toBe(LET_IN);
      await here.trust(NEXT.cert);
      for (const late of [{}, shown]) {
        const end = await opened(here, late, { maxVersion, session }).then(status, () => 0);
        expect(end).toBe(TURNED_AWAY);
      }
    }
  });

  test('a connection that is open ends with the authority that alone vouched for it, and no other does', async () => {
    const here = await secured(mode);
    const ours = await opened(here, client());
    const next = await opened(here, NEXT.issue({ uris: [OTHER] }));
    expect([await status(ours), await status(next)]).toEqual([LET_IN, LET_IN]);
    await here.trust(OURS.cert, NEXT.cert, STRANGE.cert);
    expect(await status(ours)).toBe(LET_IN);
    const ended = once(ours, 'close');
    await here.trust(NEXT.cert);
    await ended;
    expect(await status(next)).toBe(LET_IN);
  });

  test('one of an authority of the same name, and one that signed itself, are nobody’s', async () => {
    const here = await secured(mode);
    for (const shown of [STRANGE.issue({ uris: [BOT] }), testAuthority('self').issue({ uris: [BOT] })])
      expect(await opened(here, shown).then(status, () => 0)).toBe(TURNED_AWAY);
  });
});

test('a certificate that ended after its handshake is let in no more, on the connection or by another', async () => {
  let offset = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + offset };
  const here = await secured('optional', clock);
  const shown = client();
  const open = await opened(here, shown);
  expect(await status(open)).toBe(LET_IN);
  offset = Date.UTC(2050, 0, 1) - systemClock.now();
  expect(await status(open)).toBe(403);
  expect(await status(await opened(here, shown))).toBe(403);
  expect(await here.operated.metric('writ_auth_refusals_total{reason="auth.expired"}')).toBe(2);
});

test('what a header says of a certificate says nothing, beside a certificate or without one', async () => {
  const here = await secured('optional');
  const text = client(OTHER).cert.replaceAll('\n', '');
  const headers = {
    'x-client-cert': encodeURIComponent(text),
    'x-ssl-client-cert': text,
    'x-forwarded-client-cert': `Hash=00;URI=${OTHER}`,
    'client-cert': `:${text}:`,
    'ssl-client-verify': 'SUCCESS',
    'x-forwarded-proto': 'https',
    forwarded: 'for=127.0.0.1;proto=https',
  };
  const { url } = here.operated;
  expect(await post(url, PING, { ...TRUSTING, headers })).toMatchObject({ status: 403 });
  const hello = {
    jsonrpc: '2.0',
    id: 0,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
  };
  const bot = client();
  const begun = await post(url, hello, { ...TRUSTING, ...bot, headers });
  expect(begun.status).toBe(200);
  const session = { 'mcp-session-id': String(begun.headers['mcp-session-id']) };
  // It is the session of the agent whose certificate came, and not of the one that the headers name.
  const ask = (shown: TestCertificate) => post(url, PING, { ...TRUSTING, ...shown, headers: session });
  expect((await ask(client(OTHER))).status).toBe(404);
  expect((await ask(bot)).status).toBe(200);
});
