/** Whom `writ log verify` trusts: keys and witnesses that flags name, or all of it from one trust policy. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Fault, type VerifyFolderOptions } from '@writ/core';
import { parseTrustPolicy, satisfiesQuorum, type VerifierKey } from '@writ/core/proof';
import { parseKeys, readTrust, trustFolder } from '../../data/index.ts';

/** Flags that say it. */
export interface TrustFlags {
  readonly key: readonly string[];
  readonly witness: readonly string[];
  readonly quorum?: number;
  readonly policy?: string;
}

/** What is trusted of a log in a folder. */
export type FolderTrust = Pick<VerifyFolderOptions, 'keys' | 'witnesses' | 'minimumWitnesses' | 'hasQuorum'>;

/** Reads what the flags name. Throws `cli.usage`, `key.malformed` and `trust.malformed` for a file that cannot be used. */
export function trustOf(flags: TrustFlags): FolderTrust {
  return flags.policy === undefined ? namedTrust(flags) : policyTrust(flags.policy, flags);
}

/** The keys in `files`; those of the trust folder where none is named. */
export function keysOf(files: readonly string[]): readonly VerifierKey[] {
  return files.length === 0 ? readTrust(trustFolder(process.env)) : files.flatMap(readKeys);
}

/** A file that a flag names; `what` it is, for the message. Throws `cli.usage`. */
export function readBytes(file: string, what: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new Fault('cli.usage', `cannot read the ${what} file \`${file}\``, { file }, { cause });
  }
}

function namedTrust({ key, witness, quorum }: TrustFlags): FolderTrust {
  const keys = keysOf(key);
  const among = keys.filter(({ algorithm }) => algorithm === 'cosignature/v1');
  const witnesses = [...among, ...witness.flatMap(readKeys)];
  return { keys, witnesses, ...(quorum === undefined ? {} : { minimumWitnesses: quorum }) };
}

/** What a trust policy (c2sp.org/tlog-policy) names. It says all of it, so that no flag loosens what it demands. */
function policyTrust(file: string, { key, witness, quorum }: TrustFlags): FolderTrust {
  if (key.length > 0 || witness.length > 0 || quorum !== undefined) {
    throw new Fault('cli.usage', '`--policy` names keys, witnesses and quorum, and stands alone', {
      hint: 'leave out `--key`, `--witness` and `--quorum`, or `--policy`',
    });
  }
  const policy = parseTrustPolicy(sha256, readBytes(file, 'policy'));
  const hasQuorum = (cosigners: readonly VerifierKey[]): boolean =>
    satisfiesQuorum(policy.quorum, (witnessed) => cosigners.includes(witnessed.key));
  return {
    keys: policy.logs.map((log) => log.key),
    witnesses: policy.witnesses.map((one) => one.key),
    ...(policy.quorum.kind === 'none' ? {} : { hasQuorum }),
  };
}

function readKeys(file: string): readonly VerifierKey[] {
  const keys = parseKeys(Buffer.from(readBytes(file, 'key')).toString('utf8'));
  if (keys.length > 0) return keys;
  throw new Fault('key.malformed', `the file \`${file}\` holds no verifier key`, {
    file,
    hint: 'a line `name+keyid+base64`',
  });
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}
