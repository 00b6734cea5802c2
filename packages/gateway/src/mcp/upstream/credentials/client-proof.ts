/** How a client proves itself to an authorization server (RFC 6749 §2.3, RFC 7523 §2.2). */
import { createPrivateKey } from 'node:crypto';
import { Fault, isFault, readKeyFile } from '@writ/core';
import * as oauth from 'oauth4webapi';
import type { ClientProof } from '../../../config/index.ts';
import { type Environment, readSecret } from './secret.ts';

/** Web Cryptography, §18.2, by the algorithm of RFC 7518. */
const KEY_PARAMETERS: Readonly<Record<string, { name: string; hash?: string; namedCurve?: string }>> = {
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  PS256: { name: 'RSA-PSS', hash: 'SHA-256' },
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  EdDSA: { name: 'Ed25519' },
};

/**
 * The proof that `servers.SERVER.auth.FIELD` configures; none where it configures none. What it needs is read now; a key is prepared when the
 * first token is asked for. Throws as {@link readSecret}, and `key.*`.
 */
export function clientProof(
  server: string,
  field: string,
  proof: ClientProof | undefined,
  environment: Environment,
): () => Promise<oauth.ClientAuth> {
  if (proof === undefined) return () => Promise.resolve(oauth.None());
  if (proof.kind === 'secret') {
    const secret = readSecret(proof.secret, environment, server, `${field}.secret`);
    const auth = secretProof(secret, proof.method);
    return () => Promise.resolve(auth);
  }
  const { file, algorithm, keyId } = proof;
  const bytes = privateKey(file);
  let signer: Promise<oauth.ClientAuth> | undefined;
  return () => {
    signer ??= crypto.subtle
      .importKey('pkcs8', bytes, KEY_PARAMETERS[algorithm] ?? '', false, ['sign'])
      .then((key) => oauth.PrivateKeyJwt(keyId === undefined ? key : { key, kid: keyId }))
      .catch(() => {
        throw malformedKey(file);
      });
    return signer;
  };
}

/** The proof by a secret, in a header or in the form. */
export function secretProof(secret: string, method: 'basic' | 'post'): oauth.ClientAuth {
  return method === 'post' ? oauth.ClientSecretPost(secret) : basic(secret);
}

/** The key in DER. */
function privateKey(file: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(createPrivateKey(readKeyFile(file)).export({ format: 'der', type: 'pkcs8' }));
  } catch (thrown) {
    if (isFault(thrown)) throw thrown;
    throw malformedKey(file);
  }
}

function malformedKey(file: string): Fault {
  const hint = 'a private key of the algorithm in PEM (PKCS #8)';
  return new Fault('key.malformed', `\`${file}\` holds no key that signs assertions`, { file, hint });
}

/**
 * RFC 6749 §2.3.1, form-urlencoded as the URL Standard has it: `-`, `.` and `_` stay as they are. A server that decodes reads the same as
 * from any other encoding, and one that does not, which many do not, reads what most identifiers and secrets are made of.
 */
function basic(secret: string): oauth.ClientAuth {
  const encoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);
  return (_server, { client_id: id }, _body, headers) => {
    const pair = `${encoded(id)}:${encoded(secret)}`;
    headers.set('authorization', `Basic ${Buffer.from(pair).toString('base64')}`);
  };
}
