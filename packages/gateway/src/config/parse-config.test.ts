// writ.yaml: what is read, and that each mistake is told with its place and what to write instead.
import { createSigningKey, isFault, publicKeyText, systemRandom } from '@writ/core';
import { describe, expect, test } from 'vitest';
import { parseConfig } from './parse-config.ts';

const FILE = '/project/writ.yaml';
const ANN = publicKeyText(createSigningKey('ann', systemRandom).key);
const MINIMAL = 'policies: [policies]\nagent: {id: bot}\n';

/** The fault of `text`, or a failure. */
function faultOf(text: string) {
  try {
    parseConfig(text, FILE);
  } catch (fault) {
    if (isFault(fault)) return fault;
    throw fault;
  }
  throw new Error('the configuration was accepted');
}

test('a minimal file has strict mode, a data folder beside it and nobody who approves', () => {
  expect(parseConfig(MINIMAL, FILE)).toMatchObject({
    file: FILE,
    policies: ['/project/policies'],
    mode: 'strict',
    agent: { id: 'bot' },
    servers: [],
    data: '/project/.writ',
    approvals: { approvers: [], holdMs: 45_000, timeoutMs: 900_000 },
  });
});

test('everything can be said', () => {
  const config = parseConfig(
    `# all of it
policies: [a.cedar, /etc/writ/policies]
mode: audit
auditUntil: 2030-01-31T00:00:00Z
agent: {id: bot, team: research, org: acme, key: keys/bot}
person: {id: ann@example.com, roles: [analyst], mfa: true}
servers:
  files: {command: [npx, -y, server-filesystem, .], trusted: true}
  notes: {command: [notes], env: {TOKEN: "\${NOTES_TOKEN}"}, cwd: notes}
data: state
origin: example.com/writ
witnesses: trust/policy
replicate: [centre]
approvals:
  approvers: [{id: ann, key: ${ANN}, groups: [leads], person: ann@example.com}]
  hold: 20s
  timeout: 1h
expose: prefixed
detectors: {secrets: observe, phone: "off"}
`,
    FILE,
  );
  expect(config).toMatchObject({
    policies: ['/project/a.cedar', '/etc/writ/policies'],
    mode: 'audit',
    auditUntil: Date.UTC(2030, 0, 31),
    agent: { id: 'bot', team: 'research', org: 'acme', keyFile: '/project/keys/bot' },
    person: { id: 'ann@example.com', roles: ['analyst'], mfa: true },
    data: '/project/state',
    origin: 'example.com/writ',
    witnesses: '/project/trust/policy',
    replicate: ['centre'],
    approvals: { holdMs: 20_000, timeoutMs: 3_600_000 },
    expose: 'prefixed',
    detectors: { secrets: 'observe', phone: 'off' },
  });
  expect(config.servers).toEqual([
    {
      name: 'files',
      command: ['npx', '-y', 'server-filesystem', '.'],
      env: {},
      cwd: '/project',
      isTrusted: true,
    },
    {
      name: 'notes',
      command: ['notes'],
      env: { TOKEN: '${NOTES_TOKEN}' },
      cwd: '/project/notes',
      isTrusted: false,
    },
  ]);
  expect(config.approvals.approvers[0]).toMatchObject({
    id: 'ann',
    groups: ['leads'],
    person: 'ann@example.com',
  });
});

