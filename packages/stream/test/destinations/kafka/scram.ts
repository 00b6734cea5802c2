/** The server's side of SCRAM (RFC 5802 §3), for one exchange. */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

const ITERATIONS = 4_096;
const MECHANISMS: Readonly<Record<string, { readonly hash: string; readonly bytes: number }>> = {
  'SCRAM-SHA-256': { hash: 'sha256', bytes: 32 },
  'SCRAM-SHA-512': { hash: 'sha512', bytes: 64 },
};

/** What to answer to each message of the client; `undefined` once it has shown not to know the password. */
export type ScramServer = (message: string) => string | undefined;

/** A server that knows `password`. */
export function scramServer(mechanism: string, password: string): ScramServer {
  const { hash, bytes } = MECHANISMS[mechanism] ?? { hash: '', bytes: 0 };
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, ITERATIONS, bytes, hash);
  const keyed = (key: Buffer, text: string): Buffer => createHmac(hash, key).update(text).digest();
  const storedKey = createHash(hash).update(keyed(salted, 'Client Key')).digest();
  let begun: { readonly first: string; readonly answered: string } | undefined;
  return (message) => {
    if (begun === undefined) {
      const first = message.replace(/^n,,/, '');
      const nonce = `${/r=([^,]+)/.exec(first)?.[1]}${randomBytes(12).toString('hex')}`;
      begun = { first, answered: `r=${nonce},s=${salt.toString('base64')},i=${ITERATIONS}` };
      return begun.answered;
    }
    const [withoutProof = '', proof = ''] = message.split(',p=');
    const signed = [begun.first, begun.answered, withoutProof].join(',');
    const signature = keyed(storedKey, signed);
    const clientKey = Buffer.from(proof, 'base64').map((byte, at) => byte ^ (signature[at] ?? 0));
    if (!createHash(hash).update(clientKey).digest().equals(storedKey)) return undefined;
    return `v=${keyed(keyed(salted, 'Server Key'), signed).toString('base64')}`;
  };
}
