/** Edits of a database administrator who has no key of the log: what is done, and how it is found. */

/** The tables of a log. */
export const TABLES: readonly string[] = [
  'head',
  'entries',
  'nodes',
  'checkpoints',
  'state',
  'changes',
  'bodies',
  'concerns',
];

/** Puts tables back to the copies that were made of them. */
export function restored(...tables: readonly string[]): string {
  return tables.map((table) => `DELETE FROM ${table}; INSERT INTO ${table} TABLE old_${table}`).join(';');
}

/** The edit; what the next start says, where it looks; what verification says. */
export type Edit = readonly [
  string,
  string,
  { readonly code: string; readonly data?: object } | undefined,
  RegExp,
];

/** Single edits over the log of `tampering.test.ts`. */
export const EDITS: readonly Edit[] = [
  [
    'an entry edited',
    `UPDATE entries SET bytes = overlay(bytes placing 'X' from 20) WHERE seq = 3`,
    { code: 'log.corrupt', data: { index: 3 } },
    /leaf-mismatch|entry-malformed/,
  ],
  [
    'an entry edited with its leaf',
    `UPDATE entries SET bytes = overlay(bytes placing 'X' from 20), leaf = sha256('\\x00' || overlay(bytes placing 'X' from 20)) WHERE seq = 3`,
    { code: 'log.corrupt' },
    /root-mismatch|tile-mismatch/,
  ],
  [
    'two entries swapped',
    `UPDATE entries SET seq = -1 WHERE seq = 5; UPDATE entries SET seq = 5 WHERE seq = 6; UPDATE entries SET seq = 6 WHERE seq = -1`,
    { code: 'log.corrupt' },
    /root-mismatch|tile-mismatch|entry/,
  ],
  [
    'an entry in the middle deleted',
    'DELETE FROM entries WHERE seq = 10',
    { code: 'log.corrupt', data: { index: 10 } },
    /entry-count|bundle/,
  ],
  [
    'the first entry deleted',
    'DELETE FROM entries WHERE seq = 0',
    { code: 'log.corrupt', data: { index: 0 } },
    /entry-count|bundle/,
  ],
  [
    'the suffix deleted',
    'DELETE FROM entries WHERE seq >= 200',
    { code: 'log.corrupt' },
    /entry-count|bundle/,
  ],
  [
    'an entry added after the end',
    'INSERT INTO entries SELECT max(seq) + 1, (array_agg(leaf))[1], (array_agg(bytes))[1] FROM entries',
    { code: 'log.unsigned-suffix' },
    /entries-uncovered/,
  ],
  [
    'an entry added and counted',
    'INSERT INTO entries SELECT max(seq) + 1, (array_agg(leaf))[1], (array_agg(bytes))[1] FROM entries; UPDATE head SET size = size + 1',
    { code: 'log.unsigned-suffix' },
    /entries-uncovered|state-edited head/,
  ],
  [
    'a leaf edited',
    `UPDATE entries SET leaf = sha256('x') WHERE seq = 7`,
    { code: 'log.corrupt', data: { index: 7 } },
    /leaf-mismatch|tile/,
  ],
  [
    'the root of a subtree edited',
    `UPDATE nodes SET hash = sha256('x')`,
    { code: 'log.corrupt' },
    /tile-mismatch/,
  ],
  [
    'the root of a subtree deleted',
    'DELETE FROM nodes',
    { code: 'log.corrupt', data: { table: 'nodes' } },
    /tile-missing/,
  ],
  [
    'the head lowered',
    'UPDATE head SET size = size - 1',
    { code: 'log.corrupt', data: { table: 'head' } },
    /state-edited head/,
  ],
  [
    'the head raised',
    'UPDATE head SET size = size + 1',
    { code: 'log.unsigned-suffix' },
    /state-edited head/,
  ],
  ['the root edited', `UPDATE head SET root = sha256('x')`, { code: 'log.corrupt' }, /state-edited head/],
  [
    'the time floor edited',
    'UPDATE head SET time_floor = 1',
    { code: 'log.corrupt', data: { table: 'head' } },
    /state-edited head/,
  ],
  [
    'the kill epoch edited',
    'UPDATE head SET kill_epoch = 0',
    { code: 'log.corrupt', data: { table: 'head' } },
    /state-edited head/,
  ],
  [
    'the witnessed size edited',
    'UPDATE head SET witnessed_size = 9',
    { code: 'log.corrupt', data: { table: 'head' } },
    /state-edited head/,
  ],
  [
    'the seal of the state edited',
    `UPDATE head SET state = sha256('x')`,
    { code: 'log.corrupt', data: { table: 'head' } },
    /state-edited head/,
  ],
  ['the head deleted', 'DELETE FROM head', { code: 'log.version' }, /state-edited head/],
  [
    'the frontier edited',
    `UPDATE head SET frontier = overlay(frontier placing sha256('x') from 1)`,
    { code: 'log.corrupt' },
    /state-edited head/,
  ],
  [
    'another origin put in the head',
    `UPDATE head SET origin = 'log.example/other'`,
    { code: 'log.conflict' },
    /state-edited head/,
  ],
  [
    'the head put back to an earlier one',
    restored('head'),
    { code: 'log.corrupt', data: { table: 'head' } },
    /state-edited head/,
  ],
  [
    'head and checkpoints put back',
    restored('head', 'checkpoints'),
    { code: 'log.unsigned-suffix' },
    /entries-uncovered/,
  ],
  [
    'head, checkpoints and entries put back',
    restored('head', 'checkpoints', 'entries', 'nodes'),
    { code: 'log.corrupt' },
    /state-edited/,
  ],
  [
    'the newest checkpoint deleted',
    'DELETE FROM checkpoints WHERE size = (SELECT max(size) FROM checkpoints)',
    { code: 'log.unsigned-suffix' },
    /entries-uncovered|checkpoint/,
  ],
  [
    'the newest checkpoint edited',
    `UPDATE checkpoints SET note = replace(note, 'log.example/test', 'log.example/tent')`,
    { code: 'log.corrupt' },
    /no-trusted-key|origin-mismatch|signature/,
  ],
  [
    'a kill taken out',
    `DELETE FROM state WHERE name = 'kills'`,
    { code: 'log.corrupt', data: { table: 'kills' } },
    /state-edited kills/,
  ],
  [
    'a used key forgotten',
    `DELETE FROM state WHERE name = 'consumed' AND row LIKE '["key:9",%'`,
    { code: 'log.corrupt', data: { table: 'consumed' } },
    /state-edited consumed/,
  ],
  [
    'a pin accepted',
    `UPDATE state SET row = replace(row, 'quarantined', 'accepted') WHERE name = 'pins'`,
    { code: 'log.corrupt', data: { table: 'pins' } },
    /state-edited pins/,
  ],
  [
    'a denied hold put back to waiting',
    `UPDATE state AS s SET row = o.row, seal = o.seal FROM old_state AS o WHERE s.name = 'holds' AND o.name = s.name AND o.key = s.key`,
    { code: 'log.corrupt', data: { table: 'holds' } },
    /state-edited holds/,
  ],
  [
    'labels washed',
    `DELETE FROM state WHERE name = 'sessions'`,
    { code: 'log.corrupt', data: { table: 'sessions' } },
    /state-edited sessions/,
  ],
  [
    'a limit given back',
    `UPDATE state SET row = replace(row, ',7,', ',0,') WHERE name = 'limits'`,
    { code: 'log.corrupt', data: { table: 'limits' } },
    /state-edited limits/,
  ],
  [
    'an unresolved action forgotten',
    `DELETE FROM state WHERE name = 'unresolved'`,
    { code: 'log.corrupt', data: { table: 'unresolved' } },
    /state-edited unresolved/,
  ],
  [
    'a legal hold taken away',
    `DELETE FROM state WHERE name = 'records'`,
    { code: 'log.corrupt', data: { table: 'records' } },
    /state-edited records/,
  ],
  [
    'a legal hold of another entry',
    `UPDATE state SET row = regexp_replace(row, '[0-9]+]$', '3]') WHERE name = 'records'`,
    { code: 'log.corrupt', data: { table: 'records' } },
    /state-edited records/,
  ],
  [
    'a row added with the seal of another',
    `INSERT INTO state SELECT 'kills', sha256('["agent","other"]'), '["agent","other",{"hex":""}]', seal FROM state WHERE name = 'kills'`,
    { code: 'log.corrupt', data: { table: 'kills', key: 'agent/other' } },
    /state-edited kills/,
  ],
  [
    'a row hidden under another key',
    `UPDATE state SET key = sha256('x') WHERE name = 'kills'`,
    { code: 'log.corrupt', data: { table: 'kills' } },
    /state-edited kills/,
  ],
  [
    'a row that is no JSON',
    `UPDATE state SET row = 'x' WHERE name = 'kills'`,
    { code: 'log.corrupt' },
    /state-edited/,
  ],
  [
    'a row of a table that is none',
    `INSERT INTO state SELECT 'other', key, row, seal FROM state WHERE name = 'kills'`,
    { code: 'log.corrupt', data: { table: 'state' } },
    /state-edited state/,
  ],
  ['the whole state put back', restored('state'), { code: 'log.corrupt' }, /state-edited/],
  [
    'a body edited',
    `UPDATE bodies SET ciphertext = overlay(ciphertext placing 'X' from 3) WHERE seq = 4`,
    undefined,
    /body-altered bodies/,
  ],
  [
    'the key of a body edited',
    `UPDATE bodies SET wrapped = overlay(wrapped placing 'X' from 20) WHERE seq = 4`,
    undefined,
    /body-altered bodies/,
  ],
  ['a body deleted', 'DELETE FROM bodies WHERE seq = 4', undefined, /body-missing bodies/],
  [
    'a body of no entry',
    `INSERT INTO bodies VALUES (99999, 'k', 'x', 'x')`,
    undefined,
    /body-altered bodies/,
  ],
  [
    'a person taken out of the index',
    'DELETE FROM concerns WHERE seq = 4',
    undefined,
    /body-altered concerns/,
  ],
  ['a person put into the index', `INSERT INTO concerns VALUES ('x', 4)`, undefined, /body-altered concerns/],
];

/** Those that entries tell of in the clear, to who has no key either. */
export const TOLD_IN_THE_CLEAR: ReadonlySet<string> = new Set([
  'the kill epoch edited',
  'head, checkpoints and entries put back',
  'a used key forgotten',
  'a pin accepted',
  'a denied hold put back to waiting',
  'a legal hold taken away',
  'a legal hold of another entry',
  'a row added with the seal of another',
  'a row hidden under another key',
  'a row that is no JSON',
  'a row of a table that is none',
  'the whole state put back',
]);
