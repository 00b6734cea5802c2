// Telling people that something waits (defect 29): signed webhooks, Slack, mail; at least once, within bounds, and nowhere that it must not go.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { raiseAlert } from '../../src/alerts/index.ts';
import { deliver, MAX_ATTEMPTS } from '../../src/deliveries/index.ts';
import { startMailServer } from '../smtp.ts';
import { PLANE_URL, START, stopServer } from '../world.ts';
import { closers, closeTelling, openTelling, type Received, receiver, SECRET } from './telling.ts';

afterEach(closeTelling);
afterAll(stopServer);

describe.each(['sqlite', 'postgres'] as const)('deliveries on %s', (store) => {
  test('a webhook is told once, signed as Standard Webhooks say, by one of two servers, and of nothing secret', async () => {
    const opened = await openTelling(store, { secrets: { OPS: SECRET } });
    if (opened === undefined) return;
    const { url, received } = await receiver(200);
    await opened.wait();
    const channel = await opened.channel({ kind: 'webhook', url: `${url}/hook`, secret: 'OPS' });
    const id = await opened.wait();
    await Promise.all([opened.round(), opened.round()]);
    await opened.round();
    // Nothing from before the channel was there.
    expect(received).toHaveLength(1);
    const [{ headers, body }] = received as [Received];
    const signature = new Webhook(SECRET).sign(
      headers['webhook-id'] ?? '',
      new Date(Number(headers['webhook-timestamp']) * 1_000),
      body,
    );
    expect(headers['webhook-signature']).toBe(signature);
    expect(JSON.parse(body)).toMatchObject({
      type: 'approval.waiting',
      data: { id, organisation: opened.organisation, link: `${PLANE_URL}/approvals/${id}` },
    });
    expect(body).not.toMatch(/secret words/);
    expect(await opened.statuses(channel)).toMatchObject([{ status: 'sent', attempts: 1 }]);
  });

  test('what is not taken is tried again under the same id, later each time, and given up at last', async () => {
    const opened = await openTelling(store, { secrets: { OPS: SECRET } });
    if (opened === undefined) return;
    const { url, received } = await receiver(500);
    const channel = await opened.channel({ kind: 'webhook', url, secret: 'OPS' });
    await opened.wait();
    await opened.round();
    await opened.round();
    expect(received).toHaveLength(1);
    for (let round = 0; round < MAX_ATTEMPTS + 2; round += 1) {
      opened.clock.set(opened.clock.now() + 3_600_000);
      await opened.round();
    }
    expect(received).toHaveLength(MAX_ATTEMPTS);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(await opened.statuses(channel)).toMatchObject([
      { status: 'failed', attempts: MAX_ATTEMPTS, error: expect.stringContaining('500') },
    ]);
  });
});

test('Slack is told in one line of text that wakes nobody, and its address is in no record', async () => {
  const { url, received } = await receiver(200);
  const opened = await openTelling('sqlite', { secrets: { SLACK: `${url}/services/T0/B0/topsecret` } });
  if (opened === undefined) return;
  const channel = await opened.channel({ kind: 'slack', secret: 'SLACK' });
  await opened.wait();
  await opened.round();
  const { text } = JSON.parse(received[0]?.body ?? '{}');
  expect(text).toContain('&lt;!channel&gt;');
  expect(text.split('\n')).toHaveLength(2);
  const shown = await opened.send('GET', `/v1/channels/${channel}`, { as: opened.people.reader });
  expect(JSON.stringify(shown.body)).not.toContain('topsecret');
});

test('mail reaches a real server, one mail for each attempt that it takes', async () => {
  const mail = await startMailServer();
  closers.push(() => mail.close());
  const opened = await openTelling('sqlite', { hosts: ['mail.test'] });
  if (opened === undefined) return;
  const channel = await opened.channel({
    kind: 'smtp',
    host: 'mail.test',
    port: mail.port,
    security: 'starttls',
    from: 'writ@example.org',
    to: ['ann@example.org', 'bo@example.org'],
  });
  mail.isBusy = true;
  const id = await opened.wait();
  await opened.round();
  expect(mail.mails).toEqual([]);
  mail.isBusy = false;
  opened.clock.set(START + 60_000);
  await opened.round();
  expect(mail.mails).toHaveLength(1);
  const [{ to, text }] = mail.mails as [(typeof mail.mails)[number]];
  expect(to.join()).toMatch(/ann@example.org.*bo@example.org/);
  expect(text).toContain('Subject: Writ: approval waiting');
  expect(text.replaceAll('=\n', '')).toContain(`/approvals/${id}`);
  expect(text).not.toMatch(/secret words/);
  expect(await opened.statuses(channel)).toMatchObject([{ status: 'sent', attempts: 2 }]);
});

test('a receiver that never ends its answer keeps no other channel waiting, nor the end of the server', async () => {
  // A relay that says a word now and then, and never what is waited for.
  const mute = createServer((socket) => {
    const timer = setInterval(() => socket.write('220-still here\r\n'), 20);
    socket.on('error', () => undefined);
    socket.on('close', () => clearInterval(timer));
  });
  mute.listen(0, '127.0.0.1');
  await once(mute, 'listening');
  closers.push(async () => void mute.close());
  const address = mute.address();
  const opened = await openTelling('sqlite', {
    secrets: { OPS: SECRET },
    hosts: ['hooks.test', 'mail.test'],
  });
  if (opened === undefined) return;
  const { url, received } = await receiver(200);
  const stuck = await opened.channel({
    kind: 'smtp',
    host: 'mail.test',
    port: typeof address === 'object' && address !== null ? address.port : 0,
    security: 'starttls',
    from: 'writ@example.org',
    to: ['ann@example.org'],
  });
  await opened.channel({ kind: 'webhook', url, secret: 'OPS' });
  for (let waiting = 0; waiting < 3; waiting += 1) await opened.wait();
  const ending = new AbortController();
  const round = deliver(opened.telling, ending.signal);
  await vi.waitFor(() => expect(received).toHaveLength(3), { timeout: 9_000 });
  ending.abort();
  await round;
  expect(await opened.statuses(stuck)).toMatchObject([
    { attempts: 0 },
    { attempts: 0 },
    { status: 'waiting', attempts: 1, error: expect.stringContaining('the mail was not taken') },
  ]);
});

