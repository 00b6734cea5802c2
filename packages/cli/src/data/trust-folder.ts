/** The verifier's own keys: one file per log, kept away from every log they vouch for. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { describeFault, Fault, isFault, parsePublicKey } from '@writ/core';
import type { VerifierKey } from '@writ/core/proof';

/** Ending of a trusted key's file. */
const ENDING = '.vkey';
/** Most keys read. */
const MAX_KEYS = 1_000;

/** `$XDG_CONFIG_HOME/writ/trust`, by default `~/.config/writ/trust`. */
export function trustFolder(environment: NodeJS.ProcessEnv): string {
  const { XDG_CONFIG_HOME } = environment;
  const base =
    XDG_CONFIG_HOME !== undefined && XDG_CONFIG_HOME.startsWith('/')
      ? XDG_CONFIG_HOME
      : join(homedir(), '.config');
  return join(base, 'writ', 'trust');
}

/** Keys in `text`, one to a line; empty lines and `#` comments are skipped. Throws `key.malformed`, `key.weak`. */
export function parseKeys(text: string): readonly VerifierKey[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(parsePublicKey);
}

/** All trusted keys in `folder`; none where it is missing. Throws `key.malformed` naming the file that is not usable. */
export function readTrust(folder: string): readonly VerifierKey[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(ENDING));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw new Fault('io.failed', `cannot read the trust folder \`${folder}\``, { file: folder }, { cause });
  }
  return names.slice(0, MAX_KEYS).flatMap((name) => {
    const file = join(folder, name);
    try {
      return parseKeys(readFileSync(file, 'utf8'));
    } catch (fault) {
      if (!isFault(fault)) throw fault;
      throw new Fault('key.malformed', `the trusted key \`${file}\` is not usable: ${describeFault(fault)}`, {
        file,
      });
    }
  });
}

/** Adds `key`, the text of a verifier key, to `folder`; the file is named after its origin. Answers its path. */
export function addTrust(folder: string, key: string): string {
  const { name } = parsePublicKey(key);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Two origins that look alike in a file name stay two files.
  const tag = createHash('sha256').update(key).digest('hex').slice(0, 8);
  const file = join(folder, `${name.replace(/[^A-Za-z0-9.-]+/g, '-').slice(0, 100)}-${tag}${ENDING}`);
  writeFileSync(file, `${key}\n`, { mode: 0o600 });
  return file;
}
