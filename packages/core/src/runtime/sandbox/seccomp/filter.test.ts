/** The filter, run by a machine for classic BPF that is as small as the filter is. What the kernel makes of it is in ../effects.test.ts. */
import { describe, expect, test } from 'vitest';
import { INSTRUCTION_BYTES, seccompFilter } from './filter.ts';
import {
  ARCHITECTURES,
  type Architecture,
  ERRNO,
  NEWEST_CALL,
  SECCOMP_RULES,
  UNCOUNTED_MEMORY_RULES,
} from './rules.ts';

const AUDIT = { x64: 0xc000_003e, arm64: 0xc000_00b7 } as const;
const ALLOW = 0x7fff_0000;
const KILL = 0x8000_0000;
const refusal = (errno: keyof typeof ERRNO): number => 0x0005_0000 + ERRNO[errno];

/** What the filter answers to a call: `struct seccomp_data` through the program. */
function ask(
  program: Uint8Array,
  call: { readonly nr: number; readonly arch: number; readonly args?: readonly bigint[] },
): number {
  const data = new DataView(new ArrayBuffer(64));
  data.setUint32(0, call.nr, true);
  data.setUint32(4, call.arch, true);
  call.args?.forEach((value, index) => data.setBigUint64(16 + index * 8, value, true));
  const code = new DataView(program.buffer);
  let register = 0;
  for (let at = 0; at < program.length; ) {
    const operand = code.getUint32(at + 4, true);
    const jump = (holds: boolean): number => INSTRUCTION_BYTES * (1 + code.getUint8(at + (holds ? 2 : 3)));
    switch (code.getUint16(at, true)) {
      case 0x20:
        register = data.getUint32(operand, true);
        at += INSTRUCTION_BYTES;
        break;
      case 0x54:
        register = (register & operand) >>> 0;
        at += INSTRUCTION_BYTES;
        break;
      case 0x15:
        at += jump(register === operand);
        break;
      case 0x25:
        at += jump(register > operand);
        break;
      case 0x35:
        at += jump(register >= operand);
        break;
      case 0x45:
        at += jump((register & operand) !== 0);
        break;
      case 0x06:
        return operand;
      default:
        throw new Error(`instruction ${code.getUint16(at, true)}`);
    }
  }
  throw new Error('the program ran past its end');
}

const number = (name: string, architecture: Architecture): number =>
  SECCOMP_RULES.find((rule) => rule.name === name)?.numbers[architecture] ?? -1;

