import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSigningKey, publicKeyText, signBundle, systemClock, systemRandom } from '@writ/core';
import { parseConfig } from '@writ/gateway';
import { openBundleCache } from '@writ/gateway/plane';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { approversOf } from './approvers.ts';

const ORGANISATION = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const HOUR_MS = 3_600_000;
const newKey = (name: string) => createSigningKey(name, systemRandom).key;
const [SIGNER, STRANGER, ANN, BOB] = ['acme/policy', 'elsewhere', 'ann', 'bob'].map(newKey) as [
  ReturnType<typeof newKey>,
  ReturnType<typeof newKey>,
  ReturnType<typeof newKey>,
  ReturnType<typeof newKey>,
];
/** A log in which no bundle was in force yet. */
const STATE = { epochs: () => ({ policyEpoch: 0, killEpoch: 0 }), timeFloor: () => 0 } as never;
const PLANE = `plane:
  url: https://plane.example.org
  organisation: ${ORGANISATION}
  node: 01BX5ZZKBKACTAV9WEVGEMMVRZ
  environment: production
  key: ./node.key
  anchors: ["${publicKeyText(SIGNER)}"]
`;

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'writ-approvers-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

/** Ids of who may answer at a node whose writ.yaml names bob. */
function idsOf(plane: string, policies = ''): readonly string[] {
  const text = `${plane}${policies}data: ${data}\nagent: {id: bot}\napprovals: {approvers: [{id: bob, key: "${publicKeyText(BOB)}"}]}\n`;
  const config = parseConfig(text, join(data, 'writ.yaml'));
  return approversOf({ config, data }, { state: STATE }).map(({ id }) => id);
}

function keep(signer: typeof SIGNER, created = systemClock.now()): void {
  const envelope = signBundle(
    {
      organisation: ORGANISATION,
      environment: 'production',
      version: 1,
      created,
      maxAge: HOUR_MS,
      offline: 'cached_with_expiry',
      mode: 'strict',
      policies: [{ path: 'policy-set.yaml', text: 'name: acme\nversion: 1\n' }],
      approvers: [{ id: 'ann', key: publicKeyText(ANN), groups: [] }],
    },
    [signer],
  );
  openBundleCache(data).write('bundle', envelope);
}

test('of a node that nobody governs those answer whom its configuration names', () => {
  keep(SIGNER);
  expect(idsOf('', 'policies: [./policy.cedar]\n')).toEqual(['bob']);
});

test('of a governed node those answer whom its signed bundle names, and nobody else', () => {
  keep(SIGNER);
  expect(idsOf(PLANE)).toEqual(['ann']);
});

test.each([
  ['no bundle came yet', () => undefined],
  ['somebody else signed it', () => keep(STRANGER)],
  ['it is past its age', () => keep(SIGNER, systemClock.now() - 2 * HOUR_MS)],
])('of a governed node nobody answers where %s', (_why, prepare) => {
  prepare();
  expect(() => idsOf(PLANE)).toThrow(expect.objectContaining({ code: 'bundle.missing' }));
});
