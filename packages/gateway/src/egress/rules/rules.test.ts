// Ordered lists against the policies that are made of them: whatever is asked, both say the same.
import { isFault, loadPolicySet } from '@writ/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ipBytes, isWithin, readNetwork } from '../../network/index.ts';
import { noteRules, parseRules, printRules, type Rule } from './index.ts';

interface Question {
  readonly host: string;
  readonly port: number;
  readonly scheme: string;
  readonly method?: string;
  readonly path?: string;
  readonly address?: string;
}

/** The list itself, read from the top. */
function firstFit(rules: readonly Rule[], asked: Question): 'allow' | 'deny' {
  return rules.find((rule) => fits(rule, asked))?.says ?? 'deny';
}

function fits({ host, scheme, ports, methods, path }: Rule, asked: Question): boolean {
  const schemes = scheme === 'http' ? ['http', 'ws'] : ['https', 'wss'];
  const pattern =
    path === undefined ? undefined : new RegExp(`^${path.split('*').map(escaped).join('.*')}$`, 's');
  return (
    fitsHost(host, asked) &&
    (scheme === undefined || schemes.includes(asked.scheme)) &&
    (ports.length === 0 || ports.includes(asked.port)) &&
    (methods.length === 0 || (asked.method !== undefined && methods.includes(asked.method))) &&
    (pattern === undefined || (asked.path !== undefined && pattern.test(asked.path)))
  );
}