describe('a mistake is told with its place', () => {
  test.each([
    ['a misspelt field', `${MINIMAL}polices: []\n`, 3, 1, 'polices', 'did you mean `policies`?'],
    [
      'a misspelt nested field',
      `${MINIMAL}servers:\n  a:\n    comand: [x]\n`,
      5,
      5,
      'servers.a.comand',
      'did you mean `command`?',
    ],
    ['an unknown choice', `${MINIMAL}mode: strickt\n`, 3, 7, 'mode', 'did you mean `strict`?'],
    ['no policies', 'agent: {id: bot}\n', 1, 1, '', 'write `policies: [policies]`'],
    [
      'an empty list of policies',
      'policies: []\nagent: {id: bot}\n',
      1,
      11,
      'policies',
      'name a file or a folder',
    ],
    ['no agent', 'policies: [p]\n', 1, 1, '', 'write `agent: {id: research-bot}`'],
    ['a number where text belongs', 'policies: [p]\nagent: {id: 42}\n', 2, 13, 'agent.id', 'quote it'],
    ['a list where a map belongs', 'policies: [p]\nagent: [bot]\n', 2, 8, 'agent', ''],
    ['nothing where text belongs', 'policies: [p]\nagent: {id: }\n', 2, 13, 'agent.id', ''],
    ['a duration without a unit', `${MINIMAL}approvals: {hold: 45}\n`, 3, 19, 'approvals.hold', ''],
    [
      'a duration in words',
      `${MINIMAL}approvals: {hold: a minute}\n`,
      3,
      19,
      'approvals.hold',
      'such as `45s`',
    ],
    [
      'a duration out of bounds',
      `${MINIMAL}approvals: {timeout: 31d}\n`,
      3,
      22,
      'approvals.timeout',
      'from 1s to 30d',
    ],
    [
      'a server name in capitals',
      `${MINIMAL}servers: {Files: {command: [x]}}\n`,
      3,
      11,
      'servers.Files',
      'lower-case',
    ],
    [
      'a server named as a method prefix',
      `${MINIMAL}servers: {tools: {command: [x]}}\n`,
      3,
      11,
      'servers.tools',
      'another name',
    ],
    ['a command as one text', `${MINIMAL}servers: {a: {command: npx x}}\n`, 3, 24, 'servers.a.command', ''],
    ['an empty command', `${MINIMAL}servers: {a: {command: []}}\n`, 3, 14, 'servers.a', 'write `command:'],
    [
      'a stray dollar sign',
      `${MINIMAL}servers: {a: {command: [x], env: {T: a$b}}}\n`,
      3,
      38,
      'servers.a.env.T',
      '`$$`',
    ],
    [
      'trusted as text',
      `${MINIMAL}servers: {a: {command: [x], trusted: "yes"}}\n`,
      3,
      38,
      'servers.a.trusted',
      '',
    ],
    [
      'a day that does not exist',
      `${MINIMAL}mode: audit\nauditUntil: 2030-02-30T00:00:00Z\n`,
      4,
      13,
      'auditUntil',
      '2030-01-31',
    ],
    ['an origin with a space', `${MINIMAL}origin: my log\n`, 3, 9, 'origin', 'white space'],
    [
      'an approver without a key',
      `${MINIMAL}approvals: {approvers: [{id: ann}]}\n`,
      3,
      25,
      'approvals.approvers[0]',
      'writ init',
    ],
    [
      'an unknown detector mode',
      `${MINIMAL}detectors: {secrets: warn}\n`,
      3,
      22,
      'detectors.secrets',
      'expected one of',
    ],
  ])('%s', (_why, text, line, column, path, hint) => {
    const fault = faultOf(text);
    expect(fault.code).toBe('config.invalid');
    expect(fault.data).toMatchObject({ file: FILE, line, column, path });
    expect(String(fault.data['hint'] ?? '')).toContain(hint);
    expect(fault.message).toContain(`${FILE}:${line}:${column}`);
  });

  test.each([
    ['a key twice', `${MINIMAL}agent: {id: other}\n`, 3],
    ['a tab as indentation', 'policies:\n\t- p\n', 2],
    ['an unclosed list', 'policies: [p\nagent: {id: bot}\n', 2],
    ['an alias', `${MINIMAL}data: *x\n`, 3],
    ['an anchor', `${MINIMAL}data: &x d\n`, 3],
    ['a tag', `${MINIMAL}data: !!str d\n`, 3],
    ['a second document', `${MINIMAL}---\nmode: strict\n`, 3],
    ['nothing', '', 1],
    ['a comment alone', '# nothing\n', 1],
  ])('%s is not read as a configuration', (_why, text, line) => {
    const fault = faultOf(text);
    expect(fault.code).toBe('config.syntax');
    expect(fault.data).toMatchObject({ file: FILE });
    expect(Math.abs(Number(fault.data['line']) - line)).toBeLessThanOrEqual(1);
  });
});

describe('approvers’ keys', () => {
  const withKey = (key: string): string => `${MINIMAL}approvals: {approvers: [{id: ann, key: "${key}"}]}\n`;

  test('a key whose id does not fit is refused: it was mistyped', () => {
    const fault = faultOf(withKey(ANN.replace(/\+[0-9a-f]{8}\+/, '+00000000+')));
    expect(fault).toMatchObject({
      code: 'key.malformed',
      data: { line: 3, path: 'approvals.approvers[0].key' },
    });
  });

  test('a key of small order is refused: anything could be its signature', () => {
    // The identity point under its right key id.
    expect(faultOf(withKey('ann+6a5b1b6c+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')).code).toMatch(
      /^key\.(weak|malformed)$/,
    );
  });

  test('a private key is refused without being quoted', () => {
    const { text } = createSigningKey('ann', systemRandom);
    const fault = faultOf(withKey(text));
    expect(fault.message).toContain('private key');
    expect(fault.message).not.toContain(text.slice(-20));
  });

  test('one key under two names is refused: it would be two people', () => {
    const text = `${MINIMAL}approvals: {approvers: [{id: ann, key: ${ANN}}, {id: bob, key: ${ANN}}]}\n`;
    expect(faultOf(text).message).toContain('already that of `ann`');
  });
});

test.each([
  [
    'a number in the environment of a server',
    `${MINIMAL}servers: {a: {command: [x], env: {PIN: 31415926}}}\n`,
  ],
  ['text that is not YAML beside a secret', `${MINIMAL}servers: {a: {command: [x], env: {PIN: "31415926"}\n`],
])('what may be a secret is not quoted: %s', (_why, text) => {
  const fault = faultOf(text);
  expect(`${fault.message} ${String(fault.cause)} ${JSON.stringify(fault.data)}`).not.toContain('31415926');
});

test('mirrors are named in a trust policy', () => {
  const text = 'policies: [a.cedar]\nagent: {id: bot}\nreplicate: [centre]\n';
  expect(() => parseConfig(text, FILE)).toThrow('mirrors are named, and no trust policy');
});
