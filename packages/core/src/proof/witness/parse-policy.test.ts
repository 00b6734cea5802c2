import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, isFault, utf8 } from '../../kernel/index.ts';
import { sha256 } from '../../kernel/crypto/index.ts';
import { sampleSigner } from '../../testing/index.ts';
import { createVerifierKey, formatVerifierKey, type VerifierKey } from '../note/index.ts';
import { parseTrustPolicy, type Quorum, satisfiesQuorum, type TrustPolicy } from './index.ts';

const text = (key: VerifierKey): string => formatVerifierKey(key);
const log = sampleSigner('example.com/log', 1).key;
const witnesses = Array.from(
  { length: 6 },
  (_, at) => sampleSigner(`w.example/${at}`, 10 + at, 'cosignature/v1').key,
);
const [w1, w2, w3, w4, w5, w6] = witnesses.map(text);

const postQuantum = createVerifierKey(sha256, 'example.com/pq', 'ml-dsa-44', new Uint8Array(1312));

// The example of c2sp.org/tlog-policy, with keys in the place of its `<vkey>`.
const EXAMPLE = `log ${text(log)}

witness X1 ${w1}
witness X2 ${w2}
witness X3 ${w3}
group X-witnesses 2 X1 X2 X3

witness Y1 ${w4}
witness Y2 ${w5}
witness Y3 ${w6}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`;

const parse = (policy: string | Uint8Array): TrustPolicy =>
  parseTrustPolicy(sha256, typeof policy === 'string' ? utf8(policy) : policy);

/** The shape of a quorum: `2(X1 X2)`. */
function shape(quorum: Quorum): string {
  if (quorum.kind === 'none') return 'none';
  if (quorum.kind === 'witness') return quorum.witness.name;
  return `${quorum.threshold}(${quorum.members.map(shape).join(' ')})`;
}

const satisfied = (policy: TrustPolicy, names: readonly string[]): boolean =>
  satisfiesQuorum(policy.quorum, ({ name }) => names.includes(name));

