/** What commands that serve over HTTP have in common. */
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { Fault, parsePublicKey } from '@writ/core';
import { type Configuration, CONFIGURATION_FILE, loadConfig } from '@writ/gateway';
import type { VerifierKey } from '@writ/core/proof';
import { parseKeys } from '../data/index.ts';

const MAX_PORT = 65_535;

/** A port, for commander. */
export function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= MAX_PORT) return Number(text);
  throw new InvalidArgumentError(`expected a number from 0 to ${MAX_PORT}`);
}

/** Resolves when the process is asked to end. */
export async function ended(): Promise<void> {
  const ending = new AbortController();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) =>
    once(process, signal, { signal: ending.signal }),
  );
  try {
    await Promise.race(signals);
  } finally {
    ending.abort();
    await Promise.allSettled(signals);
  }
}

/** The configuration that `file` names, or the one here. Throws `config.not-found`, naming `whom` it is for. */
export function requireConfiguration(file: string | undefined, whom: string): Configuration {
  if (file !== undefined || existsSync(CONFIGURATION_FILE)) return loadConfig(file ?? CONFIGURATION_FILE);
  const hint = 'go to the folder of your writ.yaml, or name it with `--config`; `writ init` writes one';
  throw new Fault('config.not-found', `${whom} needs a configuration`, { hint });
}

/** The verifier keys in `text`: one, or a file of them. */
export function readLogKeys(text: string): readonly VerifierKey[] {
  if (!existsSync(text)) return [parsePublicKey(text)];
  return parseKeys(readFileSync(text, 'utf8'));
}

/** `value`, which `flag` gave. Throws `cli.usage` where it did not. */
export function needed(value: string | undefined, flag: string, hint: string): string {
  if (value === undefined || value === '') throw missing(flag, hint);
  return value;
}

/** The fault of a flag that has to be given. */
export function missing(flag: string, hint: string): Fault {
  return new Fault('cli.usage', `\`${flag}\` is missing`, { hint });
}
