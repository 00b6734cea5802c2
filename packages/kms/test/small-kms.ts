/**
 * What AWS KMS does with symmetric keys, in memory: signatures (SigV4) are checked, and it really encrypts, with the encryption context authenticated. The service itself cannot be had here:
 * that it answers so is read from its documentation.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import type { Answer, Asked } from '../../../scripts/testing/small-server.ts';

/** An account that may use all keys. */
export interface KmsAccount {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

interface Input {
  readonly KeyId?: string;
  readonly Plaintext?: string;
  readonly CiphertextBlob?: string;
  readonly EncryptionContext?: Readonly<Record<string, string>>;
}

/** Answers as KMS does, with the keys `names`. */
export function smallKms(
  { accessKeyId, secretAccessKey }: KmsAccount,
  names: readonly string[],
): (asked: Asked) => Answer {
  const keys = new Map(names.map((name) => [name, randomBytes(32)]));
  return (asked) => {
    if (!isSigned(asked, accessKeyId, secretAccessKey)) return fault('IncompleteSignature');
    const input = JSON.parse(asked.body) as Input;
    const key = keys.get(input.KeyId ?? '');
    if (key === undefined) return fault('NotFoundException');
    const context = Object.entries(input.EncryptionContext ?? {}).map((pair) => pair.join('='));
    const aad = Buffer.from(JSON.stringify(context.toSorted((one, other) => one.localeCompare(other))));
    const act = asked.headers['x-amz-target'];
    if (act === 'TrentService.Encrypt')
      return {
        status: 200,
        body: { KeyId: input.KeyId, CiphertextBlob: encrypt(key, input.Plaintext ?? '', aad) },
      };
    try {
      return {
        status: 200,
        body: { KeyId: input.KeyId, Plaintext: decrypt(key, input.CiphertextBlob ?? '', aad) },
      };
    } catch {
      return fault('InvalidCiphertextException');
    }
  };
}

/** A failure in the protocol's form; what a service says beside its name may repeat what it was asked with. */
export function fault(name: string, status = 400, message = 'no'): Answer {
  return { status, body: { __type: name, message } };
}

function encrypt(key: Buffer, plaintext: string, aad: Buffer): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad);
  const sealed = Buffer.concat([cipher.update(plaintext, 'base64'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
}

function decrypt(key: Buffer, blob: string, aad: Buffer): string {
  const bytes = Buffer.from(blob, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 }).setAAD(
    aad,
  );
  decipher.setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('base64');
}

/** Signature Version 4 over the request as it came. */
function isSigned({ method, path, headers, body }: Asked, id: string, secret: string): boolean {
  const given =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/kms\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    );
  const [, account = '', day = '', region = '', names = '', signature = ''] = given ?? [];
  const signed = names.split(';');
  if (account !== id || !signed.includes('host') || !signed.includes('x-amz-target')) return false;
  const lines = signed.map((name) => `${name}:${String(headers[name] ?? '').trim()}\n`).join('');
  const canonical = [method, path, '', lines, names, hash(body)].join('\n');
  const scope = `${day}/${region}/kms/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', String(headers['x-amz-date']), scope, hash(canonical)].join('\n');
  const key = [day, region, 'kms', 'aws4_request'].reduce<Buffer | string>(
    (by, part) => hmac(by, part),
    `AWS4${secret}`,
  );
  return hmac(key, text).toString('hex') === signature;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
