/** The same rules in the form that Docker and Podman take with `--security-opt seccomp=FILE`. */
import type { JsonObject } from '../../../kernel/index.ts';
import { type ArgumentTest, ERRNO, type SeccompRule } from './rules.ts';

/** Largest value that a list of what is let through holds. */
const LARGEST_LISTED = 64;

/** A profile of `rules`, which lets through what no rule names. The engine adds what its runtime needs before it is in force. */
export function containerSeccomp(rules: readonly SeccompRule[]): JsonObject {
  return {
    defaultAction: 'SCMP_ACT_ALLOW',
    syscalls: rules.flatMap(({ name, errno, test, and }) =>
      pairs(conditions(test), conditions(and)).map((args) => ({
        names: [name],
        action: 'SCMP_ACT_ERRNO',
        errnoRet: ERRNO[errno],
        args,
      })),
    ),
  };
}

/** What holds where one of `left` and one of `right` do. */
function pairs(
  left: readonly (readonly JsonObject[])[],
  right: readonly (readonly JsonObject[])[],
): readonly (readonly JsonObject[])[] {
  return left.flatMap((one) => right.map((other) => [...one, ...other]));
}

/** Each list of conditions is one entry, all of which must hold; entries are alternatives. */
function conditions(test: ArgumentTest | undefined): readonly (readonly JsonObject[])[] {
  if (test === undefined) return [[]];
  const { arg: index } = test;
  // Engines take several conditions on one argument as alternatives: what is not in a list is said as what is.
  if ('notIn' in test)
    return [
      ...Array.from({ length: LARGEST_LISTED + 1 }, (_, value) => value)
        .filter((value) => !test.notIn.includes(value))
        .map((value) => [{ index, value, op: 'SCMP_CMP_EQ' }]),
      [{ index, value: LARGEST_LISTED, op: 'SCMP_CMP_GT' }],
    ];
  if ('in' in test) {
    const mask = test.mask ?? 0xffff_ffff;
    return test.in.map((valueTwo) => [{ index, value: mask, valueTwo, op: 'SCMP_CMP_MASKED_EQ' }]);
  }
  return bitsOf(test.anyBit).map((bit) => [{ index, value: bit, valueTwo: bit, op: 'SCMP_CMP_MASKED_EQ' }]);
}

function bitsOf(mask: number): readonly number[] {
  return Array.from({ length: 32 }, (_, at) => 2 ** at).filter((bit) => Math.floor(mask / bit) % 2 === 1);
}
