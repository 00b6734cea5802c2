import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../parse-config.ts';
import { ownFiles } from '../own-files.ts';
import type { Configuration } from '../types.ts';

const FILE = '/srv/writ/writ.yaml';

function parsed(text: string): Configuration {
  const indented = text.trim().replaceAll(/^/gm, '  ');
  return parseConfig(`policies: [policies]\nagent: {id: bot}\nexport:\n${indented}\n`, FILE);
}

function problemOf(text: string): Error {
  try {
    parsed(text);
  } catch (fault) {
    return fault as Error;
  }
  throw new Error('nothing is wrong with it');
}

test('a destination has what it says, and what stands where it says nothing', () => {
  const { export: destinations } = parsed(`
splunk:
  type: webhook
  url: https://splunk.example.com:8088/services/collector/event
  body: hec
  headers:
    Authorization: {scheme: Splunk, valueEnv: SPLUNK_TOKEN}
soc:
  type: syslog
  address: siem.example.com:6514
  tls: {ca: ca.pem, cert: node.pem, key: node.key}
  format: cef
  disclose: [agent, target]
  from: start
  batchSize: 200
  flushInterval: 5s
  timeout: 10s
  alertAfter: 5m
  maxBacklog: 100000
  whenBehind: skip
  whenRejected: skip
`);
  expect(destinations).toStrictEqual([
    {
      name: 'splunk',
      target: {
        type: 'webhook',
        url: 'https://splunk.example.com:8088/services/collector/event',
        body: 'hec',
        format: 'ocsf',
        headers: [{ name: 'Authorization', value: { secret: { env: 'SPLUNK_TOKEN' }, scheme: 'Splunk' } }],
      },
      disclose: [],
      from: 'now',
      batchSize: 50,
      flushMs: 30_000,
      timeoutMs: 30_000,
      alertAfterMs: 900_000,
      maxBacklog: 10_000_000,
      whenBehind: 'keep',
      whenRejected: 'stop',
    },
    {
      name: 'soc',
      target: {
        type: 'syslog',
        host: 'siem.example.com',
        port: 6514,
        format: 'cef',
        tls: { ca: '/srv/writ/ca.pem', cert: '/srv/writ/node.pem', key: '/srv/writ/node.key' },
      },
      disclose: ['agent', 'target'],
      from: 'start',
      batchSize: 200,
      flushMs: 5_000,
      timeoutMs: 10_000,
      alertAfterMs: 300_000,
      maxBacklog: 100_000,
      whenBehind: 'skip',
      whenRejected: 'skip',
    },
  ]);
});

test('files with secrets and certificates are Writ’s own: no tool of an agent reaches them', () => {
  const config = parsed(`
hook:
  type: webhook
  urlFile: url
  body: array
  headers: {Authorization: {valueFile: token}}
  signature: {header: X-Signature, keyFile: hmac}
  tls: {ca: ca.pem, cert: node.pem, key: node.key}
`);
  const { secret, settled } = ownFiles(config);
  for (const name of ['url', 'token', 'hmac', 'node.key']) expect(secret).toContain(`/srv/writ/${name}`);
  for (const name of ['ca.pem', 'node.pem']) expect(settled).toContain(`/srv/writ/${name}`);
});

describe('what is refused', () => {
  const webhook = (more: string): string => `siem: {type: webhook, body: array, ${more}}`;
  test.each([
    ['a type that there is not', 'siem: {type: carrier-pigeon}', 'none of the choices'],
    ['no type', 'siem: {url: https://a.example}', '`type` is missing'],
    ['a name that is none', 'Siem_1: {type: webhook}', 'not the name of a destination'],
    ['a field of another type', webhook('url: https://a.example, address: "a:1"'), 'not a field'],
    ['no address', webhook('from: now'), '`url` is missing'],
    ['events in the clear over a network', webhook('url: http://siem.example.com/'), 'over `https:`'],
    [
      'syslog in the clear over a network',
      'soc: {type: syslog, address: "siem.example.com:514", tls: false}',
      'in the clear',
    ],
    ['no port', 'soc: {type: syslog, address: siem.example.com}', 'address of a receiver'],
    [
      'a header that Writ writes',
      webhook('url: https://a.example, headers: {Content-Type: text/plain}'),
      'written by Writ',
    ],
    ['an index without bulk', webhook('url: https://a.example, index: writ'), 'for `body: bulk`'],
    ['a batch of none', webhook('url: https://a.example, batchSize: 0'), 'from 1 to 1000'],
    [
      'an alert before the flush',
      webhook('url: https://a.example, flushInterval: 10m, alertAfter: 15m'),
      'at least 4 times',
    ],
    [
      'what cannot be disclosed',
      webhook('url: https://a.example, disclose: [results]'),
      'none of the choices',
    ],
  ])('%s', (_why, text, problem) => {
    expect(problemOf(text).message).toContain(problem);
  });

  test.each([
    ['in a header', 'headers: {Authorization: hunter2-hunter2}'],
    ['in the value of a reference', 'headers: {Authorization: {value: hunter2-hunter2}}'],
    ['for a signature', 'signature: {header: X-S, key: hunter2-hunter2}'],
    ['as a user of the address', 'url: "https://u:hunter2-hunter2@a.example/"'],
    ['as a name of a variable', 'headers: {Authorization: {valueEnv: "hunter2-hunter2"}}'],
  ])('a secret %s, and it is not quoted', (_where, more) => {
    const text = more.startsWith('url:') ? webhook(more) : webhook(`url: "https://a.example/", ${more}`);
    const fault = problemOf(text);
    expect(fault).toMatchObject({ code: 'config.invalid' });
    expect(inspect(fault, { depth: 9 })).not.toContain('hunter2');
  });

  test('nothing that stays on the machine, or is told to go in the clear', () => {
    expect(parsed(webhook('url: "http://127.0.0.1:9000/"')).export).toHaveLength(1);
    expect(
      parsed('soc: {type: syslog, address: "siem.example.com:514", tls: false, insecure: true}').export,
    ).toHaveLength(1);
  });
});
