import { expect, test } from 'vitest';
import { ownFiles } from '../own-files.ts';
import { parseConfig } from '../parse-config.ts';
import type { Configuration } from '../types.ts';

const FILE = '/srv/writ/writ.yaml';

function parsed(text: string): Configuration {
  const indented = text.trim().replaceAll(/^/gm, '  ');
  return parseConfig(`policies: [policies]\nagent: {id: bot}\nexport:\n${indented}\n`, FILE);
}

function targetOf(text: string): unknown {
  return parsed(text).export?.[0]?.target;
}

const NATS = 'events: {type: nats, servers: ["nats.example.com:4222"], stream: WRIT, subject: writ.events';
const KAFKA = 'events: {type: kafka, brokers: ["kafka.example.com:9093"], topic: writ-events';

test('a stream of NATS is reached over TLS, with the login that is named', () => {
  const text = `
events:
  type: nats
  servers: [nats-1.example.com:4222, "[::1]:4222"]
  tls: {ca: ca.pem}
  login: {user: writ, passwordFile: nats.password}
  stream: WRIT
  subject: writ.{tenant}.{kind}
  format: cloudevents
`;
  expect(targetOf(text)).toStrictEqual({
    type: 'nats',
    servers: ['nats-1.example.com:4222', '[::1]:4222'],
    tls: { ca: '/srv/writ/ca.pem' },
    login: { user: 'writ', password: { file: '/srv/writ/nats.password' } },
    stream: 'WRIT',
    subject: 'writ.{tenant}.{kind}',
    format: 'cloudevents',
  });
  expect(ownFiles(parsed(text)).secret).toContain('/srv/writ/nats.password');
});

test.each([
  ['tokenEnv: NATS', { token: { env: 'NATS' } }],
  ['credentialsFile: writ.creds', { credentials: { file: '/srv/writ/writ.creds' } }],
  ['seedEnv: NATS', { seed: { env: 'NATS' } }],
])('a login of NATS is %s', (login, read) => {
  expect(targetOf(`${NATS}, login: {${login}}}`)).toMatchObject({ login: read, format: 'ocsf', tls: {} });
});

test('a topic of Kafka is reached over TLS, with the login that is named', () => {
  const text = `
events:
  type: kafka
  brokers: [kafka-1.example.com:9093, kafka-2.example.com:9093]
  login: {mechanism: scram-sha-512, user: writ, passwordEnv: KAFKA_PASSWORD}
  topic: writ-events
`;
  expect(targetOf(text)).toStrictEqual({
    type: 'kafka',
    brokers: ['kafka-1.example.com:9093', 'kafka-2.example.com:9093'],
    tls: {},
    login: { mechanism: 'scram-sha-512', user: 'writ', password: { env: 'KAFKA_PASSWORD' } },
    topic: 'writ-events',
    format: 'ocsf',
  });
});

test('a collector is told log records, unless more signals are named, in their order', () => {
  const url = 'otel: {type: otlp, url: "https://collector.example.com:4318"';
  expect(targetOf(`${url}}`)).toStrictEqual({
    type: 'otlp',
    url: 'https://collector.example.com:4318/',
    signals: ['logs'],
    headers: [],
  });
  const more = 'headers: {Authorization: {scheme: Bearer, valueEnv: OTLP_TOKEN}}, tls: {ca: ca.pem}';
  expect(targetOf(`${url}, signals: [metrics, logs, metrics], ${more}}`)).toMatchObject({
    signals: ['logs', 'metrics'],
    headers: [{ name: 'Authorization', value: { secret: { env: 'OTLP_TOKEN' }, scheme: 'Bearer' } }],
    tls: { ca: '/srv/writ/ca.pem' },
  });
});

test('without TLS events stay on this machine, unless somebody says otherwise', () => {
  const [nats, kafka] = [NATS, KAFKA].map((text) => text.replace(/\w+\.example\.com/, 'localhost'));
  for (const text of [nats, kafka]) expect(targetOf(`${text}, tls: false}`)).toMatchObject({ tls: false });
  for (const text of [NATS, KAFKA]) {
    expect(() => targetOf(`${text}, tls: false}`)).toThrow('events would leave this machine in the clear');
    expect(targetOf(`${text}, tls: false, insecure: true}`)).toMatchObject({ tls: false });
  }
});

test.each([
  [
    'a password in the configuration',
    `${NATS}, login: {user: writ, password: hunter2}}`,
    'a secret stands in',
  ],
  ['two logins', `${NATS}, login: {tokenEnv: A, seedEnv: B}}`, 'one way to log in'],
  ['no login in it', `${NATS}, login: {}}`, 'one way to log in'],
  ['a password without a user', `${NATS}, login: {passwordEnv: A}}`, 'belong together'],
  ['a wildcard', NATS.replace('writ.events', '"writ.>"').concat('}'), 'a subject to publish to'],
  [
    'a subject of the server',
    NATS.replace('writ.events', '$SYS.writ').concat('}'),
    'a subject to publish to',
  ],
  [
    'a place that is none',
    NATS.replace('writ.events', '"writ.{person}"').concat('}'),
    'a subject to publish',
  ],
  ['no server', NATS.replace('["nats.example.com:4222"]', '[]').concat('}'), '1 to 32 addresses'],
  [
    'a URL for an address',
    KAFKA.replace('kafka.example', 'https://kafka.example').concat('}'),
    'the address of',
  ],
  ['a mechanism that is none', `${KAFKA}, login: {mechanism: gssapi, user: a, passwordEnv: B}}`, 'gssapi'],
  [
    'a secret for Kafka',
    `${KAFKA}, login: {mechanism: plain, user: a, password: hunter2}}`,
    'a secret stands',
  ],
  ['a topic with a space', KAFKA.replace('writ-events', '"writ events"').concat('}'), 'the name of a topic'],
  ['the path of a signal', 'otel: {type: otlp, url: "https://c.example.com/v1/logs"}', 'before `/v1/logs`'],
  ['a query', 'otel: {type: otlp, url: "https://c.example.com/?a=b"}', 'before `/v1/logs`'],
  ['a collector in the clear', 'otel: {type: otlp, url: "http://c.example.com"}', 'over `https:`'],
  ['no signal', 'otel: {type: otlp, url: "https://c.example.com", signals: []}', 'at least one signal'],
  [
    'a signal that is none',
    'otel: {type: otlp, url: "https://c.example.com", signals: [profiles]}',
    'profiles',
  ],
  [
    'a token',
    'otel: {type: otlp, url: "https://c.example.com", headers: {x-api-key: hunter2}}',
    'a secret stands',
  ],
])('%s is refused', (_why, text, problem) => {
  expect(() => targetOf(text)).toThrow(problem);
  expect(() => targetOf(text)).not.toThrow('hunter2');
});
