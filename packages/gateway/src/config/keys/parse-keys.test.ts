/** `keys:` in `writ.yaml`: what it takes, that the data folder keeps it as it was said, and that nothing that may be a key is repeated. */
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Fault } from '@writ/core';
import { ownFiles, parseConfig, parseKeys, printKeys, readYaml } from '../index.ts';

const FILE = '/etc/writ/writ.yaml';
const MINIMAL = 'policies: [p.cedar]\nagent: {id: bot}\n';
const KEY = Buffer.alloc(32, 7).toString('base64');

const configOf = (text: string) => parseConfig(`${MINIMAL}keys: ${text}\n`, FILE);

function faultOf(text: string): Fault {
  try {
    configOf(text);
  } catch (fault) {
    if (fault instanceof Fault) return fault;
    throw fault;
  }
  throw new Error('it was taken');
}

const AWS = 'awsKms: {key: alias/writ, region: eu-central-1}';
const TRANSIT =
  'transit: {address: "https://vault.example.com:8200", key: writ, mount: kms/transit, namespace: team, tokenFile: /run/token, ca: ca.pem}';

test.each([
  ['a file beside them', 'folder', { kind: 'folder' }],
  ['a file', '{file: safe/kek}', { kind: 'file', file: '/etc/writ/safe/kek' }],
  ['a variable', '{env: WRIT_KEK}', { kind: 'env', env: 'WRIT_KEK' }],
  ['AWS KMS', `{${AWS}}`, { kind: 'awsKms', key: 'alias/writ', region: 'eu-central-1', credentials: 'env' }],
  [
    'AWS KMS at an address, asked with a file',
    '{awsKms: {key: abc, region: x, endpoint: "http://127.0.0.1:1", credentials: {file: aws.env}}}',
    {
      kind: 'awsKms',
      key: 'abc',
      region: 'x',
      endpoint: 'http://127.0.0.1:1',
      credentials: { file: '/etc/writ/aws.env' },
    },
  ],
  [
    'a transit engine',
    `{${TRANSIT}}`,
    {
      kind: 'transit',
      address: 'https://vault.example.com:8200',
      key: 'writ',
      mount: 'kms/transit',
      namespace: 'team',
      token: { file: '/run/token' },
      ca: '/etc/writ/ca.pem',
    },
  ],
])('%s wraps the keys, and the data folder keeps what was said', (_what, text, encryption) => {
  const { keys } = configOf(`{encryption: ${text}, former: [${text}]}`);
  expect(keys).toEqual({ encryption, former: [encryption] });
  if (keys === undefined) throw new Error('nothing was read');
  expect(parseKeys(readYaml(JSON.stringify(printKeys(keys)), '/elsewhere/x'), '/elsewhere')).toEqual(keys);
});

test.each([
  ['nothing', '{}', '`encryption` is missing'],
  ['an unknown field', '{encryption: folder, next: folder}', '`next` is not a field'],
  ['two kinds', `{encryption: {file: a, ${AWS}}}`, 'exactly one kind'],
  ['a key in place of its kind', `{encryption: "${KEY}"}`, 'no key-encryption key is named'],
  ['a key in place of its file', `{encryption: {file: "${KEY}"}}`, 'a secret stands in the configuration'],
  ['a key in place of a variable', `{encryption: {env: "${KEY}"}}`, 'the name of an environment variable'],
  [
    'a token',
    `{encryption: {transit: {address: "https://v", key: k, token: "${KEY}"}}}`,
    'a token stands in the configuration',
  ],
  [
    'a token in place of its file',
    '{encryption: {transit: {address: "https://v", key: k, tokenFile: "hvs.secret"}}}',
    'a secret stands in the configuration',
  ],
  ['no token', '{encryption: {transit: {address: "https://v", key: k}}}', '`tokenEnv` and `tokenFile`'],
  [
    'a user in an address',
    `{encryption: {transit: {address: "https://u:${KEY}@v", key: k, tokenEnv: T}}}`,
    'the address of a key service is expected',
  ],
  ['no region', '{encryption: {awsKms: {key: k}}}', '`region` is missing'],
  ['a key of another form', `{encryption: {awsKms: {key: "a b ${KEY}", region: x}}}`, 'the id, ARN or alias'],
])('%s is refused where it stands, and not repeated', (_what, text, problem) => {
  const fault = faultOf(text);
  expect([fault.code, fault.data['line']]).toEqual(['config.invalid', 3]);
  expect(fault.message).toContain(problem);
  expect(inspect(fault, { depth: 9 })).not.toMatch(/hvs\.secret|BwcHBwcH/);
});

test('files of keys and tokens are out of reach of every tool', () => {
  const text = `{encryption: {file: kek}, former: [{${TRANSIT}}, {awsKms: {key: k, region: x, credentials: {file: aws.env}}}]}`;
  const { secret } = ownFiles(configOf(text));
  expect(secret).toEqual(expect.arrayContaining(['/etc/writ/kek', '/run/token', '/etc/writ/aws.env']));
});
