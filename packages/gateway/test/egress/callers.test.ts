// Who uses the proxy, what a person has to agree to, and what is redacted on the way.
import { describe, expect, test, vi } from 'vitest';
import { createSigningKey, publicKeyText, type SigningKey, systemRandom } from '@writ/core';
import { createTokenText } from '../../src/auth/index.ts';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { recordAnswer } from '../approvals/world.ts';
import { EgressWorld, host, LOOPBACK, makeToken, PERMIT_ALL } from './world.ts';

const token = (world: EgressWorld, agent: string, more: { readonly expires?: number } = {}): string =>
  makeToken(world, agent, more).text;
const basic = (text: string): string =>
  `Proxy-Authorization: Basic ${Buffer.from(`agent:${text}`).toString('base64')}\r\n`;
const ONLY_ANN =
  '@id("ann") permit (principal == Agent::"ann", action == Action::"network/egress", resource);\n';

describe('who uses the proxy', () => {
  test('is the agent of an API token, as a password or alone', async () => {
    const behind = await host();
    const world = await EgressWorld.open({ policy: ONLY_ANN });
    const url = `http://127.0.0.1:${behind.port}/`;
    const ann = token(world, 'ann');
    expect((await world.get(url, basic(ann))).status).toBe(200);
    expect((await world.get(url, `Proxy-Authorization: Bearer ${ann}\r\n`)).status).toBe(200);
    expect((await world.get(url, basic(token(world, 'bo')))).status).toBe(403);
    expect(behind.heads.some(({ headers }) => 'proxy-authorization' in headers)).toBe(false);
  });

  test('is the node’s own agent without a token, where the operator lets it', async () => {
    const behind = await host();
    const world = await EgressWorld.open({
      policy: '@id("bot") permit (principal == Agent::"bot", action == Action::"network/egress", resource);',
    });
    expect((await world.get(`http://127.0.0.1:${behind.port}/`)).status).toBe(200);
  });

  test.each([
    ['no token', '', 'auth.missing'],
    ['a token that nobody made', basic(createTokenText(systemRandom)), 'auth.unknown'],
    ['a header that cannot be read', 'Proxy-Authorization: Digest x\r\n', 'auth.malformed'],
    ['two headers', `${basic('a')}${basic('b')}`, 'egress.headers'],
  ])('is nobody with %s, where one is demanded', async (_what, headers, code) => {
    const behind = await host();
    const world = await EgressWorld.open({ egress: `${LOOPBACK}, auth: tokens` });
    const { status } = await world.get(`http://127.0.0.1:${behind.port}/`, headers);
    expect(status).toBe(code === 'egress.headers' ? 400 : 407);
    expect((await world.connect(`127.0.0.1:${behind.port}`, headers)).status).toBe(status);
    expect(behind.connections).toBe(0);
    expect(world.entries()).toEqual([]);
    expect(await world.counted()).toEqual({ [code]: 2 });
  });

  test('has connections to hosts of its own, also where two share one to the proxy: some hosts believe a connection', async () => {
    const behind = await host();
    const world = await EgressWorld.open();
    const [ann, bo] = [basic(token(world, 'ann')), basic(token(world, 'bo'))];
    const at = `127.0.0.1:${behind.port}`;
    const client = world.client();
    for (const [times, who] of [ann, ann, bo, bo].entries()) {
      client.socket.write(`GET http://${at}/ HTTP/1.1\r\nHost: ${at}\r\n${who}\r\n`);
      await client.until(() => client.text.split('hello from').length > times + 1);
    }
    expect(behind.connections).toBe(2);
  });

  test('never becomes the node’s own agent by a token that does not count', async () => {
    const behind = await host();
    const world = await EgressWorld.open();
    const expired = token(world, 'ann', { expires: 1 });
    expect((await world.get(`http://127.0.0.1:${behind.port}/`, basic(expired))).status).toBe(407);
    expect(behind.connections).toBe(0);
  });
});

