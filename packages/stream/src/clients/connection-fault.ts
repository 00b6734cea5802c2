/** Connections that failed, as faults of a destination. */
import { Fault, isFault } from '@writ/core';
import { certificateProblem, chain } from './certificate-problem.ts';

/**
 * The fault of a connection to `what` that failed with `thrown`; faults stay as they are. What a certificate is guilty of does not pass by itself. Only codes are told: what
 * libraries write may hold more than that.
 */
export function connectionFault(what: string, thrown: unknown): Fault {
  if (isFault(thrown)) return thrown;
  const certificate = certificateProblem(thrown);
  if (certificate !== undefined)
    return new Fault('export.refused', `${what} cannot be trusted, or does not trust us: ${certificate}`, {
      hint: 'name the authority that issued its certificate as `tls.ca`',
    });
  const code = chain(thrown)
    .map((one) => ('code' in one ? one.code : undefined))
    .find((one) => typeof one === 'string');
  return new Fault('export.unavailable', `${what} cannot be reached: ${code ?? 'the connection failed'}`);
}
