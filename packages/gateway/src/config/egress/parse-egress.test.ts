import { isFault } from '@writ/core';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../parse-config.ts';
import { DEFAULT_AUTHZ, DEFAULT_EGRESS } from './index.ts';

const configured = (lines: string): ReturnType<typeof parseConfig> =>
  parseConfig(`policies: [policies]\nagent: {id: bot}\n${lines}\n`, '/etc/writ/writ.yaml');

test('nothing said is this machine alone, public addresses alone, and nothing inside TLS', () => {
  expect(DEFAULT_EGRESS).toMatchObject({
    listen: { host: '127.0.0.1', port: 8650 },
    allowNetworks: [],
    passesUnread: false,
    tlsPorts: [443],
  });
  expect(DEFAULT_EGRESS.inspect).toBeUndefined();
  expect(DEFAULT_AUTHZ.listen).toEqual({ host: '127.0.0.1', port: 8651 });
  expect(configured('egress: {}').egress).toEqual(DEFAULT_EGRESS);
});

test('everything that can be said is read', () => {
  const { egress, authz } = configured(`
egress:
  listen: unix:run/egress.sock
  auth: tokens
  allowNetworks: [10.1.0.0/16, "fd12::/32", 127.0.0.1]
  hosts: {build.internal: 10.2.0.7, wiki.internal: dns, six.internal: "FD12:0::1"}
  dns: [10.0.0.2, "127.0.0.1:5353", "[fd00::53]:53"]
  https: [443, 8443]
  inspect: {hosts: ["*.example.com"], except: [bank.example.com], ca: hosts.pem}
  unread: pass
  limits: {bytesUp: 10MiB, bytesDown: 1MiB, bytesPerSecond: 64KiB, connections: 7, idle: 1m, lifetime: 2h, connect: 3s, resolve: 1s, headTime: 5s, head: 8KiB, headers: 50, body: 2MiB}
authz: {listen: "127.0.0.1:9000", url: "https://pdp.example.com/"}`);
  expect(egress).toMatchObject({
    listen: { socket: '/etc/writ/run/egress.sock' },
    needsToken: true,
    allowNetworks: ['10.1.0.0/16', 'fd12::/32', '127.0.0.1'],
    dns: ['10.0.0.2', '127.0.0.1:5353', '[fd00::53]:53'],
    tlsPorts: [443, 8443],
    inspect: { hosts: ['*.example.com'], except: ['bank.example.com'], ca: '/etc/writ/hosts.pem' },
    passesUnread: true,
    limits: {
      bytesUp: 10_485_760,
      bytesPerSecond: 65_536,
      connections: 7,
      idleMs: 60_000,
      lifetimeMs: 7_200_000,
      bodyBytes: 2_097_152,
    },
  });
  expect(Object.fromEntries(egress?.hosts ?? [])).toEqual({
    'build.internal': '10.2.0.7',
    'wiki.internal': 'dns',
    'six.internal': 'fd12::1',
  });
  expect(authz).toEqual({ listen: { host: '127.0.0.1', port: 9000 }, url: 'https://pdp.example.com' });
});

describe('is refused, with a place and a hint:', () => {
  test.each([
    ['an address that others reach', 'egress: {listen: "0.0.0.0:8650"}', 'egress.listen'],
    ['a name that may mean anything', 'egress: {listen: "proxy.example.com:8650"}', 'egress.listen'],
    ['a socket whose path is too long', `egress: {listen: "unix:${'x'.repeat(120)}"}`, 'egress.listen'],
    [
      'a network with bits past its prefix',
      'egress: {allowNetworks: [10.0.0.1/8]}',
      'egress.allowNetworks[0]',
    ],
    ['half of the address space', 'egress: {allowNetworks: [0.0.0.0/1]}', 'egress.allowNetworks[0]'],
    ['a host that is an address', 'egress: {hosts: {10.0.0.1: dns}}', 'egress.hosts["10.0.0.1"]'],
    ['a host in capital letters', 'egress: {hosts: {Build.internal: dns}}', 'egress.hosts'],
    ['a host that leads to a name', 'egress: {hosts: {a.internal: b.internal}}', 'egress.hosts'],
    ['a DNS server by name', 'egress: {dns: [dns.example.com]}', 'egress.dns[0]'],
    ['a pattern with a star inside', 'egress: {inspect: {except: ["a.*.b"]}}', 'egress.inspect.except[0]'],
    ['a limit that nobody knows', 'egress: {limits: {speed: 1KiB}}', 'egress.limits'],
    ['a field that nobody knows', 'egress: {alowNetworks: []}', 'egress'],
    ['an authz service that others reach', 'authz: {listen: "0.0.0.0:1"}', 'authz.listen'],
  ])('%s', (_what, lines, path) => {
    try {
      configured(lines);
    } catch (fault) {
      expect(
        isFault(fault, 'config.invalid') &&
          String(fault.data['path']).startsWith(path.replace('["10.0.0.1"]', '')),
      ).toBe(true);
      expect(isFault(fault) && typeof fault.data['hint']).toBe('string');
      return;
    }
    expect.unreachable(lines);
  });
});
