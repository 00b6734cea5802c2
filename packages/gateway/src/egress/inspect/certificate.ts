/** Certificates (RFC 5280) of the local authority and, under it, of the hosts that are looked into: ECDSA with P-256 and SHA-256, and nothing else. */
import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { ipBytes } from '../../network/index.ts';
import { bits, identifier, integer, isTrue, octets, sequence, setOf, tagged, text, time } from './der.ts';

/** Who signs. */
export interface Issuer {
  readonly name: string;
  readonly key: KeyObject;
}

/** What a certificate says. */
export interface CertificateContent {
  readonly issuer: Issuer;
  /** Name of the subject; of a host it says nothing, which {@link host} does. */
  readonly name: string;
  readonly publicKey: KeyObject;
  /** 16 random bytes. */
  readonly serial: Uint8Array;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
  /** A name or an IP address; absent: the certificate is an authority's. */
  readonly host?: string;
}

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const COMMON_NAME = '2.5.4.3';
const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.15';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1';
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';
const SUBJECT_KEY = '2.5.29.14';
const AUTHORITY_KEY = '2.5.29.35';
/** keyCertSign and cRLSign; digitalSignature: bits from the left, and how many of the byte are not used. */
const AUTHORITY_USAGE = bits(Uint8Array.of(0b0000_0110), 1);
const HOST_USAGE = bits(Uint8Array.of(0b1000_0000), 7);
const CONTEXT = 0x80;
const CONSTRUCTED = 0xa0;
const DNS_NAME = 2;
const IP_ADDRESS = 7;
const LINE = 64;

/** The certificate in PEM. */
export function writeCertificate(content: CertificateContent): string {
  const { issuer, name, publicKey, serial, from, until, host } = content;
  const algorithm = sequence(identifier(ECDSA_WITH_SHA256));
  const signed = sequence(
    tagged(CONSTRUCTED, integer(Uint8Array.of(2))),
    // The first bit off: 20 octets at most, and not negative.
    integer(Uint8Array.of((serial[0] ?? 0) & 0x7f, ...serial.subarray(1))),
    algorithm,
    nameOf(issuer.name),
    sequence(time(from), time(until)),
    nameOf(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(CONSTRUCTED | 3, sequence(...extensions(content, host))),
  );
  const signature = sign('sha256', signed, issuer.key);
  return pem(sequence(signed, algorithm, bits(signature)));
}

function extensions({ issuer, publicKey }: CertificateContent, host: string | undefined): readonly Buffer[] {
  const keys = [
    extension(SUBJECT_KEY, octets(keyId(publicKey))),
    extension(AUTHORITY_KEY, sequence(tagged(CONTEXT, keyId(createPublicKey(issuer.key))))),
  ];
  if (host === undefined)
    return [
      // An authority that signs hosts alone, and no further authority.
      extension(BASIC_CONSTRAINTS, sequence(isTrue(), integer(Uint8Array.of(0))), true),
      extension(KEY_USAGE, AUTHORITY_USAGE, true),
      extension(EXTENDED_KEY_USAGE, sequence(identifier(SERVER_AUTHENTICATION))),
      ...keys,
    ];
  const address = ipBytes(host);
  const alternative =
    address === undefined
      ? tagged(CONTEXT | DNS_NAME, Buffer.from(host, 'latin1'))
      : tagged(CONTEXT | IP_ADDRESS, address);
  return [
    extension(BASIC_CONSTRAINTS, sequence(), true),
    extension(KEY_USAGE, HOST_USAGE, true),
    extension(EXTENDED_KEY_USAGE, sequence(identifier(SERVER_AUTHENTICATION))),
    extension(SUBJECT_ALTERNATIVE_NAME, sequence(alternative)),
    ...keys,
  ];
}

function extension(id: string, value: Buffer, isCritical: boolean = false): Buffer {
  return sequence(identifier(id), ...(isCritical ? [isTrue()] : []), octets(value));
}

function nameOf(common: string): Buffer {
  return sequence(setOf(sequence(identifier(COMMON_NAME), text(common))));
}

/** RFC 7093 §2: 160 bits of SHA-256, of the whole key information. */
function keyId(key: KeyObject): Buffer {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20);
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
