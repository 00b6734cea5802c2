/**
 * The filter for both architectures under the kernel's own machine for classic BPF, and its numbers beside the kernel's own tables. A socket runs any such
 * program over a message, whatever the machine's architecture: returned values become lengths that the message is cut to.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { INSTRUCTION_BYTES, seccompFilter } from './filter.ts';
import {
  ARCHITECTURES,
  type Architecture,
  type ArgumentTest,
  ERRNO,
  NEWEST_CALL,
  SECCOMP_RULES,
  type SeccompRule,
  UNCOUNTED_MEMORY_RULES,
} from './rules.ts';

const RULES = [...SECCOMP_RULES, ...UNCOUNTED_MEMORY_RULES];
const AUDIT = { x64: 0xc000_003e, arm64: 0xc000_00b7 } as const;
const PERL = '/usr/bin/perl';
const RETURN = 0x06;
const ALLOW = 0x7fff_0000;
const KILL = 0x8000_0000;
const refusal = (errno: SeccompRule['errno']): number => 0x0005_0000 + ERRNO[errno];
/** Every answer of the filter; its place here, counted from 1, is the length of what arrives. */
const ANSWERS = [ALLOW, KILL, refusal('EPERM'), refusal('ENOSYS'), refusal('EAFNOSUPPORT')];

interface Call {
  readonly nr: number;
  readonly arch: number;
  readonly args: readonly number[];
}

/** Reads a program in hexadecimal, then messages, one a line; prints what length of each arrives. */
const MACHINE = String.raw`
$| = 1;
chomp(my $hex = <STDIN>);
my $program = pack 'H*', $hex;
socketpair my $from, my $to, 1, 2, 0 or die "socketpair: $!";
setsockopt $to, 1, 26, pack('S x6 P', length($program) / 8, $program) or die "filter: $!";
while (my $line = <STDIN>) {
  chomp $line;
  syswrite $from, pack('H*', $line) or die "write: $!";
  my $length = sysread $to, my $got, 64;
  print "$length\n";
}`;

/** `program` with places in {@link ANSWERS} for what it returns. */
function countable(program: Uint8Array): Uint8Array {
  const bytes = program.slice();
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < bytes.length; at += INSTRUCTION_BYTES) {
    if (view.getUint16(at, true) !== RETURN) continue;
    const place = ANSWERS.indexOf(view.getUint32(at + 4, true));
    if (place === -1) throw new Error('an answer that nobody knows');
    view.setUint32(at + 4, place + 1, true);
  }
  return bytes;
}

/** `struct seccomp_data`, its words as the network orders them, which is how a socket's filter reads. */
function message({ nr, arch, args }: Call): string {
  const view = new DataView(new ArrayBuffer(64));
  view.setUint32(0, nr);
  view.setUint32(4, arch);
  args.forEach((value, index) => view.setUint32(16 + index * 8, value));
  return Buffer.from(view.buffer).toString('hex');
}

