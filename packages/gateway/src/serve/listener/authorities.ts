/** Who vouches for clients: the authorities of a bundle, and what becomes of their clients when one is taken away. */
import { X509Certificate } from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** The certificates in `ca`, text in PEM; none where it is absent. Throws what OpenSSL throws. */
export function authoritiesIn(ca: SecureContextOptions['ca']): readonly X509Certificate[] {
  const texts = ca === undefined ? [] : [ca].flat();
  return texts.flatMap((text) =>
    (text.toString().match(CERTIFICATE) ?? []).map((pem) => new X509Certificate(pem)),
  );
}

/** Whether one of `before` is not among `after`. */
export function isTakenAway(before: readonly X509Certificate[], after: readonly X509Certificate[]): boolean {
  const left = new Set(after.map(({ fingerprint256 }) => fingerprint256));
  return before.some(({ fingerprint256 }) => !left.has(fingerprint256));
}

/**
 * Whether one of `authorities` itself signed `certificate`, which was verified when it was shown. Does not look for authorities between them: whoever needs one
 * shows it again in another handshake.
 */
export function isVouchedFor(certificate: X509Certificate, authorities: readonly X509Certificate[]): boolean {
  return authorities.some(
    (authority) => certificate.checkIssued(authority) && certificate.verify(authority.publicKey),
  );
}