describe('nothing is sent', () => {
  test.each<[string, object, { hosts?: string[] }]>([
    ['to the loopback interface', {}, { hosts: [] }],
    ['in the clear beyond the loopback interface', { url: 'http://93.184.216.34/' }, {}],
    ['to an address of the metadata service', { url: 'http://169.254.169.254/latest' }, {}],
    ['to a private address', { url: 'https://10.0.0.1/' }, {}],
    ['to an IPv4 address within an IPv6 one', { url: 'https://[::ffff:127.0.0.1]/' }, {}],
  ])('%s', async (_where, more, options) => {
    const opened = await openTelling('sqlite', { secrets: { OPS: SECRET }, ...options });
    if (opened === undefined) return;
    const { url, received } = await receiver(200);
    const channel = await opened.channel({ kind: 'webhook', url, secret: 'OPS', ...more });
    await opened.wait();
    await opened.round();
    expect(received).toEqual([]);
    expect(await opened.statuses(channel)).toMatchObject([
      { status: 'failed', attempts: 1, error: expect.stringMatching(/not a public one|over `https:`/) },
    ]);
  });

  test('after a redirect, or once the receiver is gone for good', async () => {
    const opened = await openTelling('sqlite', { secrets: { OPS: SECRET } });
    if (opened === undefined) return;
    for (const status of [302, 410]) {
      const { url, received } = await receiver(status);
      const channel = await opened.channel({ kind: 'webhook', url, secret: 'OPS' });
      await opened.wait();
      await opened.round();
      opened.clock.set(opened.clock.now() + 60_000);
      await opened.round();
      expect(received).toHaveLength(1);
      expect(await opened.statuses(channel)).toMatchObject([{ status: 'failed' }]);
    }
  });

  test('of another organisation’s events, nor with another organisation’s secrets', async () => {
    const opened = await openTelling('sqlite', { secrets: { OPS: SECRET } });
    if (opened === undefined) return;
    const { url, received } = await receiver(200);
    const target = { kind: 'webhook', url, secret: 'OPS' };
    const body = {
      name: 'theirs',
      isEnabled: true,
      topics: ['approvals'],
      teams: [],
      leastSeverity: 'low',
      target,
    };
    await opened.send('POST', '/v1/channels', { as: opened.stranger, body });
    await opened.wait();
    await opened.round();
    expect(received).toEqual([]);
  });

  test('to a channel that was switched off, or removed, meanwhile', async () => {
    const opened = await openTelling('sqlite', { secrets: { OPS: SECRET } });
    if (opened === undefined) return;
    const { url, received } = await receiver(503, 200);
    const channel = await opened.channel({ kind: 'webhook', url, secret: 'OPS' });
    await opened.wait();
    await opened.round();
    const { headers } = await opened.send('GET', `/v1/channels/${channel}`, { as: opened.people.admin });
    const gone = await opened.send('DELETE', `/v1/channels/${channel}`, {
      as: opened.people.admin,
      match: headers.get('etag') ?? undefined,
    });
    expect(gone.status).toBe(204);
    opened.clock.set(START + 60_000);
    await opened.round();
    expect(received).toHaveLength(1);
  });
});

test('an alert is told whole, in one line that reads in the order in which it is written', async () => {
  const opened = await openTelling('sqlite', { secrets: { OPS: SECRET } });
  if (opened === undefined) return;
  const { url, received } = await receiver(200);
  await opened.channel({ kind: 'webhook', url, secret: 'OPS' });
  const marks = '\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069';
  const tail = 'the end';
  const words = 'x'.repeat(500 - marks.length - tail.length);
  const sent = { severity: 'low', text: `${marks}${words}${tail}` };
  const raised = await opened.send('POST', '/v1/alerts', { as: opened.people.writer, body: sent });
  expect(raised.status).toBe(201);
  await opened.round();
  expect(JSON.parse(received[0]?.body ?? '{}').data.text).toBe(`low: ${words}${tail}`);
});

test('alerts go by severity', async () => {
  const opened = await openTelling('sqlite', { secrets: { OPS: SECRET } });
  if (opened === undefined) return;
  const { url, received } = await receiver(200);
  await opened.channel({ kind: 'webhook', url, secret: 'OPS' }, { leastSeverity: 'medium' });
  const { plane, organisation } = opened;
  const raise = (key: string, severity: 'low' | 'medium'): Promise<unknown> =>
    raiseAlert(plane, organisation, { key, severity, source: 'rule', text: 'denials rise' }, (change) =>
      plane.changes.commit({
        ...change,
        organisation,
        actor: { kind: 'server', id: 'server', concerns: [] },
      }),
    );
  await raise('a', 'low');
  await raise('b', 'medium');
  await opened.round();
  expect(received.map(({ body }) => JSON.parse(body))).toMatchObject([
    { type: 'alert.raised', data: { text: 'medium: denials rise' } },
  ]);
});
