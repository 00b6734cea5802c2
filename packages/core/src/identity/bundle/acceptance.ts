/** Whether a bundle that is genuine is also for this node, and not older than what it had. */
import { Fault } from '../../kernel/index.ts';
import type { Bundle } from '../../model/index.ts';

/** For whom bundles are. */
export interface BundlePlace {
  /** ULID. */
  readonly organisation: string;
  readonly environment: string;
  /** ULID; absent for a node without a team. */
  readonly team?: string;
}

/** Digits of a version, and of a hash, in a mark. */
const VERSION_DIGITS = 16;
const HASH_DIGITS = 48;

/** Scope under which the log keeps the highest bundle of `place`: in its sealed state, so that no file that is deleted lowers it. */
export function bundleScope({ organisation, environment, team }: BundlePlace): string {
  return `bundle:${organisation}/${environment}/${team ?? '-'}`;
}

/** 64 hexadecimal digits that stand for a bundle: 16 of its version, 48 (192 bits) of its hash. */
export function bundleMark({
  bundle,
  hash,
}: {
  readonly bundle: Pick<Bundle, 'version'>;
  readonly hash: string;
}): string {
  return bundle.version.toString(16).padStart(VERSION_DIGITS, '0') + hash.slice(0, HASH_DIGITS);
}

/** Throws `bundle.foreign` where `bundle` is for another organisation, environment, team or other nodes. */
export function requireOwnBundle(bundle: Bundle, place: BundlePlace & { readonly node?: string }): void {
  const pairs = [
    ['organisation', bundle.organisation, place.organisation],
    ['environment', bundle.environment, place.environment],
    ['team', bundle.team, place.team],
  ] as const;
  for (const [what, found, expected] of pairs)
    if (found !== expected)
      throw new Fault(
        'bundle.foreign',
        `the bundle is for the ${what} \`${found ?? 'none'}\`, this node is of \`${expected ?? 'none'}\``,
      );
  if (bundle.nodes !== undefined && (place.node === undefined || !bundle.nodes.includes(place.node)))
    throw new Fault('bundle.foreign', 'the bundle is for other nodes than this one');
}

/**
 * Throws `bundle.rolled-back` where `next` may not follow what `mark` says was in force: a lower version, the same with other content, or the next one over another than that. Absent
 * where there was none.
 */
export function requireNewerBundle(
  next: { readonly bundle: Bundle; readonly hash: string },
  mark: string | undefined,
): void {
  if (mark === undefined) return;
  const seen = Number.parseInt(mark.slice(0, VERSION_DIGITS), 16);
  const seenHash = mark.slice(VERSION_DIGITS);
  const { version, previous } = next.bundle;
  if (version < seen)
    throw new Fault(
      'bundle.rolled-back',
      `bundle ${version} is older than bundle ${seen}, which was in force here`,
      {
        hint: 'what was before comes back as a new version',
      },
    );
  if (version === seen && seenHash !== next.hash.slice(0, HASH_DIGITS))
    throw new Fault('bundle.rolled-back', `bundle ${seen} was in force here with other content`);
  if (version === seen + 1 && previous?.slice(0, HASH_DIGITS) !== seenHash)
    throw new Fault(
      'bundle.rolled-back',
      `bundle ${version} follows another bundle ${seen} than was in force here`,
    );
}
