/** `writ egress ca`. */
import { hostname } from 'node:os';
import { systemClock, systemRandom } from '@writ/core';
import { authorityFiles, createAuthority, readAuthorityCertificate } from '@writ/gateway/egress';
import { locate, type LocateOptions } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { print, printJson, remark } from '../../terminal/index.ts';

/** Makes the authority. */
export function createCa(options: LocateOptions): number {
  const files = authorityFiles(locate(options).data);
  // What stands in the name is shown where people manage trust, and parsed there.
  const name = `Writ egress ${hostname()
    .replace(/[^A-Za-z0-9.-]/g, '')
    .slice(0, 40)}`.trim();
  const { fingerprint256, validTo } = createAuthority(files, {
    name,
    clock: systemClock,
    random: systemRandom,
  });
  const expires = new Date(validTo).toISOString();
  if (options.json === true)
    printJson({ name, certificate: files.certificate, fingerprint: fingerprint256, expires });
  else {
    print(files.certificate);
    remark(`${name}, until ${expires}, SHA-256 ${fingerprint256}`);
    remark(
      'it is installed nowhere: give the certificate to those programs alone that are to be looked into (CURL_CA_BUNDLE, NODE_EXTRA_CA_CERTS, …)',
    );
    remark('who has its key can pass for every host to whoever trusts it: keep the data folder to the node');
  }
  return EXIT_OK;
}

/** Prints the certificate. */
export function showCa(options: LocateOptions): number {
  const files = authorityFiles(locate(options).data);
  const certificate = readAuthorityCertificate(files);
  const { fingerprint256, validTo } = certificate;
  const expires = new Date(validTo).toISOString();
  if (options.json === true)
    printJson({ certificate: certificate.toString(), fingerprint: fingerprint256, expires });
  else {
    print(certificate.toString().trimEnd());
    remark(`until ${expires}, SHA-256 ${fingerprint256}`);
  }
  return EXIT_OK;
}