function askKernel(program: Uint8Array, calls: readonly Call[]): readonly (number | undefined)[] {
  const lines = [Buffer.from(countable(program)).toString('hex'), ...calls.map(message)];
  const { stdout, stderr } = spawnSync(PERL, ['-e', MACHINE], {
    input: `${lines.join('\n')}\n`,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return stdout
    .trim()
    .split('\n')
    .map((length) => ANSWERS[Number(length) - 1]);
}

/** What the rules mean, said by them alone. */
function meant({ nr, arch, args }: Call, architecture: Architecture): number {
  if (arch !== AUDIT[architecture]) return KILL;
  if (architecture === 'x64' && nr >= 0x4000_0000) return KILL;
  if (nr > NEWEST_CALL) return refusal('ENOSYS');
  const holds = (one: ArgumentTest | undefined): boolean => {
    if (one === undefined) return true;
    const value = args[one.arg] ?? 0;
    if ('anyBit' in one) return (BigInt(value) & BigInt(one.anyBit)) !== 0n;
    if ('notIn' in one) return !one.notIn.includes(value);
    return one.in.includes(one.mask === undefined ? value : value & one.mask);
  };
  const rule = RULES.find((one) => one.numbers[architecture] === nr && holds(one.test) && holds(one.and));
  return rule === undefined ? ALLOW : refusal(rule.errno);
}

/** Values on both sides of every test. */
const VALUES = [
  ...new Set(
    RULES.flatMap(({ test: one, and }) =>
      [one, and].flatMap((tested) =>
        tested === undefined
          ? []
          : 'anyBit' in tested
            ? Array.from({ length: 32 }, (_, bit) => 2 ** bit)
            : 'notIn' in tested
              ? tested.notIn
              : tested.in,
      ),
    ),
  ),
  0,
  3,
  0o644,
  0xffff_ffff,
];

function callsOf(architecture: Architecture): readonly Call[] {
  const arch = AUDIT[architecture];
  const tested = RULES.flatMap(({ test: one, and, numbers }) => {
    const nr = numbers[architecture];
    if (one === undefined || nr === undefined) return [];
    const others = and === undefined ? [0] : VALUES;
    return VALUES.flatMap((value) =>
      others.map((other): Call => {
        const args = [0, 0, 0, 0, 0, 0];
        if (and !== undefined) args[and.arg] = other;
        args[one.arg] = value;
        return { nr, arch, args };
      }),
    );
  });
  const numbers = [
    ...Array.from({ length: NEWEST_CALL + 40 }, (_, nr) => nr),
    0x3fff_ffff,
    0x4000_0065,
    0xffff_ffff,
  ];
  return [
    ...numbers.map((nr) => ({ nr, arch, args: [0, 0, 0, 0, 0, 0] })),
    ...tested,
    ...[0x4000_0003, 0x4000_0028, 0].map((other) => ({ nr: 0, arch: other, args: [] })),
  ];
}

const isLinux = process.platform === 'linux' && existsSync(PERL);

describe.skipIf(!isLinux).each(ARCHITECTURES)(
  'the filter for %s under the machine of the kernel',
  (architecture) => {
    test('answers every call as its rules say', () => {
      const calls = callsOf(architecture);
      const answers = askKernel(seccompFilter(architecture, RULES), calls);
      expect(answers.length).toBe(calls.length);
      const wrong = calls.filter((call, index) => answers[index] !== meant(call, architecture));
      expect(wrong).toStrictEqual([]);
      expect(new Set(answers)).toStrictEqual(new Set(ANSWERS));
    });
  },
);

/** Tables of the kernel as its headers have them; arm64 has the generic one. */
const HEADERS: Readonly<Record<Architecture, string>> = {
  x64: '/usr/include/x86_64-linux-gnu/asm/unistd_64.h',
  arm64: '/usr/include/asm-generic/unistd.h',
};

for (const architecture of ARCHITECTURES) {
  const header = HEADERS[architecture];
  const isThere = existsSync(header);
  if (!isThere) console.warn(`SKIPPED: numbers of system calls for ${architecture}: no ${header}`);
  test.skipIf(!isThere)(`numbers for ${architecture} are those of the kernel’s own table`, () => {
    const text = readFileSync(header, 'utf8');
    const known = new Map(
      [...text.matchAll(/^#define __NR(?:3264)?_(\w+)\s+(\d+)$/gm)].map(([, name, nr]) => [name, Number(nr)]),
    );
    const judged = RULES.flatMap(({ name, numbers }) => {
      const nr = numbers[architecture];
      // Headers may be older than the newest calls.
      return nr === undefined || !known.has(name) ? [] : [[name, nr, known.get(name)] as const];
    });
    expect(judged.length).toBeGreaterThan(60);
    expect(judged.filter(([, ours, theirs]) => ours !== theirs)).toStrictEqual([]);
    // What the header names and a rule has no number for would be let through.
    const unnumbered = RULES.filter(
      ({ name, numbers }) => numbers[architecture] === undefined && known.has(name),
    );
    expect(unnumbered.map(({ name }) => name)).toStrictEqual([]);
  });
}
