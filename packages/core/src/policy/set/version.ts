/** Versions of a policy set only ever grow. */
import { canonicalJson, Fault } from '../../kernel/index.ts';
import { sha256Hex } from '../../kernel/crypto/index.ts';

/** What identifies the content of a set. */
export interface SetContent {
  /** `policyHash` of its decision point: policies with their levels, links, limits, patterns, mode. */
  readonly policyHash: string;
  readonly entitiesHash: string;
}

/** The identity of a set: SHA-256 in hexadecimal of its canonical form. File names, order, name and version of the set do not change it. */
export function setIdentity({ policyHash, entitiesHash }: SetContent): string {
  return sha256Hex(canonicalJson(['writ/policy-set-identity/v1', policyHash, entitiesHash]));
}

/** A version of a set that was in force. */
export interface SetVersion {
  readonly name: string;
  readonly version: number;
  readonly identity: string;
}

/** Digits of a version, and of an identity, in a {@link versionMark}. */
const VERSION_DIGITS = 16;
const IDENTITY_DIGITS = 48;

/** 64 hexadecimal digits that stand for a version: 16 of its number, 48 (192 bits) of its identity. What a node keeps of the highest version seen. */
export function versionMark({ version, identity }: Omit<SetVersion, 'name'>): string {
  return version.toString(16).padStart(VERSION_DIGITS, '0') + identity.slice(0, IDENTITY_DIGITS);
}

/**
 * Throws `policy.version` where `next` may not follow what `mark` says was seen: a lower version, or the same one with other content.
 * `mark` is absent where no version of this set was ever in force.
 */
export function requireNewer(next: SetVersion, mark: string | undefined): void {
  if (mark === undefined) return;
  const seen = Number.parseInt(mark.slice(0, VERSION_DIGITS), 16);
  const hint = `set \`version\` to ${seen + 1} or more in its manifest`;
  if (next.version < seen) {
    const message = `version ${next.version} of the policy set \`${next.name}\` is older than version ${seen}, which was in force here`;
    throw new Fault('policy.version', message, { hint });
  }
  if (next.version === seen && mark.slice(VERSION_DIGITS) !== next.identity.slice(0, IDENTITY_DIGITS)) {
    const message = `version ${seen} of the policy set \`${next.name}\` was in force here with other content`;
    throw new Fault('policy.version', message, { hint });
  }
}