describe.each(ARCHITECTURES)('the filter for %s', (architecture) => {
  const program = seccompFilter(architecture, [...SECCOMP_RULES, ...UNCOUNTED_MEMORY_RULES]);
  const arch = AUDIT[architecture];
  const answer = (nr: number, ...args: readonly (number | bigint)[]): number =>
    ask(program, { nr, arch, args: args.map(BigInt) });

  const always = [...SECCOMP_RULES, ...UNCOUNTED_MEMORY_RULES].filter(
    ({ test: condition, numbers }) => condition === undefined && numbers[architecture] !== undefined,
  );
  test.each(always.map(({ name, errno, numbers }) => [name, numbers[architecture] ?? -1, errno] as const))(
    'refuses %s (%i) with %s',
    (_name, nr, errno) => {
      expect(answer(nr)).toBe(refusal(errno));
    },
  );

  test('names every call once for each test of it, and no two calls by one number', () => {
    const byNumber = new Map<number, Set<string>>();
    for (const { name, numbers } of SECCOMP_RULES) {
      const nr = numbers[architecture];
      if (nr !== undefined) byNumber.set(nr, (byNumber.get(nr) ?? new Set()).add(name));
    }
    expect([...byNumber.values()].filter(({ size }) => size > 1)).toStrictEqual([]);
  });

  test('lets through what no rule names', () => {
    const named = new Set(
      [...SECCOMP_RULES, ...UNCOUNTED_MEMORY_RULES].map(({ numbers }) => numbers[architecture]),
    );
    const free = Array.from({ length: NEWEST_CALL + 1 }, (_, nr) => nr).filter((nr) => !named.has(nr));
    expect(free.filter((nr) => answer(nr) !== ALLOW)).toStrictEqual([]);
  });

  test('answers ENOSYS to every call that is newer than its table', () => {
    const newer = [NEWEST_CALL + 1, 467, 10_000, 0x3fff_ffff];
    expect(newer.map((nr) => answer(nr))).toStrictEqual(newer.map(() => refusal('ENOSYS')));
  });

  test('ends a process that calls in the way of another architecture', () => {
    for (const other of [0x4000_0003, 0x4000_0028, AUDIT[architecture === 'x64' ? 'arm64' : 'x64']])
      expect(ask(program, { nr: 0, arch: other })).toBe(KILL);
  });

  test.runIf(architecture === 'x64')('ends a process that calls in the way of x32', () => {
    expect(answer(0x4000_0000 + 101)).toBe(KILL);
  });

  test.each([
    ['clone', 'a thread', [0x003d_0f00], 'ALLOW'],
    ['clone', 'a fork', [17], 'ALLOW'],
    ['clone', 'a user namespace', [0x1000_0011], 'EPERM'],
    ['clone', 'a network namespace beside other flags', [0x4000_0f11], 'EPERM'],
    ['clone', 'high bits around a namespace', [0xffff_ffff_1000_0011n], 'EPERM'],
    ['unshare', 'its own files', [0x400], 'ALLOW'],
    ['unshare', 'a mount namespace', [0x0002_0000], 'EPERM'],
    ['unshare', 'a time namespace', [0x80], 'EPERM'],
    ['socket', 'a Unix socket', [1, 1], 'ALLOW'],
    ['socket', 'TCP', [2, 0x8_0001], 'ALLOW'],
    ['socket', 'TCP over IPv6', [10, 1], 'ALLOW'],
    ['socket', 'a family with high bits', [0x1_0000_0002n, 1], 'ALLOW'],
    ['socket', 'netlink', [16, 3], 'EAFNOSUPPORT'],
    ['socket', 'vsock', [40, 1], 'EAFNOSUPPORT'],
    ['socket', 'algorithms of the kernel', [38, 5], 'EAFNOSUPPORT'],
    ['socket', 'a raw socket', [2, 3], 'EPERM'],
    ['socket', 'a raw socket that closes on exec', [2, 0x8_0003], 'EPERM'],
    ['socket', 'the old packet type', [2, 10], 'EPERM'],
    ['socketpair', 'a Unix pair', [1, 1], 'ALLOW'],
    ['socketpair', 'another family', [30, 1], 'EAFNOSUPPORT'],
    ['ioctl', 'the size of a window', [0, 0x5413], 'ALLOW'],
    ['ioctl', 'a word for a terminal', [0, 0x5412], 'EPERM'],
    ['ioctl', 'the same behind high bits', [0, 0xffff_ffff_0000_5412n], 'EPERM'],
    ['ioctl', 'the console’s clipboard', [0, 0x541c], 'EPERM'],
    ['prlimit64', 'its own limits', [0, 7], 'ALLOW'],
    ['prlimit64', 'the launcher’s limits', [1, 7], 'EPERM'],
    ['setpriority', 'its own priority', [0, 0], 'ALLOW'],
    ['setpriority', 'the launcher’s', [0, 1], 'EPERM'],
    ['setpriority', 'a group’s, which may be the launcher’s', [1, 0], 'EPERM'],
    ['setpriority', 'everybody’s', [2, 1000], 'EPERM'],
    ['ioprio_set', 'its own', [1, 0], 'ALLOW'],
    ['ioprio_set', 'the launcher’s', [1, 1], 'EPERM'],
    ['ioprio_set', 'a group’s', [2, 0], 'EPERM'],
    ['ioctl', 'another line discipline', [0, 0x5423], 'EPERM'],
    ['fchmod', 'an ordinary mode', [0, 0o755], 'ALLOW'],
    ['fchmod', 'the rights of the owner', [0, 0o4755], 'EPERM'],
    ['fchmod', 'the rights of the group', [0, 0o2755], 'EPERM'],
    ['fchmodat', 'the rights of the owner', [0, 0, 0o4755], 'EPERM'],
    ['mknodat', 'the rights of the owner', [0, 0, 0o104755], 'EPERM'],
    ['openat', 'a new file', [0, 0, 0o101, 0o644], 'ALLOW'],
    ['openat', 'a new file with the rights of its owner', [0, 0, 0o101, 0o4755], 'EPERM'],
    ['openat', 'a file without a name with them', [0, 0, 0o20200002, 0o4755], 'EPERM'],
    ['openat', 'a file that is there, with anything for a mode', [0, 0, 0o2, 0o6777], 'ALLOW'],
  ] as const)('%s for %s: %s is %s', (name, _what, args, expected) => {
    const wanted = expected === 'ALLOW' ? ALLOW : refusal(expected);
    expect(answer(number(name, architecture), ...args)).toBe(wanted);
  });
});
