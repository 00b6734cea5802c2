/** Policies of a version by the hash of their content, as decisions name them. */
import {
  type CheckedPolicySet,
  checkPolicySet,
  isFault,
  policyConditions,
  readSetFiles,
  type SetFile,
  setOptions,
} from '@writ/core';

/** Longest text that is told, in UTF-16 units. */
const MOST_TEXT = 20_000;
/** Sets that are kept parsed: what is asked for together is mostly of one. */
const MOST_KEPT = 4;

/** A policy as a person reads it. */
export interface PolicyText {
  readonly contentHash: string;
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  readonly file: string;
  readonly line: number;
  /** Cut where it is very long. */
  readonly text: string;
  /** Offsets into `text` of what must be so, with what each must come to. */
  readonly conditions: readonly { readonly start: number; readonly end: number; readonly truth: boolean }[];
}

type Policies = ReadonlyMap<string, CheckedPolicySet['policies'][number]>;

/** Policies of sets that were looked into last, by the hash of their files: these never change. */
const KEPT = new Map<string, Policies>();

/** Those of `hashes` that are among `files`, whose hash is `of`. What stands for a limit, or for a pack that becomes others at its node, is not. */
export function textsAmong(
  of: string,
  files: readonly SetFile[],
  hashes: readonly string[],
): readonly PolicyText[] {
  const policies = KEPT.get(of) ?? policiesIn(files);
  KEPT.delete(of);
  KEPT.set(of, policies);
  for (const oldest of KEPT.keys()) {
    if (KEPT.size <= MOST_KEPT) break;
    KEPT.delete(oldest);
  }
  return hashes.flatMap((hash) => {
    const policy = policies.get(hash);
    if (policy === undefined) return [];
    const { id, contentHash, effect, place, text } = policy;
    const conditions = policyConditions(policy).filter(({ end }) => end <= MOST_TEXT);
    return [
      {
        contentHash,
        id,
        effect,
        file: place.file,
        line: place.line,
        text: text.slice(0, MOST_TEXT),
        conditions: conditions.map((one) => ({ ...one })),
      },
    ];
  });
}

function policiesIn(files: readonly SetFile[]): Policies {
  try {
    const { policies } = checkPolicySet(setOptions(readSetFiles(files), 'strict'));
    return new Map(policies.map((policy) => [policy.contentHash, policy]));
  } catch (fault) {
    // It loaded when it came: another version of this software, which says no more of it.
    if (isFault(fault)) return new Map();
    throw fault;
  }
}
