/** What is wrong with the certificate of the other side, by the codes of Node. */

/** Codes of OpenSSL's verification that Node passes on. */
const VERIFICATION =
  /^(?:UNABLE_TO_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH|INVALID_PURPOSE|CRL_)/;
/** Alerts by which the other side refuses our certificate or its absence. */
const ALERT = /^ERR_SSL_TLSV\d+_ALERT|^ERR_SSL_SSLV3_ALERT/;
/** Faults have causes that have causes; a chain without end is not followed. */
const MAX_CAUSES = 8;

/** The code by which a certificate was refused, on either side, somewhere in what was thrown; `undefined` where none was. */
export function certificateProblem(thrown: unknown): string | undefined {
  return chain(thrown)
    .map((one) => ('code' in one ? one.code : undefined))
    .find((code) => typeof code === 'string' && (VERIFICATION.test(code) || ALERT.test(code))) as
    | string
    | undefined;
}

/** What was thrown, its causes and what it gathers, outermost first. */
export function chain(thrown: unknown): readonly Error[] {
  const found: Error[] = [];
  let layer: unknown[] = [thrown];
  for (let depth = 0; depth < MAX_CAUSES && layer.length > 0; depth += 1) {
    const errors = layer.filter((one) => one instanceof Error);
    found.push(...errors);
    layer = errors.flatMap((one) => [
      one.cause,
      ...(one instanceof AggregateError ? (one.errors as unknown[]) : []),
    ]);
  }
  return found;
}
