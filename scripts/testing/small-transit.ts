/**
 * What the transit engine does with a key of type `aes256-gcm96`, in memory: tokens are checked, and it really encrypts, with `associated_data` authenticated; and with one of type `ed25519`, which really signs. Debian has neither Vault nor OpenBao: that
 * they answer so is read from their documentation.
 */
import {
  createCipheriv,
  createDecipheriv,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import type { Answer, Asked } from './small-server.ts';

/** Answers as the service does, to who shows `token`, with the keys `names` in the engine `mount`. */
export function smallTransit(
  token: string,
  names: readonly string[],
  mount = 'transit',
): (asked: Asked) => Answer {
  const keys = new Map(names.map((name) => [name, randomBytes(32)]));
  return ({ method, path, headers, body }) => {
    if (headers['x-vault-token'] !== token) return { status: 403, body: { errors: ['permission denied'] } };
    const [, act, name = ''] = new RegExp(`^/v1/${mount}/(encrypt|decrypt)/([^/]+)$`).exec(path) ?? [];
    const key = keys.get(name);
    if (method !== 'POST' || act === undefined) return { status: 404, body: { errors: [] } };
    if (key === undefined) return { status: 400, body: { errors: ['encryption key not found'] } };
    const fields = JSON.parse(body) as Readonly<Record<string, string>>;
    const aad = Buffer.from(fields['associated_data'] ?? '', 'base64');
    if (act === 'encrypt')
      return { status: 200, body: { data: { ciphertext: encrypt(key, fields['plaintext'] ?? '', aad) } } };
    try {
      return { status: 200, body: { data: { plaintext: decrypt(key, fields['ciphertext'] ?? '', aad) } } };
    } catch {
      return { status: 400, body: { errors: [`cipher: message authentication failed: ${body}`] } };
    }
  };
}

/** What the engine does with keys of type `ed25519`, each in so many versions as are asked for: signs with the version that is named, and tells public halves. */
export function smallSigningTransit(
  token: string,
  keys: ReadonlyMap<string, readonly { readonly publicKey: KeyObject; readonly privateKey: KeyObject }[]>,
): (asked: Asked) => Answer {
  return ({ method, path, headers, body }) => {
    if (headers['x-vault-token'] !== token) return { status: 403, body: { errors: ['permission denied'] } };
    const [, act, name = ''] = /^\/v1\/transit\/(keys|sign)\/([^/]+)$/.exec(path) ?? [];
    const versions = keys.get(name);
    if (versions === undefined) return { status: 404, body: { errors: [] } };
    if (act === 'keys' && method === 'GET') {
      const shown = versions.map(({ publicKey }, at) => [String(at + 1), { public_key: rawOf(publicKey) }]);
      return {
        status: 200,
        body: { data: { type: 'ed25519', latest_version: versions.length, keys: Object.fromEntries(shown) } },
      };
    }
    const { input = '', key_version: version = '0' } = JSON.parse(body) as Readonly<Record<string, string>>;
    const pair = versions[Number(version) - 1];
    if (pair === undefined) return { status: 400, body: { errors: ['no such version'] } };
    const signature = sign(null, Buffer.from(input, 'base64'), pair.privateKey).toString('base64');
    return { status: 200, body: { data: { signature: `vault:v${version}:${signature}` } } };
  };
}

/** Keys for {@link smallSigningTransit}: one of so many versions. */
export function signingVersions(count: number): readonly ReturnType<typeof pairOf>[] {
  return Array.from({ length: count }, pairOf);
}

function pairOf(): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  return generateKeyPairSync('ed25519');
}

function rawOf(publicKey: KeyObject): string {
  return publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
}

function encrypt(key: Buffer, plaintext: string, aad: Buffer): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad);
  const sealed = Buffer.concat([
    nonce,
    cipher.update(plaintext, 'base64'),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  return `vault:v1:${sealed.toString('base64')}`;
}

function decrypt(key: Buffer, ciphertext: string, aad: Buffer): string {
  const bytes = Buffer.from(ciphertext.slice('vault:v1:'.length), 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 }).setAAD(
    aad,
  );
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('base64');
}
