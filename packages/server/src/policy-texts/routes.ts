/** What the policies say that a decision names: their texts, out of the version that it was made under. */
import { z } from 'zod';
import { type Call, defineRoute, type Route } from '../api/index.ts';
import { getBlob } from '../blobs/index.ts';
import { BUNDLES } from '../bundles/index.ts';
import { ULID } from '../people/index.ts';
import { filesOf, POLICY_VERSIONS, type PolicyVersion } from '../policies/index.ts';
import type { Stored } from '../state/index.ts';
import { type PolicyText, textsAmong } from './texts.ts';

const HASH = z.string().regex(/^[0-9a-f]{64}$/);
/** Most of one asking: as many as an entry names. */
const HASHES = z.string().regex(/^[0-9a-f]{64}(?:,[0-9a-f]{64}){0,63}$/);

const TEXT: z.ZodType<PolicyText> = z.object({
  contentHash: z.string(),
  id: z.string(),
  effect: z.enum(['permit', 'forbid']),
  file: z.string(),
  line: z.int(),
  text: z.string(),
  conditions: z.array(z.object({ start: z.int(), end: z.int(), truth: z.boolean() })),
});

export const POLICY_TEXT_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/policy-texts',
    operation: 'listPolicyTexts',
    summary:
      'Texts of policies that a decision names, by their content hashes, out of a version with its policy hash; none where no such version is kept here.',
    access: 'read',
    query: {
      set: HASH.describe('`policyHash` of the decision.'),
      hashes: HASHES.describe('`contentHash` of each policy, at most 64, with commas between.'),
    },
    answers: z.object({
      /** The version that they are out of; absent for none. */
      version: z.object({ id: ULID, name: z.string(), created: z.int() }).optional(),
      items: z.array(TEXT),
    }),
    async handle({ plane, caller, objects, query }) {
      const version = versionWith(objects, query.set);
      if (version === undefined) return { body: { items: [] } };
      const { id, name, created, hash } = version;
      const files = filesOf(await getBlob(plane, caller.organisation, hash));
      const hashes = [...new Set(query.hashes.split(','))];
      return { body: { version: { id, name, created }, items: textsAmong(hash, files, hashes) } };
    },
  }),
];

/** The newest version with this hash, or the one whose bundle has it: a bundle may name another mode than its files. */
function versionWith(objects: Call['objects'], policyHash: string): Stored<PolicyVersion> | undefined {
  const versions = objects(POLICY_VERSIONS);
  const own = versions.list().findLast((one) => one.policyHash === policyHash);
  if (own !== undefined) return own;
  const bundle = objects(BUNDLES)
    .list()
    .findLast((one) => one.policyHash === policyHash);
  return bundle === undefined ? undefined : versions.get(bundle.policyVersion);
}
