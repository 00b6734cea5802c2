/** Who asks for a bucket: from the environment, or from a file that nobody else may read. */
import { Fault, isFault, readKeyFile } from '@writ/core';
import type { S3Credentials } from '@writ/s3';
import type { CredentialSource } from '../config/index.ts';

/** What AWS calls them, in the environment and in the file. */
const ID = 'AWS_ACCESS_KEY_ID';
const SECRET = 'AWS_SECRET_ACCESS_KEY';
const TOKEN = 'AWS_SESSION_TOKEN';
const NAMES = [ID, SECRET, TOKEN];

type Values = Readonly<Record<string, string | undefined>>;

/**
 * The credentials that `source` names. A file has lines `NAME=VALUE` with the names of the environment; empty ones and those that begin with `#` are passed over. Throws
 * `config.invalid` where any is missing, `key.permissions` for a file that others may read. No fault quotes a value, or a line of the file.
 */
export function readCredentials(source: CredentialSource, environment: Values): S3Credentials {
  if (source === 'env')
    return credentialsIn(environment, 'set both in the environment in which Writ is started');
  return credentialsIn(readFile(source.file), `write both into \`${source.file}\`, as \`NAME=VALUE\``);
}

function credentialsIn(values: Values, hint: string): S3Credentials {
  const [accessKeyId, secretAccessKey, sessionToken] = NAMES.map((name) => values[name]?.trim() ?? '');
  if (!accessKeyId || !secretAccessKey)
    throw new Fault('config.invalid', `${ID} and ${SECRET} say who asks for the bucket`, { hint });
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

function readFile(file: string): Values {
  const values: Record<string, string> = {};
  textOf(file)
    .split('\n')
    .forEach((line, at) => {
      const text = line.trim();
      if (text === '' || text.startsWith('#')) return;
      const equals = text.indexOf('=');
      const name = text.slice(0, Math.max(0, equals)).trim();
      if (!NAMES.includes(name))
        throw new Fault('config.invalid', `line ${at + 1} of \`${file}\` is no credential`, {
          file,
          line: at + 1,
          hint: `write lines \`NAME=VALUE\` with the names ${NAMES.join(', ')}`,
        });
      values[name] = text.slice(equals + 1);
    });
  return values;
}

function textOf(file: string): string {
  try {
    return readKeyFile(file);
  } catch (fault) {
    if (!isFault(fault, 'key.missing')) throw fault;
    const problem = `no file stands at \`${file}\`, which is to hold credentials`;
    throw new Fault('config.invalid', problem, { file, hint: 'write it there, in mode 0600' });
  }
}
