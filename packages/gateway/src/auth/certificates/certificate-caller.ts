/** Client certificates (RFC 8705 §2) as agents. */
import { createHash } from 'node:crypto';
import type { AgentIdentity } from '@writ/core';
import type { CertificateRule } from '../configuration.ts';
import type { AuthenticationRequest, Identified, Refusal } from '../types.ts';
import { uriNames } from './alternative-names.ts';

/** A certificate that the TLS layer has verified. */
export type VerifiedCertificate = NonNullable<AuthenticationRequest['peerCertificate']>;

/** SHA-256 of the certificate. */
export function thumbprintOf({ raw }: VerifiedCertificate): Buffer {
  return createHash('sha256').update(raw).digest();
}

/** Why `certificate` does not count at `now`: a handshake, and still more one that goes on from an earlier, may be long ago. */
export function certificateTimeProblem(
  { validFromDate, validToDate }: VerifiedCertificate,
  now: number,
): Refusal | undefined {
  if (now > validToDate.getTime())
    return { code: 'auth.expired', reason: 'the client certificate has expired' };
  if (now < validFromDate.getTime())
    return { code: 'auth.not-yet', reason: 'the client certificate does not count yet' };
  return undefined;
}

/**
 * The agent that holds `certificate`: the one of its thumbprint, else the one of a URI in it. A certificate that two rules take for different agents is refused.
 *
 * Does not look at names of hosts and people in the certificate, nor at revocation: that is the authority’s and the listener’s.
 */
export function certificateCaller(
  certificate: VerifiedCertificate,
  rules: readonly CertificateRule[],
  now: number,
): Identified | Refusal {
  const problem = certificateTimeProblem(certificate, now);
  if (problem !== undefined) return problem;
  const thumbprint = thumbprintOf(certificate).toString('hex');
  const uris = uriNames(certificate.subjectAltName);
  const exact = rules.filter(({ match }) => 'thumbprint' in match && match.thumbprint === thumbprint);
  const found =
    exact.length > 0 ? exact : rules.filter(({ match }) => 'uri' in match && uris.includes(match.uri));
  const [rule, ...others] = found;
  if (rule === undefined)
    return { code: 'auth.unknown', reason: 'no agent is configured for the client certificate' };
  if (others.some(({ agent }) => !isSame(agent, rule.agent)))
    return { code: 'auth.binding', reason: 'the client certificate is that of more than one agent' };
  return {
    caller: {
      agent: rule.agent,
      authentication: { method: 'mtls', assurance: 2, credentialId: `sha256:${thumbprint}`, at: now },
    },
    scopes: new Set(found.flatMap(({ scopes }) => scopes)),
  };
}

function isSame(left: AgentIdentity, right: AgentIdentity): boolean {
  return left.id === right.id && left.team === right.team && left.org === right.org;
}
