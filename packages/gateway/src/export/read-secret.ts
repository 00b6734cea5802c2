/** Secrets of destinations, from where an operator keeps them. No fault quotes one. */
import { Fault, isFault, readKeyFile } from '@writ/core';
import type { SecretSource } from '@writ/stream';

/** Where secrets are looked for. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What `source` holds, without space around it. Throws `config.invalid` where there is nothing, `key.permissions` for a file that others may read. */
export function readExportSecret(source: SecretSource, environment: Environment): string {
  const text = ('env' in source ? environment[source.env] : fileText(source.file))?.trim() ?? '';
  if (text !== '') return text;
  const place =
    'env' in source ? `the environment variable \`${source.env}\`` : `the file \`${source.file}\``;
  throw new Fault('config.invalid', `${place}, which \`export\` names, holds nothing`, {
    hint: 'set it where Writ is started',
  });
}

function fileText(file: string): string {
  try {
    return readKeyFile(file);
  } catch (fault) {
    if (!isFault(fault, 'key.missing')) throw fault;
    throw new Fault('config.invalid', `no file stands at \`${file}\`, which \`export\` names`, {
      file,
      hint: 'write the secret there, in mode 0600',
    });
  }
}
