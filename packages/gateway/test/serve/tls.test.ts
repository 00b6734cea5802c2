// TLS of the listener: what it speaks, whom it lets in, and that its certificate changes under open connections.
import { chmodSync, writeFileSync } from 'node:fs';
import { connect, type TLSSocket } from 'node:tls';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '@writ/core';
import { testAuthority } from '../../../../scripts/testing/certificate-authority.ts';
import { Workspace } from '../workspace.ts';
import { eventually, Operated, openSession, post, send } from './operated.ts';

const AUTHORITY = testAuthority('test authority');
const LOOPBACK = { address: [127, 0, 0, 1] };
const PING = { jsonrpc: '2.0', id: 1, method: 'ping' } as const;
/** 2050: past the end of every certificate here. */
const LATE = Date.UTC(2050, 0, 1);

interface Secured {
  readonly workspace: Workspace;
  readonly gateway: { tls: Record<string, string> };
  /** Puts another certificate into the files. */
  renew(): { readonly cert: string };
}

function secured(extra: Record<string, string> = {}): Secured {
  const workspace = new Workspace();
  const write = (): { readonly cert: string } => {
    const { cert, key } = AUTHORITY.issue(LOOPBACK);
    workspace.write('cert.pem', cert);
    const file = workspace.write('key.pem', key);
    chmodSync(file, 0o600);
    return { cert };
  };
  write();
  workspace.write('clients.pem', AUTHORITY.cert);
  return { workspace, gateway: { tls: { cert: 'cert.pem', key: 'key.pem', ...extra } }, renew: write };
}

const TRUSTING = { ca: AUTHORITY.cert };

