/** A certificate authority for one test: X.509 (RFC 5280) in the few bytes that TLS asks for, signed with Ed25519. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A certificate with its private key, in PEM. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority that signs what it is asked to. */
export interface TestAuthority {
  /** Its own certificate, in PEM. */
  readonly cert: string;
  /** A certificate with these subject alternative names. */
  issue(names: { readonly uris?: readonly string[]; readonly address?: readonly number[] }): TestCertificate;
}

const ED25519 = sequence(oid([1, 3, 101, 112]));
/** Valid from 2020 to 2049, as UTCTime. */
const VALIDITY = sequence(
  tagged(0x17, Buffer.from('200101000000Z')),
  tagged(0x17, Buffer.from('491231235959Z')),
);
const COMMON_NAME = [2, 5, 4, 3];
const BASIC_CONSTRAINTS = [2, 5, 29, 19];
const ALTERNATIVE_NAMES = [2, 5, 29, 17];
const TRUE = tagged(0x01, Buffer.of(0xff));
let serial = 0;

/** A new authority. */
export function testAuthority(name: string): TestAuthority {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const isAuthority = extension(BASIC_CONSTRAINTS, sequence(TRUE));
  return {
    cert: certificate({
      issuer: name,
      subject: name,
      publicKey,
      signer: privateKey,
      extensions: [isAuthority],
    }),
    issue({ uris = [], address }) {
      const own = generateKeyPairSync('ed25519');
      const names = [
        ...uris.map((uri) => tagged(0x86, Buffer.from(uri))),
        ...(address === undefined ? [] : [tagged(0x87, Buffer.from(address))]),
      ];
      const extensions = names.length === 0 ? [] : [extension(ALTERNATIVE_NAMES, sequence(...names))];
      return {
        cert: certificate({
          issuer: name,
          subject: 'test',
          publicKey: own.publicKey,
          signer: privateKey,
          extensions,
        }),
        key: own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}

function certificate(parts: {
  readonly issuer: string;
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly extensions: readonly Buffer[];
}): string {
  serial += 1;
  const body = sequence(
    tagged(0xa0, tagged(0x02, Buffer.of(2))),
    tagged(0x02, Buffer.of(serial)),
    ED25519,
    nameOf(parts.issuer),
    VALIDITY,
    nameOf(parts.subject),
    parts.publicKey.export({ type: 'spki', format: 'der' }),
    ...(parts.extensions.length === 0 ? [] : [tagged(0xa3, sequence(...parts.extensions))]),
  );
  const signature = tagged(0x03, Buffer.concat([Buffer.of(0), sign(null, body, parts.signer)]));
  const text = sequence(body, ED25519, signature).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${text.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

function nameOf(text: string): Buffer {
  return sequence(tagged(0x31, sequence(oid(COMMON_NAME), tagged(0x0c, Buffer.from(text)))));
}

function extension(id: readonly number[], value: Buffer): Buffer {
  return sequence(oid(id), tagged(0x04, value));
}

function oid([first = 0, second = 0, ...rest]: readonly number[]): Buffer {
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest]));
}

function sequence(...items: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(items));
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
