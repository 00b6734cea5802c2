import { createSigningKey, isFault, publicKeyText, systemRandom } from '@writ/core';
import { expect, test } from 'vitest';
import { parseConfig } from '../parse-config.ts';

const ANCHOR = publicKeyText(createSigningKey('acme', systemRandom).key);
const ULID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

function yaml(more: Readonly<Record<string, string>> = {}): string {
  const fields = {
    url: 'https://plane.example.org',
    organisation: ULID,
    node: ULID,
    environment: 'production',
    key: 'node.key',
    anchors: `['${ANCHOR}']`,
    ...more,
  };
  const lines = Object.entries(fields).map(([name, value]) => `  ${name}: ${value}\n`);
  return `agent: {id: bot}\nplane:\n${lines.join('')}`;
}

function codeOf(text: string): string {
  try {
    parseConfig(text, '/etc/writ/writ.yaml');
  } catch (fault) {
    if (isFault(fault)) return fault.code;
    throw fault;
  }
  return 'none';
}

test('a node of a control plane is told who it is, whom it speaks to, and who signs', () => {
  const { plane, policies } = parseConfig(yaml(), '/etc/writ/writ.yaml');
  expect(plane).toMatchObject({
    url: 'https://plane.example.org',
    keyFile: '/etc/writ/node.key',
    offline: 'fail_closed',
    anchors: [{ name: 'acme' }],
  });
  expect(policies).toEqual([]);
});

test.each([
  ['in the clear beyond this machine', { url: 'http://plane.example.org' }, 'config.invalid'],
  ['without a key that signs', { anchors: '[]' }, 'bundle.malformed'],
  [
    'with a key of small order',
    { anchors: `['weak+c5cf5b9c+${'AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'}']` },
    'key.weak',
  ],
  ['with an offline mode that permits', { offline: 'cached_indefinite' }, 'config.invalid'],
  ['with an organisation by name', { organisation: 'acme' }, 'config.invalid'],
  ['that shows arguments with each entry', { discloses: '{always: [subject, arguments]}' }, 'config.invalid'],
  ['that shows what no entry has', { discloses: '{onRequest: [everything]}' }, 'config.invalid'],
  ['with a pin that is none', { pins: '[abc]' }, 'config.invalid'],
])('%s it does not start', (_what, more, code) => {
  expect(codeOf(yaml(more))).toBe(code);
});

test('policies come in bundles or from files, not from both', () => {
  expect(codeOf(`policies: [policies]\n${yaml()}`)).toBe('config.invalid');
});

test('a node discloses what its configuration names, and nothing where it names nothing', () => {
  expect(parseConfig(yaml(), '/etc/writ/writ.yaml').plane).not.toHaveProperty('discloses');
  const discloses = '{always: [subject, target], onRequest: [arguments]}';
  expect(parseConfig(yaml({ discloses }), '/etc/writ/writ.yaml').plane?.discloses).toEqual({
    always: ['subject', 'target'],
    onRequest: ['arguments'],
  });
});