describe('what a person has to agree to', () => {
  test('is refused with a reference, and goes through once when exactly it is sent again', async () => {
    const behind = await host();
    const { key } = createSigningKey('ann', systemRandom);
    const policy = `${PERMIT_ALL}@id("ask") @verdict("step_up") @approvers("ann") forbid (principal, action == Action::"network/egress", resource) when { context.args has method && context.args.method == "POST" };`;
    const world = await EgressWorld.open({
      policy,
      yaml: `approvals: {approvers: [{id: ann, key: "${publicKeyText(key)}"}]}`,
    });
    const at = `127.0.0.1:${behind.port}`;
    const post = (body: string): Promise<string> =>
      world.raw(
        `POST http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
    const held = await post('one');
    expect(held).toMatch(/^HTTP\/1\.1 403 Waiting for approval/);
    const [, reference = ''] = /Reference: (\S+),/.exec(held) ?? [];
    await approve(world, reference, key);
    expect(await post('two')).toMatch(/^HTTP\/1\.1 403 Waiting/);
    expect(await post('one')).toMatch(/^HTTP\/1\.1 200/);
    expect(await post('one')).toMatch(/^HTTP\/1\.1 403 Waiting/);
    expect(behind.bodies).toEqual(['one']);
  });
});

describe('what is redacted', () => {
  const REDACT =
    '@id("redact") @redact("payment-card") permit (principal, action == Action::"network/egress", resource);';
  const CARD = '4111 1111 1111 1111';

  test('is gone from the body before it is sent', async () => {
    const behind = await host();
    const world = await EgressWorld.open({ policy: REDACT });
    const at = `127.0.0.1:${behind.port}`;
    const body = `pay with ${CARD}`;
    await world.raw(
      `POST http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(behind.bodies).toEqual(['pay with [redacted:payment-card]']);
  });

  test('is gone from the URL, whose host stays', async () => {
    const behind = await host();
    const world = await EgressWorld.open({ policy: REDACT });
    await world.get(`http://127.0.0.1:${behind.port}/pay?card=4111111111111111`);
    expect(behind.requests).toEqual([expect.not.stringContaining('4111')]);
    expect(behind.requests[0]).toContain('/pay?card=');
  });

  test('is found in a packed body as well', async () => {
    const behind = await host();
    const world = await EgressWorld.open({ policy: REDACT });
    const at = `127.0.0.1:${behind.port}`;
    const body = gzipSync(`pay with ${CARD}`).toString('latin1');
    await world.raw(
      `POST http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nConnection: close\r\nContent-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(behind.bodies).toEqual(['pay with [redacted:payment-card]']);
    expect(behind.heads[0]?.headers).not.toHaveProperty('content-encoding');
  });
});

describe('a body that cannot be looked at', () => {
  const send = (world: EgressWorld, port: number, body: string, headers = ''): Promise<string> => {
    const at = `127.0.0.1:${port}`;
    return world.raw(
      `POST http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nConnection: close\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`,
    );
  };

  const packed = (text: string): string => gzipSync(text).toString('latin1');
  /** What a host that reads on would find, and a detector would not. */
  const trailed = (pack: (text: string) => Buffer): string =>
    `${pack('nothing').toString('latin1')}card 4111 1111 1111 1111`;

  test.each([
    ['because it is too long', 'x'.repeat(5_000), ''],
    ['because it is too long once unpacked', packed('x'.repeat(5_000)), 'Content-Encoding: gzip\r\n'],
    ['because of a coding nobody knows', 'x', 'Content-Encoding: mystery\r\n'],
    ['because it is not what it says', 'x', 'Content-Encoding: gzip\r\n'],
    ['because of what stands behind its packed part', trailed(deflateSync), 'Content-Encoding: deflate\r\n'],
    [
      'because of what stands behind a part packed by Brotli',
      trailed(brotliCompressSync),
      'Content-Encoding: br\r\n',
    ],
    ['because of what stands behind a part packed by gzip', trailed(gzipSync), 'Content-Encoding: gzip\r\n'],
  ])('%s is refused', async (_why, body, headers) => {
    const behind = await host();
    const world = await EgressWorld.open({ egress: `${LOOPBACK}, limits: {body: 1KiB}` });
    expect(await send(world, behind.port, body, headers)).toMatch(/^HTTP\/1\.1 403/);
    expect(behind.connections).toBe(0);
    expect(world.entries()).toEqual(['decision deny egress.body']);
  });

  test('goes to the policies where the operator says so, whole and unchanged', async () => {
    const behind = await host();
    const policy = `${PERMIT_ALL}@id("seen") forbid (principal, action == Action::"network/egress", resource) when { context.args has unresolved && context.args.unresolved.contains("body") && context.args.path == "/no" };`;
    const world = await EgressWorld.open({
      policy: policy.replace(
        'context.args.path == "/no"',
        'context.args has path && context.args.path == "/no"',
      ),
      egress: `${LOOPBACK}, unread: pass, limits: {body: 1KiB}`,
    });
    const body = 'y'.repeat(200_000);
    expect(await send(world, behind.port, body)).toMatch(/^HTTP\/1\.1 200/);
    expect(behind.bodies).toEqual([body]);
    await vi.waitFor(() => expect(world.entries()).toEqual(['decision allow', 'outcome performed']));
  });
});

async function approve({ egress: { node } }: EgressWorld, reference: string, key: SigningKey): Promise<void> {
  const hold = node.state.holds().find(({ index }) => reference.endsWith(`#${index}`));
  if (hold === undefined) throw new Error(`nothing waits as ${reference}`);
  await recordAnswer(node, key, hold, 'ann', 'approve');
}
