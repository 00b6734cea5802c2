/** Secrets from where an operator keeps them. No fault quotes one. */
import { Fault, isFault, readKeyFile } from '@writ/core';
import type { SecretSource } from '../../../config/index.ts';

/** What can stand in a header and in a form: visible ASCII, spaces inside. */
const SECRET = /^[\x21-\x7e](?:[\x20-\x7e]{0,8190}[\x21-\x7e])?$/;

/** Where secrets are looked for. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The secret of `server` in `source`, without space around it. `field` is where the configuration names it.
 * Throws `config.invalid` where there is none or it cannot be sent, `key.permissions` for a file that others may read.
 */
export function readSecret(
  source: SecretSource,
  environment: Environment,
  server: string,
  field: string,
): string {
  const path = `servers.${server}.auth.${field}`;
  const place =
    'env' in source ? `the environment variable \`${source.env}\`` : `the file \`${source.file}\``;
  const text = ('env' in source ? environment[source.env] : fileText(source.file, path))?.trim() ?? '';
  if (text === '')
    throw new Fault('config.invalid', `${place}, which \`${path}\` names, holds nothing`, {
      path,
      hint: 'set it where Writ is started',
    });
  if (!SECRET.test(text))
    throw new Fault('config.invalid', `${place}, which \`${path}\` names, holds what cannot be sent`, {
      path,
      hint: 'one line of at most 8192 characters of ASCII',
    });
  return text;
}

function fileText(file: string, path: string): string {
  try {
    return readKeyFile(file);
  } catch (fault) {
    if (!isFault(fault, 'key.missing')) throw fault;
    const problem = `no file stands at \`${file}\`, which \`${path}\` names`;
    throw new Fault('config.invalid', problem, { file, path, hint: 'write the secret there, in mode 0600' });
  }
}