describe('a trust policy', () => {
  test('reads as the example of c2sp.org/tlog-policy says', () => {
    const policy = parse(EXAMPLE);
    expect(policy.logs).toEqual([{ key: log }]);
    expect(policy.witnesses.map(({ name }) => name)).toEqual(['X1', 'X2', 'X3', 'Y1', 'Y2', 'Y3']);
    expect(policy.witnesses.map(({ key }) => key)).toEqual(witnesses);
    expect(shape(policy.quorum)).toBe('2(2(X1 X2 X3) 1(Y1 Y2 Y3))');
  });

  test.each([
    [['X1', 'X2', 'Y3'], true],
    [['X1', 'X2', 'X3', 'Y1', 'Y2', 'Y3'], true],
    [['X1', 'X2', 'X3'], false],
    [['X1', 'Y1', 'Y2', 'Y3'], false],
    [[], false],
  ])('of that example is satisfied by %j: %s', (names, expected) => {
    expect(satisfied(parse(EXAMPLE), names)).toBe(expected);
  });

  test.each([
    ['the shortest there is', 'quorum none\n', 'none'],
    [
      'no last line feed, comments, tabs and spaces',
      `\n# c\n\t # d\n\twitness \t w  ${w1}  u  \n  quorum\tw`,
      'w',
    ],
    ['a witness alone', `witness w ${w1}\nquorum w\n`, 'w'],
    [
      'the other keywords as names',
      `witness all ${w1}\nwitness any ${w2}\ngroup group 2 all any\nquorum group\n`,
      '2(all any)',
    ],
    ['an ML-DSA-44 log', `log ${text(postQuantum)}\nquorum none\n`, 'none'],
    ['more definitions after the quorum', `quorum none\nwitness w ${w1}\n`, 'none'],
  ])('may have %s', (_what, policy, expected) => {
    expect(shape(parse(policy).quorum)).toBe(expected);
  });

  test('keeps addresses as they are', () => {
    const policy = parse(
      `log ${text(log)} https://log.example/\nwitness w ${w1} https://w.example/x\nquorum w\n`,
    );
    expect([policy.logs[0]?.url, policy.witnesses[0]?.url]).toEqual([
      'https://log.example/',
      'https://w.example/x',
    ]);
  });

  test('compares names by their octets: a Kelvin sign is no K, and octets need be no UTF-8', () => {
    const bytes = concatBytes(
      utf8('witness K'),
      Uint8Array.of(0x80),
      utf8(` ${w1}\nwitness \u212a\u0301 ${w2}\nwitness K\u0301 ${w3}\nquorum K`),
      Uint8Array.of(0x80),
      utf8('\n'),
    );
    const { quorum } = parse(bytes);
    expect(quorum.kind === 'witness' && quorum.witness.key).toEqual(witnesses[0]);
    expect(() => parse(`witness \u212a ${w1}\nquorum K\n`)).toThrow('defined on no line before');
  });

  const plain = text(sampleSigner('example.com/plain', 20).key);
  const twin = text(createVerifierKey(sha256, 'impostor.example', 'cosignature/v1', witnesses[0]!.publicKey));
  test.each([
    ['a control character', 'quorum none\n\u0001', 2, 1],
    ['a control character in a comment', 'quorum none\n# \u0007', 2, 3],
    ['a carriage return', 'quorum none\r\n', 1, 12],
    ['delete', 'quorum none\u007f', 1, 12],
    ['an unknown keyword', `quibble w\nquorum none\n`, 1, 1],
    ['a comment at the end of a line', `witness w ${w1} u # comment\nquorum w\n`, 1, 1],
    ['a log without key', 'log\nquorum none\n', 1, 1],
    ['a log with something else', 'log garbage\nquorum none\n', 1, 5],
    ['a log with the key of a witness', `log ${w1}\nquorum none\n`, 1, 5],
    ['a log twice', `log ${text(log)}\nlog ${text(log)} u\nquorum none\n`, 2, 5],
    ['a witness without key', 'witness w\nquorum none\n', 1, 1],
    ['a witness with the key of a log', `witness w ${plain}\nquorum w\n`, 1, 11],
    ['a witness named none', `witness none ${w1}\nquorum none\n`, 1, 9],
    ['a witness name twice', `witness w ${w1}\nwitness w ${w2}\nquorum w\n`, 2, 9],
    ['a witness key twice, under other names', `witness w ${w1}\nwitness v ${twin}\nquorum w\n`, 2, 11],
    ['a group named as a witness', `witness w ${w1}\ngroup w any w\nquorum w\n`, 2, 7],
    ['a group named none', `witness w ${w1}\ngroup none any w\nquorum none\n`, 2, 7],
    ['a group without members', `witness w ${w1}\ngroup g 1\nquorum w\n`, 2, 1],
    ['a threshold of zero', `witness w ${w1}\ngroup g 0 w\nquorum g\n`, 2, 9],
    ['a negative threshold', `witness w ${w1}\ngroup g -1 w\nquorum g\n`, 2, 9],
    ['a threshold beyond its members', `witness w ${w1}\ngroup g 2 w\nquorum g\n`, 2, 9],
    ['an unknown member', `witness w ${w1}\ngroup g any v\nquorum g\n`, 2, 13],
    ['a member defined later', `group g any w\nwitness w ${w1}\nquorum g\n`, 1, 13],
    ['a group that is its own member', `group g any g\nquorum g\n`, 1, 13],
    ['none as a member', `witness w ${w1}\ngroup g any none w\nquorum g\n`, 2, 13],
    ['a member twice in a group', `witness w ${w1}\ngroup g all w w\nquorum g\n`, 2, 15],
    [
      'a member of two groups',
      `witness w ${w1}\nwitness v ${w2}\ngroup g any w v\ngroup h any w\nquorum g\n`,
      4,
      13,
    ],
    ['two quorums', `witness w ${w1}\nquorum w\nquorum w\n`, 3, 1],
    ['a quorum of an unknown name', 'quorum unknown\n', 1, 8],
    ['a quorum defined later', `quorum w\nwitness w ${w1}\n`, 1, 8],
    ['a quorum without name', 'quorum\n', 1, 1],
    ['a quorum of two names', `witness w ${w1}\nquorum w none\n`, 2, 1],
  ])('with %s is malformed, and the fault says where', (_why, policy, line, column) => {
    expect(() => parse(policy)).toThrow(
      expect.toSatisfy(
        (fault) =>
          isFault(fault, 'trust.malformed') && fault.data['line'] === line && fault.data['column'] === column,
      ),
    );
  });

  test.each([
    ['without a quorum', `witness w ${w1}\n`],
    ['without anything', ''],
    ['of more than a mebibyte', new Uint8Array(1_048_577).fill(0x20)],
  ])('%s is malformed', (_why, policy) => {
    expect(() => parse(policy)).toThrow(expect.toSatisfy((fault) => isFault(fault, 'trust.malformed')));
  });

  test('has at most 256 witnesses, and takes 256 groups nested in each other', () => {
    const many = Array.from({ length: 257 }, (_, at) => {
      const seeded = sha256(utf8(String(at))).slice();
      return `witness w${at} ${text(createVerifierKey(sha256, `w${at}`, 'ml-dsa-44', concatBytes(...Array<Uint8Array>(41).fill(seeded))))}`;
    });
    expect(parse(`${many.slice(0, 256).join('\n')}\nquorum w0\n`).witnesses).toHaveLength(256);
    expect(() => parse(`${many.join('\n')}\nquorum w0\n`)).toThrow('more witnesses than 256');
    const groups = Array.from(
      { length: 256 },
      (_, at) => `group g${at} all ${at === 0 ? 'w' : `g${at - 1}`}`,
    );
    expect(satisfied(parse(`witness w ${w1}\n${groups.join('\n')}\nquorum g255\n`), ['w'])).toBe(true);
  });

  test('of any bytes parses or is a fault', () => {
    const pieces = fc.constantFrom(
      'witness ',
      'group ',
      'quorum ',
      'log ',
      'w',
      'g',
      ' any ',
      '2',
      w1!,
      text(log),
      '\n',
      '\t',
      '#',
      'none',
      '\u0000',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.array(pieces).map((all) => utf8(all.join(''))),
        ),
        (bytes) => {
          try {
            parse(bytes);
          } catch (fault) {
            if (!isFault(fault, 'trust.malformed')) throw fault;
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('never loses its quorum by one witness more', () => {
    const policy = parse(EXAMPLE);
    const names = policy.witnesses.map(({ name }) => name);
    fc.assert(
      fc.property(fc.subarray(names), fc.constantFrom(...names), (some, more) => {
        expect(satisfied(policy, some) && !satisfied(policy, [...some, more])).toBe(false);
      }),
    );
  });
});
