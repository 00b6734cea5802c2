/** Certificates and keys of a client, from their files. */
import { readFileSync } from 'node:fs';
import { Fault } from '@writ/core';
import type { ClientTls, DestinationPorts } from '../destination.ts';

/** PEM texts, as `node:tls` takes them. */
export interface ClientMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Said in so many words: what says nothing of it believes `NODE_TLS_REJECT_UNAUTHORIZED` and `--tls-min-v1.0`. */
  readonly rejectUnauthorized: true;
  readonly minVersion: 'TLSv1.2';
}

/** What stands in the files of `tls`, read anew at each connection so that a renewed certificate is taken up. Throws `config.invalid` and `key.*`. */
export function readClientTls(tls: ClientTls, ports: DestinationPorts): ClientMaterial {
  return {
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ...(tls.ca === undefined ? {} : { ca: readCertificates(tls.ca) }),
    ...(tls.cert === undefined ? {} : { cert: readCertificates(tls.cert) }),
    ...(tls.key === undefined ? {} : { key: ports.secret({ file: tls.key }) }),
  };
}

function readCertificates(file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  } catch (cause) {
    throw new Fault('config.invalid', `cannot read the certificates in \`${file}\``, { file }, { cause });
  }
  throw new Fault('config.invalid', `no certificate in PEM stands in \`${file}\``, { file });
}
