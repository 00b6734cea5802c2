/** The witnesses and mirrors of a node, from the trust policy that its configuration names. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describeFault, Fault, isFault, type LogWitnesses, mirrorCosigner, systemRandom } from '@writ/core';
import { parseTrustPolicy, type PolicyWitness, type TrustPolicy } from '@writ/core/proof';
import { createWitnessTransport, MIRROR_DEADLINE_MS } from './http-transport.ts';

/** Witnesses to ask, and how to let go of them. */
export interface NodeWitnesses extends LogWitnesses {
  /** Closes connections. Idempotent. */
  close(): void;
}

/** Which of the witnesses are what, and who is told of them. */
export interface NodeWitnessesOptions {
  /** Names in the policy of those that are mirrors and are sent the log. */
  readonly replicate: readonly string[];
  /** Told of each that does not cosign, one line each, at most one a minute from each after a while. */
  readonly report: (line: string) => void;
}

/**
 * The witnesses in the trust policy at `file`. Throws `trust.malformed` with `file`, `line` and `column`, `config.unreadable`, and `config.invalid` for a mirror that
 * the policy does not name.
 */
export function openNodeWitnesses(file: string, { replicate, report }: NodeWitnessesOptions): NodeWitnesses {
  const policy = readTrustPolicy(file);
  const mirrored = replicate.map((name) => namedWitness(policy, name, file));
  const transport = createWitnessTransport();
  const mirrorTransport = createWitnessTransport(MIRROR_DEADLINE_MS);
  return {
    policy,
    transport,
    mirrors: mirrored.map((witness) => mirrorCosigner(witness, mirrorTransport)),
    random: systemRandom,
    onFault: ({ message }) => report(message),
    close() {
      transport.close();
      mirrorTransport.close();
    },
  };
}

/** The witness that `policy` calls `name`. Throws `config.invalid` where there is none. */
export function namedWitness(policy: TrustPolicy, name: string, file: string): PolicyWitness {
  const witness = policy.witnesses.find((candidate) => candidate.name === name);
  if (witness !== undefined) return witness;
  const hint = `add \`witness ${name} <key> <url>\` there, with what \`writ mirror\` prints`;
  throw new Fault('config.invalid', `the trust policy \`${file}\` names no \`${name}\` to replicate to`, {
    path: 'replicate',
    hint,
  });
}

/** The trust policy in `file`. Throws `trust.malformed` with `file`, `line` and `column`, and `config.unreadable`. */
export function readTrustPolicy(file: string): TrustPolicy {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new Fault(
      'config.unreadable',
      `cannot read the trust policy \`${file}\`: ${describeFault(cause)}`,
      {
        file,
      },
    );
  }
  try {
    return parseTrustPolicy((data) => createHash('sha256').update(data).digest(), bytes);
  } catch (cause) {
    if (!isFault(cause)) throw cause;
    throw new Fault(cause.code, `${file}: ${cause.message}`, { ...cause.data, file }, { cause });
  }
}
