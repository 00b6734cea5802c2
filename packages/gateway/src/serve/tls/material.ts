/** Certificate, key and authorities from their files, checked as a whole before anything is served with them. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { describeFault, Fault, readKeyFile } from '@writ/core';
import type { TlsConfiguration } from '../../config/index.ts';

/** What a listener is secured with. */
export interface TlsMaterial {
  readonly context: SecureContextOptions;
  /** When the leaf certificate ends, in milliseconds since 1970. */
  readonly ends: number;
}

/** Ending of a block in PEM; what stands before the first is the leaf. */
const PEM_END = '-----END CERTIFICATE-----';
const GROUP_READ = 0o040;
const MORE_THAN_GROUP_READ = 0o037;

/**
 * Reads and checks the files of `tls`. Throws `config.invalid` where a file is not there or not what it should be, where the key is not that of the certificate, or where
 * the certificate has ended at `now`; `key.permissions` where others may read the key. No fault quotes what stands in a file. `credentials` is the folder in which a service
 * manager keeps the secrets of this service.
 */
export function readTls(tls: TlsConfiguration, now: number, credentials?: string): TlsMaterial {
  const cert = readPem(tls.cert, 'cert');
  const key = readKey(tls.key, credentials);
  const ca = tls.clientCa === undefined ? undefined : readPem(tls.clientCa, 'clientCa');
  const leaf = certificateIn(cert.slice(0, cert.indexOf(PEM_END) + PEM_END.length), tls.cert, 'cert');
  const ends = leaf.validToDate.getTime();
  if (ends <= now)
    throw invalid('cert', `the certificate in \`${tls.cert}\` ended at ${leaf.validToDate.toISOString()}`);
  if (ca !== undefined) certificateIn(ca, tls.clientCa ?? '', 'clientCa');
  const context = { cert, key, ...(ca === undefined ? {} : { ca }) };
  try {
    if (!leaf.checkPrivateKey(createPrivateKey(key))) throw new TypeError('they do not belong together');
    createSecureContext(context);
  } catch (cause) {
    const problem = `certificate \`${tls.cert}\` and key \`${tls.key}\` cannot be used: ${describeFault(cause)}`;
    throw invalid('key', problem, cause);
  }
  return { context, ends };
}

function readPem(file: string, field: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw invalid(field, `cannot read \`${file}\``, cause);
  }
}

/**
 * Of mode 0600 or stricter, as every key of Writ. What a service manager passes in `credentials` is read by this service through an access list, whose mask stands where
 * others see the group's bits: there it may be 0440.
 */
function readKey(file: string, credentials: string | undefined): string {
  const isPassed = credentials !== undefined && file.startsWith(`${credentials}/`);
  if (isPassed && (statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & GROUP_READ)
    return readPassed(file);
  try {
    return readKeyFile(file);
  } catch (cause) {
    if (cause instanceof Fault && cause.code === 'key.missing')
      throw invalid('key', `cannot read \`${file}\``, cause);
    throw cause;
  }
}

function readPassed(file: string): string {
  if ((statSync(file).mode & MORE_THAN_GROUP_READ) === 0) return readPem(file, 'key');
  throw new Fault('key.permissions', `more than the service may use the key file \`${file}\``, { file });
}

function certificateIn(pem: string, file: string, field: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw invalid(field, `no certificate in PEM stands in \`${file}\``, cause);
  }
}

function invalid(field: string, problem: string, cause?: unknown): Fault {
  return new Fault(
    'config.invalid',
    `${problem} in \`gateway.tls.${field}\``,
    { path: `gateway.tls.${field}` },
    { cause },
  );
}