function fitsHost(host: Rule['host'], asked: Question): boolean {
  if (host.is === 'any') return true;
  if (host.is === 'exact') return asked.host === host.name;
  if (host.is === 'below') return asked.host.endsWith(`.${host.name}`);
  const bytes = ipBytes(asked.address ?? '');
  const network = readNetwork(host.network);
  return bytes !== undefined && network !== undefined && isWithin(bytes, network);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function decide(text: string, asked: Question): 'allow' | 'deny' {
  const rules = parseRules(text, 'list');
  const { decisionPoint } = loadPolicySet({
    sources: [{ name: 'list.cedar', text: printRules(rules, 'list') }],
    tools: [],
    mode: 'strict',
  });
  const { host, port, scheme, method, path, address } = asked;
  const { verdict } = decisionPoint.decide({
    subject: {
      agent: { id: 'bot' },
      chain: [],
      authentication: { method: 'none', assurance: 0, credentialId: 'none', at: 0 },
    },
    initiator: 'agent',
    phase: 'call',
    parts: [
      {
        action: { name: 'network/egress' },
        resource: { type: 'host', id: host },
        args: {
          host,
          port,
          scheme,
          network: 'public',
          by: 'proxy',
          ...(method === undefined ? {} : { method }),
          ...(path === undefined ? {} : { path }),
          ...(address === undefined ? {} : { address }),
        },
      },
    ],
    lifted: new Set(),
    context: { args: {}, session: { id: '', labels: [] }, findings: [], factsMissing: [], time: 0 },
  });
  return verdict === 'allow' ? 'allow' : 'deny';
}

const LIST = `
# Three hosts, of which one is for reading alone.
deny  *.ads.example.com
allow *.example.com
allow https://pypi.org/simple/*
allow GET,HEAD http://mirror.test:8080/*
deny  10.0.0.0/8      # whatever name it has
allow git.internal:22
allow [2606:4700::1]:443
`;

describe('a list says what it says from the top', () => {
  test.each<[string, Question, 'allow' | 'deny']>([
    [
      'an earlier deny takes a piece out of a later allow',
      { host: 'x.ads.example.com', port: 443, scheme: 'https' },
      'deny',
    ],
    [
      'what is below a name is allowed on the ports of the web',
      { host: 'api.example.com', port: 443, scheme: 'https' },
      'allow',
    ],
    ['and on no other', { host: 'api.example.com', port: 22, scheme: 'tcp' }, 'deny'],
    ['the name itself is not below itself', { host: 'example.com', port: 443, scheme: 'https' }, 'deny'],
    [
      'a name that only ends alike is another',
      { host: 'notexample.com', port: 443, scheme: 'https' },
      'deny',
    ],
    [
      'a path is allowed where it is seen',
      { host: 'pypi.org', port: 443, scheme: 'https', method: 'GET', path: '/simple/x' },
      'allow',
    ],
    ['and not where it is not', { host: 'pypi.org', port: 443, scheme: 'https' }, 'deny'],
    [
      'a method is the one that is named',
      { host: 'mirror.test', port: 8080, scheme: 'http', method: 'POST', path: '/' },
      'deny',
    ],
    [
      'a network is denied under any name',
      { host: 'git.internal', port: 22, scheme: 'tcp', address: '10.1.2.3' },
      'deny',
    ],
    ['what no line names is denied', { host: 'elsewhere.test', port: 443, scheme: 'https' }, 'deny'],
    [
      'an IPv6 address is compared in its one form',
      { host: '2606:4700::1', port: 443, scheme: 'https' },
      'allow',
    ],
  ])('%s', (_why, asked, says) => {
    expect(firstFit(parseRules(LIST, 'list'), asked)).toBe(says);
    expect(decide(LIST, asked)).toBe(says);
  });

  test('a permit of somebody else does not open what a line denies', () => {
    expect(printRules(parseRules('deny evil.test', 'list'), 'list')).toContain('forbid (principal');
  });

  test('whatever lists and questions are, policies answer as the list does', () => {
    const hosts = ['a.test', 'x.a.test', 'y.x.a.test', 'b.test', '10.1.2.3'];
    const line = fc
      .tuple(
        fc.constantFrom('allow', 'deny'),
        fc.constantFrom('', 'GET ', 'GET,POST '),
        fc.constantFrom('', 'http://', 'https://'),
        fc.constantFrom('*', 'a.test', '*.a.test', '*.x.a.test', 'b.test', '10.1.2.3'),
        fc.constantFrom('', ':443', ':8080'),
        fc.constantFrom('', '/', '/x/*', '/x', '/*'),
      )
      .map(([says, methods, ...target]) => `${says} ${methods}${target.join('')}`);
    const lines = fc.array(fc.oneof(line, fc.constantFrom('deny 10.0.0.0/8', 'allow 10.1.0.0/16')), {
      minLength: 1,
      maxLength: 8,
    });
    const question = fc.record(
      {
        host: fc.constantFrom(...hosts),
        port: fc.constantFrom(80, 443, 8080),
        scheme: fc.constantFrom('http', 'https', 'ws', 'wss', 'tcp'),
        method: fc.constantFrom('GET', 'POST', 'PUT'),
        path: fc.constantFrom('/', '/x', '/x/', '/x/y'),
        address: fc.constantFrom('10.1.2.3', '10.9.9.9', '8.8.8.8'),
      },
      { requiredKeys: ['host', 'port', 'scheme'] },
    );
    fc.assert(
      fc.property(lines, fc.array(question, { minLength: 1, maxLength: 4 }), (list, questions) => {
        const text = list.join('\n');
        for (const asked of questions)
          expect(decide(text, asked)).toBe(firstFit(parseRules(text, 'list'), asked));
      }),
      { numRuns: 150 },
    );
  });
});

describe('a line that is not one is named', () => {
  test.each([
    ['no verb', 'example.com'],
    ['an unknown verb', 'permit example.com'],
    ['a user in the host', 'allow https://user@example.com/'],
    ['a star in the middle of a name', 'allow a.*.example.com'],
    ['another scheme', 'allow ftp://example.com'],
    ['a port that is none', 'allow example.com:70000'],
    ['a path with dot segments', 'allow https://example.com/a/../b'],
    ['a path with dots before an encoded slash', 'allow https://example.com/a/..%2fb'],
    ['a path that encodes what needs it not', 'deny https://example.com/%61'],
    ['a path whose encoding is in small letters', 'deny https://example.com/a%2fb'],
    ['a path with a quote', 'allow https://example.com/"'],
    ['a network that Cedar cannot compare', 'deny 10.0.0.0/12'],
    ['two targets', 'allow a.test b.test'],
  ])('%s', (_what, line) => {
    try {
      parseRules(`# first\n${line}`, 'list');
    } catch (fault) {
      expect(isFault(fault, 'config.syntax') && fault.data['line']).toBe(2);
      return;
    }
    expect.unreachable(line);
  });
});

test('a reader is told which lines need TLS to be looked into', () => {
  expect(noteRules(parseRules(LIST, 'list')).map(({ line }) => line)).toEqual([5]);
});
