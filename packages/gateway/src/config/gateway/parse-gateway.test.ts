/** `gateway:` in `writ.yaml`: what it takes, where a mistake is, and what may not be exposed. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Fault } from '@writ/core';
import { parseConfig } from '../index.ts';
import { DEFAULT_GATEWAY, type GatewayConfiguration, isLoopback, requireSafeExposure } from './index.ts';

const FOLDER = '/etc/writ';
const MINIMAL = 'policies: [p.cedar]\nagent: {id: bot}\n';

function gatewayOf(text: string): GatewayConfiguration {
  const { gateway } = parseConfig(`${MINIMAL}gateway: {${text}}\n`, join(FOLDER, 'writ.yaml'));
  if (gateway === undefined) throw new Error('it was not read');
  return gateway;
}

function faultOf(run: () => unknown): Fault {
  try {
    run();
  } catch (fault) {
    if (fault instanceof Fault) return fault;
    throw fault;
  }
  throw new Error('it was taken');
}

test('nothing said is this machine alone, port 8640, probes on a port of their own, and nobody let in', () => {
  expect(gatewayOf('')).toEqual(DEFAULT_GATEWAY);
  expect(DEFAULT_GATEWAY).toMatchObject({
    listen: { host: '127.0.0.1', port: 8640 },
    admin: { on: 'listen', listen: { host: '127.0.0.1', port: 8641 } },
    path: '/mcp',
    hosts: [],
    origins: [],
    isBehindProxy: false,
  });
  expect(DEFAULT_GATEWAY.auth).toBeUndefined();
  expect(parseConfig(MINIMAL, join(FOLDER, 'writ.yaml')).gateway).toBeUndefined();
});

test('everything can be said', () => {
  const text = `
    listen: "[2001:db8::1]:443", path: /mcp/v1, url: "https://gateway.example.com/mcp", hosts: [Inner.example.com, "[2001:db8::1]"],
    origins: ["https://app.example.com"], insecure: behind-proxy, tls: {cert: c.pem, key: k.pem, clientCa: ca.pem, clientCertificate: optional},
    auth: none, admin: {listen: "10.0.0.5:9000"}, log: {form: json, level: warn, servers: true}, metrics: {tools: true},
    drain: {announce: 5s, finish: 1m},
    limits: {body: 1MiB, head: 8KiB, headers: 50, connections: 20, requestsPerConnection: 7, streams: 9, streamsPerSession: 3, sessions: 4, sessionsPerPrincipal: 2, headTime: 2s, requestTime: 5s, keepAlive: 10s, sessionIdle: 1h}`;
  expect(gatewayOf(text.replaceAll('\n', ' '))).toEqual({
    listen: { host: '2001:db8::1', port: 443 },
    path: '/mcp/v1',
    url: 'https://gateway.example.com/mcp',
    hosts: ['inner.example.com', '[2001:db8::1]'],
    origins: ['https://app.example.com'],
    isBehindProxy: true,
    tls: {
      cert: join(FOLDER, 'c.pem'),
      key: join(FOLDER, 'k.pem'),
      clientCa: join(FOLDER, 'ca.pem'),
      isClientRequired: false,
    },
    auth: { kind: 'none' },
    admin: { on: 'listen', listen: { host: '10.0.0.5', port: 9000 } },
    log: { form: 'json', level: 'warn', passesServers: true },
    hasToolMetrics: true,
    drain: { announceMs: 5_000, finishMs: 60_000 },
    limits: {
      bodyBytes: 1_048_576,
      headBytes: 8_192,
      headers: 50,
      connections: 20,
      requestsPerConnection: 7,
      streams: 9,
      streamsPerSession: 3,
      sessions: 4,
      sessionsPerPrincipal: 2,
      headMs: 2_000,
      requestMs: 5_000,
      keepAliveMs: 10_000,
      sessionIdleMs: 3_600_000,
    },
  });
  expect(gatewayOf('admin: off').admin).toEqual({ on: 'off' });
  expect(gatewayOf('admin: gateway').admin).toEqual({ on: 'gateway' });
  expect(gatewayOf('tls: {cert: c, key: k, clientCa: ca}').tls).toMatchObject({ isClientRequired: true });
});

describe('what is refused, with its place', () => {
  test.each([
    ['an unknown field', 'lisen: "127.0.0.1:1"', 'gateway.lisen', /`listen`/],
    ['a port alone', 'listen: "8640"', 'gateway.listen', /HOST:PORT/],
    ['IPv6 without brackets', 'listen: "::1:8640"', 'gateway.listen', /HOST:PORT/],
    ['brackets around what is no IPv6', 'listen: "[zz]:1"', 'gateway.listen', /HOST:PORT/],
    ['a port that no machine has', 'listen: "127.0.0.1:70000"', 'gateway.listen', /HOST:PORT/],
    ['a path that goes up', 'path: /a/../b', 'gateway.path', /letters/],
    ['a path with a query', 'path: "/mcp?x"', 'gateway.path', /letters/],
    ['a path where metadata stands', 'path: /.well-known/x', 'gateway.path', /letters/],
    ['every origin', 'origins: ["*"]', 'gateway.origins[0]', /never `\*`/],
    ['an origin with a path', 'origins: ["https://a.example/x"]', 'gateway.origins[0]', /alone/],
    ['a host with a port', 'hosts: ["a.example:80"]', 'gateway.hosts[0]', /without port/],
    ['every host', 'hosts: ["*"]', 'gateway.hosts[0]', /without port/],
    ['another word for insecure', 'insecure: true', 'gateway.insecure', undefined],
    ['TLS without a key', 'tls: {cert: c.pem}', 'gateway.tls', /key/],
    [
      'clients without an authority',
      'tls: {cert: c, key: k, clientCertificate: required}',
      'gateway.tls.clientCertificate',
      /clientCa/,
    ],
    ['a body without a unit', 'limits: {body: 4000000}', 'gateway.limits.body', /4MiB/],
    ['a body past the bound', 'limits: {body: 1000MiB}', 'gateway.limits.body', /64MiB/],
    ['no connections', 'limits: {connections: 0}', 'gateway.limits.connections', /from 1/],
    ['half a connection', 'limits: {connections: 1.5}', 'gateway.limits.connections', /whole/],
    ['a head that may take a day', 'limits: {headTime: 1d}', 'gateway.limits.headTime', /1m/],
    ['an unknown limit', 'limits: {bodies: 1}', 'gateway.limits.bodies', /`body`/],
    ['a URL in the clear', 'url: "http://gateway.example.com/mcp"', 'gateway.url', /https/],
  ])('%s', (_what, text, path, hint) => {
    const fault = faultOf(() => gatewayOf(text));
    expect(fault).toMatchObject({ code: 'config.invalid', data: { path } });
    if (hint !== undefined) expect(fault.data['hint']).toMatch(hint);
  });

  test('a password in the URL is refused and not repeated', () => {
    const fault = faultOf(() => gatewayOf('url: "https://me:hunter2@gateway.example.com/mcp"'));
    expect(JSON.stringify([fault.message, fault.data])).not.toContain('hunter2');
  });
});

describe('beyond loopback', () => {
  const OPEN = 'listen: "0.0.0.0:8640"';
  const NAMED = `${OPEN}, url: "https://g.example/mcp"`;
  test.each([
    ['without authentication', `${NAMED}, tls: {cert: c, key: k}`, false, 'gateway.auth'],
    [
      'without authentication, a proxy in front or not',
      `${NAMED}, insecure: behind-proxy`,
      false,
      'gateway.auth',
    ],
    ['without TLS', NAMED, true, 'gateway.tls'],
    ['without a name to be called by', `${OPEN}, tls: {cert: c, key: k}`, true, 'gateway.hosts'],
    ['under a name that is not known to be loopback', 'listen: "myhost:1"', true, 'gateway.tls'],
  ])('nothing is served %s', (_what, text, isAuthenticated, path) => {
    expect(faultOf(() => requireSafeExposure(gatewayOf(text), isAuthenticated))).toMatchObject({
      code: 'config.invalid',
      data: { path },
    });
  });

  test.each([
    ['with TLS and authentication', `${NAMED}, tls: {cert: c, key: k}`, true],
    ['with authentication behind a proxy that does TLS', `${NAMED}, insecure: behind-proxy`, true],
    ['or on loopback without either', 'listen: "[::1]:1"', false],
  ])('it is served %s', (_what, text, isAuthenticated) => {
    expect(() => requireSafeExposure(gatewayOf(text), isAuthenticated)).not.toThrow();
  });

  test.each([
    ['127.0.0.1', true],
    ['127.8.8.8', true],
    ['::1', true],
    ['localhost', true],
    ['127.evil.example', false],
    ['0.0.0.0', false],
    ['::', false],
    ['::ffff:10.0.0.1', false],
    ['10.0.0.1', false],
  ])('%s is loopback: %s', (host, is) => {
    expect(isLoopback(host)).toBe(is);
  });
});
