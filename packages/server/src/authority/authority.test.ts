// Who may do what, written down a second time and in another way than the policies: each of them can be taken away or widened, and a line here says so.
import { describe, expect, test } from 'vitest';
import { type Asking, createAuthority } from './authority.ts';
import { type Access, ACTIONS, type ActingRole } from './roles.ts';

const [OURS, THEIRS] = ['01ARZ3NDEKTSV4RRFFQ69G5FAV', '01BX5ZZKBKACTAV9WEVGEMMVRZ'];
const [ANN, BOB] = ['01ANN00000000000000000000A', '01B0B00000000000000000000A'];
const authority = createAuthority();

const asking = (roles: readonly ActingRole[], more: Partial<Asking> = {}): Asking => ({
  kind: 'person',
  id: ANN,
  organisation: OURS,
  roles,
  teams: [],
  ...more,
});

/** What somebody may of all that there is, of an object that nobody here wrote. */
function allowedTo(who: Asking, about: { readonly organisation: string; readonly authors?: string[] }) {
  return ACTIONS.filter((access) => authority.may(who, access, { id: BOB, ...about }).isAllowed);
}

const MAY: readonly [string, readonly ActingRole[], readonly Access[]][] = [
  ['nobody in particular', [], ['own', 'leave']],
  ['a reader', ['reader'], ['read', 'watch', 'own', 'leave']],
  ['a writer', ['writer'], ['read', 'watch', 'work', 'decide', 'stop', 'own', 'leave']],
  [
    'an admin',
    ['admin'],
    ['read', 'watch', 'audit', 'look', 'work', 'decide', 'stop', 'administer', 'own', 'leave'],
  ],
  ['an auditor', ['auditor'], ['read', 'watch', 'audit', 'look', 'own', 'leave']],
  [
    'an auditor who is an admin too',
    ['auditor', 'admin'],
    ['read', 'watch', 'audit', 'look', 'own', 'leave'],
  ],
  [
    'an auditor who is a writer too',
    ['auditor', 'writer'],
    ['read', 'watch', 'audit', 'look', 'own', 'leave'],
  ],
  [
    'a reader who is a writer too',
    ['reader', 'writer'],
    ['read', 'watch', 'work', 'decide', 'stop', 'own', 'leave'],
  ],
  ['who came in by emergency access', ['emergency'], ['read', 'stop', 'leave']],
  ['an admin who came in by emergency access', ['emergency', 'admin'], ['read', 'stop', 'leave']],
];

describe.each(['person', 'token'] as const)('a %s', (kind) => {
  test.each(MAY)('%s may this and nothing else', (_who, roles, may) => {
    expect(allowedTo(asking(roles, { kind }), { organisation: OURS })).toEqual(may);
  });

  test.each(MAY)('%s may nothing in another organisation', (_who, roles) => {
    const who = asking(roles, { kind, teams: [THEIRS] });
    expect(allowedTo(who, { organisation: THEIRS })).toEqual([]);
    const { policies } = authority.may(who, 'leave', { organisation: THEIRS, id: BOB });
    expect(policies).toEqual(['own-organisation-alone']);
  });

  test.each(['writer', 'admin'] as const)('a %s decides nothing that they wrote themselves', (role) => {
    const who = asking([role], { kind });
    const ours = { organisation: OURS, id: BOB };
    const mine = authority.may(who, 'decide', { ...ours, authors: [BOB, ANN] });
    expect(mine).toEqual({ isAllowed: false, policies: ['nobody-decides-their-own'] });
    expect(authority.may(who, 'decide', { ...ours, authors: [BOB] }).isAllowed).toBe(true);
    expect(authority.may(who, 'work', { ...ours, authors: [ANN] }).isAllowed).toBe(true);
  });
});

test('a node serves its own organisation, whatever roles are said to be its', () => {
  const node = asking([], { kind: 'node' });
  expect(authority.may(node, 'serve', { organisation: OURS, id: BOB }).isAllowed).toBe(true);
  expect(authority.may(node, 'serve', { organisation: THEIRS, id: BOB }).isAllowed).toBe(false);
  const proud = asking(['admin'], { kind: 'node' });
  expect(allowedTo(proud, { organisation: OURS })).toEqual(['serve']);
});
