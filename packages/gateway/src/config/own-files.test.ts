import { expect, test } from 'vitest';
import { ownFiles } from './own-files.ts';
import { parseConfig } from './parse-config.ts';

const CONFIGURATION = `
policies: [policies]
shadow: {policies: [next]}
agent: {id: bot, key: keys/agent}
data: data
witnesses: trust-policy
log: {postgres: {urlFile: secrets/url}}
publish: {bucket: log, objectLock: none, credentials: {file: secrets/bucket}}
servers:
  remote:
    url: https://tools.example/mcp
    tls: {ca: tls/theirs.pem, cert: tls/ours.pem, key: tls/ours.key}
    auth: {header: {name: X-Key, valueFile: secrets/token}}
gateway: {listen: "127.0.0.1:0", tls: {cert: tls/server.pem, key: tls/server.key, clientCa: tls/clients.pem}}
egress: {inspect: {ca: tls/hosts.pem}}
`;

test('every file that is secret, and every one that decides or says whom to believe, is Writ’s own', () => {
  const { secret, settled, hooks } = ownFiles(parseConfig(CONFIGURATION, '/w/writ.yaml'));
  expect(secret.map((path) => path.replace('/w/', '')).sort()).toStrictEqual([
    'data',
    'keys/agent',
    'secrets/bucket',
    'secrets/token',
    'secrets/url',
    'tls/ours.key',
    'tls/server.key',
  ]);
  expect(settled.map((path) => path.replace('/w/', '')).sort()).toStrictEqual([
    'next',
    'policies',
    'tls/clients.pem',
    'tls/hosts.pem',
    'tls/ours.pem',
    'tls/server.pem',
    'tls/theirs.pem',
    'trust-policy',
    'writ.yaml',
  ]);
  expect(hooks).toStrictEqual([]);
});
