/** Whether the folder that a daemon is met in, and the secret in it, are this user's alone. */
import { lstatSync, readFileSync } from 'node:fs';
import { PROOF_BYTES, SECRET_NAME } from './wire.ts';

/** Bits that let anybody else in. */
const OTHERS = 0o077;

/** Throws for a folder that is not this user's own, a link, or open to others. */
export function checkFolder(folder: string): void {
  const { mode, uid } = checked(folder, 'isDirectory');
  refuseOthers(folder, mode, uid);
}

/** The secret in `folder`. Throws where it is missing, of another length, or open to others. */
export function readSecret(folder: string): Uint8Array {
  const path = `${folder}/${SECRET_NAME}`;
  const { mode, uid } = checked(path, 'isFile');
  refuseOthers(path, mode, uid);
  const secret = readFileSync(path);
  if (secret.length !== PROOF_BYTES) throw new Error(`\`${path}\` is no secret of ${PROOF_BYTES} bytes`);
  return secret;
}

function checked(
  path: string,
  kind: 'isDirectory' | 'isFile',
): { readonly mode: number; readonly uid: number } {
  const found = lstatSync(path);
  if (!found[kind]()) throw new Error(`\`${path}\` is not what it should be, or a link`);
  return found;
}

function refuseOthers(path: string, mode: number, uid: number): void {
  if (uid !== process.getuid?.()) throw new Error(`\`${path}\` belongs to another user`);
  if ((mode & OTHERS) !== 0) throw new Error(`\`${path}\` is open to others: chmod go= ${path}`);
}