/** Serial number of what the listener shows now. */
async function serialOf(url: string): Promise<string> {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', ...TRUSTING });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

test('a session over TLS 1.3', async () => {
  const { workspace, gateway } = secured();
  const operated = await Operated.open({ gateway }, workspace);
  expect(operated.url).toMatch(/^https:/);
  expect(operated.gateway.started.tls).toBe(true);
  expect((await openSession(operated.url, TRUSTING)).id).toHaveLength(32);
  expect(await operated.metric('writ_tls_certificate_end_seconds{of="endpoint"}')).toBe(
    Date.UTC(2049, 11, 31, 23, 59, 59) / 1_000,
  );
});

test('TLS 1.1 is not spoken', async () => {
  const { workspace, gateway } = secured();
  const operated = await Operated.open({ gateway }, workspace);
  const old = {
    ...TRUSTING,
    minVersion: 'TLSv1.1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  } as const;
  await expect(post(operated.url, PING, old)).rejects.toBeInstanceOf(Error);
  await eventually(async () => (await operated.metric('writ_limits_hit_total{limit="tls-handshake"}')) === 1);
});

test('HTTP in the clear is not answered', async () => {
  const { workspace, gateway } = secured();
  const operated = await Operated.open({ gateway }, workspace);
  await expect(send(operated.url.replace('https', 'http'))).rejects.toBeInstanceOf(Error);
});

describe('clients with certificates', () => {
  const client = AUTHORITY.issue({ uris: ['spiffe://example.com/bot'] });
  const stranger = testAuthority('another authority').issue({ uris: ['spiffe://example.com/bot'] });

  test('are let in where an authority vouches for them, and only then', async () => {
    const { workspace, gateway } = secured({ clientCa: 'clients.pem' });
    const operated = await Operated.open({ gateway }, workspace);
    expect((await openSession(operated.url, { ...TRUSTING, ...client })).id).toHaveLength(32);
    await expect(post(operated.url, PING, TRUSTING)).rejects.toBeInstanceOf(Error);
    await expect(post(operated.url, PING, { ...TRUSTING, ...stranger })).rejects.toBeInstanceOf(Error);
  });

  test('are agents by what stands in the certificate, beside others where it is optional', async () => {
    const { workspace, gateway } = secured({ clientCa: 'clients.pem', clientCertificate: 'optional' });
    const auth = { mtls: { agents: { 'spiffe://example.com/bot': { id: 'bot' } } } };
    const operated = await Operated.open({ gateway: { ...gateway, auth } }, workspace);
    expect((await openSession(operated.url, { ...TRUSTING, ...client })).id).toHaveLength(32);
    for (const other of [TRUSTING, { ...TRUSTING, ...stranger }])
      expect(await post(operated.url, PING, other)).toMatchObject({ status: 403 });
    expect(await operated.metric('writ_auth_refusals_total{reason="auth.missing"}')).toBe(2);
  });
});

describe('a certificate that changes', () => {
  test('is shown to new connections, and open ones go on', async () => {
    const { workspace, gateway, renew } = secured();
    const operated = await Operated.open({ gateway }, workspace);
    const before = await serialOf(operated.url);
    const open = connect({ port: Number(new URL(operated.url).port), host: '127.0.0.1', ...TRUSTING });
    onTestFinished(() => void open.destroy());
    await once(open, 'secureConnect');
    renew();
    expect(await operated.gateway.reload()).toBe(true);
    expect(await serialOf(operated.url)).not.toBe(before);
    expect(await answerOn(open)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await operated.metric('writ_reloads_total{what="tls",result="ok"}')).toBe(1);
  });

  test('is seen without being asked to', async () => {
    const { workspace, gateway, renew } = secured();
    const operated = await Operated.open({ gateway }, workspace);
    const before = await serialOf(operated.url);
    renew();
    await operated.event('tls.reloaded');
    expect(await serialOf(operated.url)).not.toBe(before);
  });

  test.each([
    ['is no certificate', (path: string) => writeFileSync(`${path}/cert.pem`, 'nothing')],
    [
      'is not that of the key',
      (path: string) => writeFileSync(`${path}/cert.pem`, AUTHORITY.issue(LOOPBACK).cert),
    ],
    ['has a key that others may read', (path: string) => chmodSync(`${path}/key.pem`, 0o644)],
  ])('and %s leaves the one before in force, and that is told', async (_what, spoil) => {
    const { workspace, gateway } = secured();
    const operated = await Operated.open({ gateway }, workspace);
    const before = await serialOf(operated.url);
    spoil(workspace.folder);
    expect(await operated.gateway.reload()).toBe(false);
    expect(await serialOf(operated.url)).toBe(before);
    expect(await operated.event('tls.reload-failed')).toMatchObject({ level: 'error' });
    expect(await operated.metric('writ_reloads_total{what="tls",result="failed"}')).toBe(1);
    expect(operated.log).not.toContain('PRIVATE KEY');
  });
});

test('a key that the service manager passes may be read through the mask of its access list, and by nobody else', async () => {
  const { workspace, gateway } = secured();
  const environment = { CREDENTIALS_DIRECTORY: workspace.folder };
  chmodSync(`${workspace.folder}/key.pem`, 0o444);
  await expect(Operated.open({ gateway, environment }, workspace)).rejects.toMatchObject({
    code: 'key.permissions',
  });
  chmodSync(`${workspace.folder}/key.pem`, 0o440);
  expect((await Operated.open({ gateway, environment }, workspace)).gateway.started.tls).toBe(true);
});

describe('nothing is started', () => {
  test.each([
    ['without the certificate', (path: string) => `${path}/none.pem`, undefined, 'config.invalid'],
    ['with a key that others may read', undefined, 0o644, 'key.permissions'],
  ])('%s', async (_why, certOf, mode, code) => {
    const { workspace, gateway } = secured();
    if (certOf !== undefined) gateway.tls['cert'] = certOf(workspace.folder);
    if (mode !== undefined) chmodSync(`${workspace.folder}/key.pem`, mode);
    await expect(Operated.open({ gateway }, workspace)).rejects.toMatchObject({ code });
  });

  test('with a certificate that has ended', async () => {
    const { workspace, gateway } = secured();
    const clock = { ...systemClock, now: () => LATE };
    await expect(Operated.open({ gateway, clock }, workspace)).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.stringContaining('ended at 2049') as string,
    });
  });
});

async function answerOn(socket: TLSSocket): Promise<string> {
  socket.write(
    'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: */*\r\nContent-Length: 2\r\n\r\n{}',
  );
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return chunk.toString();
}
