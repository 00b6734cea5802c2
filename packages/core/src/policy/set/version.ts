/** Versions of a policy set only ever grow. */
import { asJson, canonicalJson, Fault } from '../../kernel/index.ts';
import { sha256Hex } from '../../kernel/crypto/index.ts';
import { levelKey, type PolicyLevel } from '../language/index.ts';
import type { PolicySetManifest } from './manifest.ts';

/** What identifies the content of a set. */
export interface SetContent {
  readonly policies: readonly {
    readonly id: string;
    readonly contentHash: string;
    readonly level: PolicyLevel;
  }[];
  /** Texts of its packs: what Cedar they become depends on the tools, and is not part of the identity. */
  readonly packs: readonly string[];
  readonly entitiesHash: string;
  readonly manifest: PolicySetManifest;
}

/** The identity of a set: SHA-256 in hexadecimal of its canonical form. File names, order, and name and version of the set do not change it. */
export function setIdentity({ policies, packs, entitiesHash, manifest }: SetContent): string {
  const { links, limits, patterns, mode, auditUntil, onError } = manifest;
  const content = {
    policies: policies
      .map(({ id, contentHash, level }) => [id, contentHash, levelKey(level)].join(' '))
      .sort(),
    packs: packs.map((text) => sha256Hex(text)).sort(),
    entities: entitiesHash,
    links: links.map((link) => canonicalJson(asJson(link))).sort(),
    limits: limits.map((limit) => canonicalJson(asJson(limit))).sort(),
    ...(patterns.length === 0 ? {} : { patterns: patterns.map((one) => canonicalJson(asJson(one))).sort() }),
    mode: mode ?? null,
    auditUntil: auditUntil ?? null,
    onError,
  };
  return sha256Hex(canonicalJson(['writ/policy-set-identity/v1', content]));
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
