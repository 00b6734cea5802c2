import { expect, test } from 'vitest';
import { parseServerSettings } from './settings.ts';

const read = (text: string) => parseServerSettings(text, '/etc/writ/writ-server.yaml');

test('nothing is reached beyond public hosts, and nothing listens beyond loopback, unless it is written', () => {
  expect(read('')).toMatchObject({ privateHosts: [], listen: { host: '127.0.0.1' }, identityProviders: [] });
  expect(read('channels: {privateHosts: [mail.internal]}').privateHosts).toEqual(['mail.internal']);
});

test('what is only looked at stays for as many days as are named', () => {
  expect(read('').keeps).toEqual({});
  expect(read('approvals: {keep: 30d}\nreceipts: {keep: 400d}').keeps).toEqual({
    approvalsMs: 30 * 86_400_000,
    receiptsMs: 400 * 86_400_000,
  });
});

test.each([
  ['no day at all', 'receipts: {keep: 0d}', 'receipts.keep'],
  ['a host with a path', 'channels: {privateHosts: ["mail.internal/x"]}', 'channels.privateHosts.0'],
  ['a field that nobody knows', 'channels: {hosts: []}', 'channels'],
  ['a URL with a path', 'url: https://a.example/x', 'url'],
])('%s is refused with its place', (_why, text, path) => {
  expect(() => read(text)).toThrow(
    expect.objectContaining({ code: 'config.invalid', data: expect.objectContaining({ path }) }),
  );
});
