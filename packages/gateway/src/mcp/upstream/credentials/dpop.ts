/** A key that tokens are bound to, and the proofs that it is held (RFC 9449). */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { type Clock, Fault, isFault, readKeyFile, writeKeyFile } from '@writ/core';
import { calculateJwkThumbprint, type CryptoKey, exportJWK, type JWK, SignJWT } from 'jose';
import * as oauth from 'oauth4webapi';
import type { Target } from './types.ts';

/** What every authorization server and resource that knows DPoP checks. */
const ALGORITHM = 'ES256';
const KEY = { name: 'ECDSA', namedCurve: 'P-256' };
/** RFC 9449 §8.1. */
const NONCE = /^[\x21\x23-\x5b\x5d-\x7e]{1,512}$/;

/** A key pair in use. */
interface Prepared {
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
  readonly thumbprint: string;
  /** Makes proofs for the authorization server. */
  readonly handle: oauth.DPoPHandle;
}

/** The key of one server's credential. */
export class DpopKey {
  readonly #key: KeyObject;
  readonly #clock: Pick<Clock, 'now'>;
  #prepared: Promise<Prepared> | undefined;
  #nonce: string | undefined;

  constructor(key: KeyObject, clock: Pick<Clock, 'now'>) {
    this.#key = key;
    this.#clock = clock;
  }

  /** SHA-256 of the public key (RFC 7638): what tokens are bound to. */
  async thumbprint(): Promise<string> {
    return (await this.#ready()).thumbprint;
  }

  /** For requests to the authorization server. It keeps that server's nonce. */
  async handle(): Promise<oauth.DPoPHandle> {
    return (await this.#ready()).handle;
  }

  /** A proof for this one request with `token`. */
  async proof({ method, url }: Target, token: string): Promise<string> {
    const { privateKey, jwk } = await this.#ready();
    const nonce = this.#nonce;
    return new SignJWT({
      jti: crypto.randomUUID(),
      htm: method,
      htu: url,
      ath: createHash('sha256').update(token).digest('base64url'),
      ...(nonce === undefined ? {} : { nonce }),
    })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: ALGORITHM, jwk })
      .setIssuedAt(Math.floor(this.#clock.now() / 1_000))
      .sign(privateKey);
  }

  /** Takes the nonce that the server wants in proofs from now on; what is none is not taken. */
  heard(nonce: string): void {
    if (NONCE.test(nonce)) this.#nonce = nonce;
  }

  #ready(): Promise<Prepared> {
    this.#prepared ??= prepare(this.#key);
    return this.#prepared;
  }
}

/**
 * The key in `file`, a configured one, or else the one at `own`, which is made where none stands there; without either one that is gone with the process.
 * Throws `key.*`.
 */
export function openDpopKey(
  file: string | undefined,
  own: string | undefined,
  clock: Pick<Clock, 'now'>,
): DpopKey {
  if (file !== undefined) return new DpopKey(readKey(file), clock);
  if (own === undefined) return new DpopKey(generate(), clock);
  try {
    return new DpopKey(readKey(own), clock);
  } catch (fault) {
    if (!isFault(fault, 'key.missing')) throw fault;
  }
  try {
    writeKeyFile(own, generate().export({ format: 'pem', type: 'pkcs8' }).toString());
  } catch (fault) {
    // Another process made it in the meantime: tokens are bound to that one.
    if (!isFault(fault, 'config.exists')) throw fault;
  }
  return new DpopKey(readKey(own), clock);
}

function generate(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: KEY.namedCurve }).privateKey;
}

function readKey(file: string): KeyObject {
  const hint = 'a private key on the curve P-256 in PEM (PKCS #8)';
  const malformed = new Fault('key.malformed', `\`${file}\` holds no key that tokens can be bound to`, {
    file,
    hint,
  });
  const text = readKeyFile(file);
  try {
    const key = createPrivateKey(text);
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  } catch {
    // What OpenSSL says of it may quote it.
  }
  throw malformed;
}

async function prepare(key: KeyObject): Promise<Prepared> {
  const der = (object: KeyObject, type: 'pkcs8' | 'spki'): Uint8Array<ArrayBuffer> =>
    Uint8Array.from(object.export({ format: 'der', type }) as Buffer);
  const [privateKey, publicKey] = await Promise.all([
    crypto.subtle.importKey('pkcs8', der(key, 'pkcs8'), KEY, false, ['sign']),
    crypto.subtle.importKey('spki', der(createPublicKey(key), 'spki'), KEY, true, ['verify']),
  ]);
  const jwk = await exportJWK(publicKey);
  return {
    privateKey,
    jwk,
    thumbprint: await calculateJwkThumbprint(jwk),
    handle: oauth.DPoP({}, { privateKey, publicKey }),
  };
}
