/** The manifest of a policy set: its name, its version, and what stands beside the files. */
import { z } from 'zod';
import { Fault } from '../../kernel/index.ts';
import { EVERY_LIMIT_FACT, type LimitDeclaration, type Mode, MODES, parseLimits } from '../../model/index.ts';
import { type PatternDeclaration, parsePatterns } from '../patterns/index.ts';
import { didYouMean, type TemplateLink } from '../language/index.ts';

/** Name of the file that makes a folder a policy set. */
export const MANIFEST_FILE = 'policy-set.yaml';

/** A manifest, parsed. */
export interface PolicySetManifest {
  /** `[a-z0-9][a-z0-9-]{0,63}`. Versions are counted for each name. */
  readonly name: string;
  /** From 1; only ever grows. */
  readonly version: number;
  /** Absent: as the configuration says. */
  readonly mode?: Mode;
  /** End of audit mode, milliseconds since 1970. */
  readonly auditUntil?: number;
  readonly onError: 'deny' | 'skip';
  readonly links: readonly TemplateLink[];
  /** On any fact; whether a face supplies it is asked where the set comes into force, see `requireLimitFacts`. */
  readonly limits: readonly LimitDeclaration[];
  /** What is looked for in arguments before a decision; packs bring their own, and importers write theirs here. */
  readonly patterns: readonly PatternDeclaration[];
}

const UID = z.strictObject({ type: z.string().min(1), id: z.string() });
const MANIFEST = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'expected letters, digits and `-`, at most 64'),
  version: z.int().min(1).max(1_000_000_000),
  mode: z.enum(MODES).optional(),
  audit_until: z.iso.datetime({ offset: true }).optional(),
  on_error: z.enum(['deny', 'skip']).optional(),
  links: z
    .array(
      z.strictObject({
        template: z.string(),
        id: z.string(),
        principal: UID.optional(),
        resource: UID.optional(),
      }),
    )
    .max(10_000)
    .optional(),
  limits: z.unknown().optional(),
  patterns: z.unknown().optional(),
});

/** Parses the value of a manifest; `place` is what messages call it. Throws `policy.syntax` with the path, `policy.limit`. */
export function parseManifest(value: unknown, place: string): PolicySetManifest {
  const parsed = MANIFEST.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    const hint = unknown === undefined ? undefined : didYouMean(unknown, Object.keys(MANIFEST.shape));
    const what =
      unknown === undefined ? (issue?.message ?? '').toLowerCase() : `\`${unknown}\` is not known here`;
    const path = issue?.path.join('.') ?? '';
    throw new Fault(
      'policy.syntax',
      `${place}: ${path === '' ? '' : `${path}: `}${what}`,
      hint === undefined ? {} : { hint },
    );
  }
  const {
    name,
    version,
    mode,
    audit_until: until,
    on_error: onError = 'deny',
    links = [],
    limits,
    patterns,
  } = parsed.data;
  return {
    name,
    version,
    onError,
    ...(mode === undefined ? {} : { mode }),
    ...(until === undefined ? {} : { auditUntil: Date.parse(until) }),
    links: links.map(({ template, id, principal, resource }) => ({
      template,
      id,
      ...(principal === undefined ? {} : { principal }),
      ...(resource === undefined ? {} : { resource }),
    })),
    limits: limits === undefined ? [] : parseLimits(limits, `${place}: limits`, EVERY_LIMIT_FACT),
    patterns: patterns === undefined ? [] : parsePatterns(patterns, `${place}: patterns`),
  };
}
