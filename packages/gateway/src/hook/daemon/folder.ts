/** The folder in which hooks meet their daemon: this user's alone, with a secret that both know. */
import { linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, type Random } from '@writ/core';
import { checkFolder, PROOF_BYTES, readSecret, SECRET_NAME } from '../client/index.ts';

/** Makes what of `folder` is not there, and checks all of it. The secret. Throws `key.permissions` for what is not this user's alone. */
export function openHookFolder(folder: string, random: Random): Uint8Array {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    checkFolder(folder);
    makeSecret(folder, random);
    return readSecret(folder);
  } catch (cause) {
    if (!(cause instanceof Error) || 'syscall' in cause) throw cause;
    throw new Fault('key.permissions', cause.message, { file: folder }, { cause });
  }
}

/** Whole or not at all, and only where there is none: of two that make one, one is first. */
function makeSecret(folder: string, random: Random): void {
  const made = join(folder, `${SECRET_NAME}.${process.pid}`);
  rmSync(made, { force: true });
  writeFileSync(made, random.bytes(PROOF_BYTES), { mode: 0o600, flag: 'wx' });
  try {
    linkSync(made, join(folder, SECRET_NAME));
  } catch (thrown) {
    if ((thrown as { readonly code?: string }).code !== 'EEXIST') throw thrown;
  } finally {
    rmSync(made, { force: true });
  }
}
