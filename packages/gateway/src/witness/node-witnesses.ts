/** The witnesses of a node, from the trust policy that its configuration names. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describeFault, Fault, isFault, type LogWitnesses } from '@writ/core';
import { parseTrustPolicy, type TrustPolicy } from '@writ/core/proof';
import { createWitnessTransport } from './http-transport.ts';

/** Witnesses to ask, and how to let go of them. */
export interface NodeWitnesses extends LogWitnesses {
  /** Closes connections. Idempotent. */
  close(): void;
}

/**
 * The witnesses in the trust policy at `file`. `report` is told of each that does not cosign, one line each, at most one a minute from each after a while.
 * Throws `trust.malformed` with `file`, `line` and `column`, and `config.unreadable`.
 */
export function openNodeWitnesses(file: string, report: (line: string) => void): NodeWitnesses {
  const policy = readPolicy(file);
  const transport = createWitnessTransport();
  return {
    policy,
    transport,
    onFault: ({ message }) => report(message),
    close: () => transport.close(),
  };
}

function readPolicy(file: string): TrustPolicy {
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
