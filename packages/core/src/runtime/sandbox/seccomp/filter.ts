/** Assembles the seccomp filter: classic BPF over `struct seccomp_data`, as the kernel and bubblewrap's `--seccomp` take it. */
import { type Architecture, type ArgumentTest, ERRNO, NEWEST_CALL, type SeccompRule } from './rules.ts';

/** AUDIT_ARCH_X86_64, AUDIT_ARCH_AARCH64 (linux/audit.h). */
const AUDIT_ARCH: Readonly<Record<Architecture, number>> = { x64: 0xc000_003e, arm64: 0xc000_00b7 };
/** Calls of the x32 way in have this bit; the same kernel would run them past a filter for 64 bits. */
const X32_BIT = 0x4000_0000;

// Offsets in `struct seccomp_data`: nr, arch, instruction_pointer, args[6]; both architectures are little-endian.
const OFFSET_NR = 0;
const OFFSET_ARCH = 4;
const OFFSET_ARGS = 16;
const ARG_BYTES = 8;

// linux/bpf_common.h
const LOAD = 0x20;
const AND = 0x54;
const JUMP_EQUAL = 0x15;
const JUMP_GREATER = 0x25;
const JUMP_GREATER_EQUAL = 0x35;
const JUMP_ANY_BIT = 0x45;
const RETURN = 0x06;

// linux/seccomp.h
const KILL_PROCESS = 0x8000_0000;
const ALLOW = 0x7fff_0000;
const ERRNO_ACTION = 0x0005_0000;

/** Bytes of one `struct sock_filter`. */
export const INSTRUCTION_BYTES = 8;
/** Most instructions that the kernel takes (BPF_MAXINSNS). */
const MAX_INSTRUCTIONS = 4096;

/** One instruction: what to do, how far to jump when a test holds and when not, and its operand. */
interface Instruction {
  readonly code: number;
  readonly whenTrue: number;
  readonly whenFalse: number;
  readonly operand: number;
}

/**
 * The filter of `rules` for one architecture. A call of another architecture ends the process; one that is newer than the table answers `ENOSYS`;
 * what no rule names is let through. It confines what a process asks of the kernel and nothing that the kernel does for it unasked.
 */
export function seccompFilter(architecture: Architecture, rules: readonly SeccompRule[]): Uint8Array {
  const program: Instruction[] = [
    load(OFFSET_ARCH),
    jump(JUMP_EQUAL, AUDIT_ARCH[architecture], 1, 0),
    answer(KILL_PROCESS),
    load(OFFSET_NR),
    ...(architecture === 'x64' ? [jump(JUMP_GREATER_EQUAL, X32_BIT, 0, 1), answer(KILL_PROCESS)] : []),
    jump(JUMP_GREATER, NEWEST_CALL, 0, 1),
    answer(refusal('ENOSYS')),
    ...byCall(architecture, rules).flatMap(([number, ofCall]) => callBlock(number, ofCall)),
    answer(ALLOW),
  ];
  if (program.length > MAX_INSTRUCTIONS) throw new RangeError('the seccomp filter is too long');
  return encode(program);
}

function byCall(
  architecture: Architecture,
  rules: readonly SeccompRule[],
): readonly (readonly [number, readonly SeccompRule[]])[] {
  const calls = new Map<number, SeccompRule[]>();
  for (const rule of rules) {
    const number = rule.numbers[architecture];
    if (number === undefined) continue;
    calls.set(number, [...(calls.get(number) ?? []), rule]);
  }
  return [...calls];
}

/** The tests of one call, one after another; none refuses: it is let through. */
function callBlock(number: number, rules: readonly SeccompRule[]): readonly Instruction[] {
  const body = [...rules.flatMap((rule) => ruleBlock(rule)), answer(ALLOW)];
  return [jump(JUMP_EQUAL, number, 0, body.length), ...body];
}

/** Refuses where every test of `rule` holds; else whatever follows it is asked. */
function ruleBlock({ test, and, errno }: SeccompRule): readonly Instruction[] {
  const refused = answer(refusal(errno));
  const second = and === undefined ? [] : testBlock(and, 1);
  const first = test === undefined ? [] : testBlock(test, second.length + 1);
  return [...first, ...second, refused];
}

/** Goes on behind its end where `test` holds, and `skipped` instructions further where not. */
function testBlock(test: ArgumentTest, skipped: number): readonly Instruction[] {
  const loaded = load(OFFSET_ARGS + test.arg * ARG_BYTES);
  if ('anyBit' in test) return [loaded, jump(JUMP_ANY_BIT, test.anyBit, 0, skipped)];
  if ('notIn' in test) {
    const last = test.notIn.length - 1;
    return [loaded, ...test.notIn.map((value, index) => jump(JUMP_EQUAL, value, last - index + skipped, 0))];
  }
  const last = test.in.length - 1;
  return [
    loaded,
    ...(test.mask === undefined ? [] : [{ code: AND, whenTrue: 0, whenFalse: 0, operand: test.mask }]),
    ...test.in.map((value, index) => jump(JUMP_EQUAL, value, last - index, index === last ? skipped : 0)),
  ];
}

function load(offset: number): Instruction {
  return { code: LOAD, whenTrue: 0, whenFalse: 0, operand: offset };
}

function jump(code: number, operand: number, whenTrue: number, whenFalse: number): Instruction {
  return { code, whenTrue, whenFalse, operand };
}

function answer(operand: number): Instruction {
  return { code: RETURN, whenTrue: 0, whenFalse: 0, operand };
}

function refusal(errno: SeccompRule['errno']): number {
  return ERRNO_ACTION | ERRNO[errno];
}

function encode(program: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(program.length * INSTRUCTION_BYTES);
  const view = new DataView(bytes.buffer);
  program.forEach(({ code, whenTrue, whenFalse, operand }, index) => {
    const at = index * INSTRUCTION_BYTES;
    view.setUint16(at, code, true);
    view.setUint8(at + 2, whenTrue);
    view.setUint8(at + 3, whenFalse);
    view.setUint32(at + 4, operand >>> 0, true);
  });
  return bytes;
}
