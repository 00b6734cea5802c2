/**
 * What the transit engine does with a key of type `aes256-gcm96`, in memory: tokens are checked, and it really encrypts, with `associated_data` authenticated. Debian has neither Vault nor OpenBao: that
 * they answer so is read from their documentation.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
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
