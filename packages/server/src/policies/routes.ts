/** Policy versions: made, replayed, reviewed. Nothing here changes what a version says. */
import { z } from 'zod';
import { type Call, defineRoute, type Route } from '../api/index.ts';
import { getBlob, putBlob } from '../blobs/index.ts';
import { PAGE_QUERY, pageOf, Problem } from '../http/index.ts';
import {
  isReviewer,
  type Organisation,
  PEOPLE,
  type PersonRecord,
  REVIEW_RULE,
  type ReviewRule,
  ruleFor,
  ULID,
} from '../people/index.ts';
import type { Change, Collection, Stored } from '../state/index.ts';
import { authorsAmong, authorsOf } from './authors.ts';
import { POLICY_CHECK_ROUTES } from './check-routes.ts';
import { filesOf, MAX_SET_BYTES, readContent, REPLAY_GROUP, SET_FILES } from './content.ts';
import { reviewStanding } from './judge-review.ts';
import { POLICY_VERSIONS, type PolicyVersion } from './policy-version.ts';
import { organisationOf, REVIEW_RULE_ROUTES, reviewRuleOf } from './rule-routes.ts';

const REASON = z.string().min(1).max(2_000);
const COUNT = z.int().min(0);
const HASH = z.string().regex(/^[0-9a-f]{64}$/);

const SHOWN = z.object({
  id: ULID,
  name: z.string(),
  hash: z.string(),
  policyHash: z.string(),
  authors: z.array(ULID),
  source: z.object({ kind: z.enum(['draft', 'git']), ref: z.string().optional() }),
  note: z.string().optional(),
  cases: z.object({ passed: COUNT, failed: COUNT }),
  created: z.int(),
  status: z.enum(['in_review', 'approved', 'rejected']),
  replay: z
    .object({ report: z.string(), same: COUNT, differs: COUNT, others: COUNT, by: ULID, at: z.int() })
    .optional(),
  rule: REVIEW_RULE,
  /** Approvals that are missing yet. */
  missing: z.int(),
  reviews: z.array(
    z.object({
      person: ULID,
      verdict: z.enum(['approve', 'reject']),
      reason: z.string().optional(),
      at: z.int(),
    }),
  ),
});
const MADE = SHOWN.extend({
  failures: z.array(z.object({ name: z.string(), failures: z.array(z.string()) })),
});

/** As `writ policy replay --json` prints it; examples, which show arguments, are not taken. */
const REPLAY = z.strictObject({
  policyHash: HASH,
  same: COUNT,
  differs: COUNT,
  erased: COUNT,
  sealed: COUNT,
  unasked: COUNT,
  unrecorded: COUNT,
  otherSchema: COUNT,
  groups: z.array(REPLAY_GROUP).max(1_000),
});

export const POLICY_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/policy-versions',
    operation: 'listPolicyVersions',
    summary: 'Versions of policies, the oldest first.',
    access: 'read',
    query: PAGE_QUERY,
    answers: z.object({ items: z.array(SHOWN), next: z.string().optional() }),
    handle({ objects, caller, query }) {
      const all = objects(POLICY_VERSIONS).list();
      const { items, next } = pageOf(all, query);
      // All versions are read once, however many versions are shown.
      const show = shower(objects, caller.organisation, all);
      const shown = items.map(show);
      return { body: { items: shown, ...(next === undefined ? {} : { next }) } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/policy-versions',
    operation: 'createPolicyVersion',
    summary: 'Takes a policy set as a version that never changes; runs its cases.',
    access: 'work',
    maxBody: MAX_SET_BYTES,
    body: z.strictObject({
      files: SET_FILES,
      ref: z.string().min(1).max(200).optional(),
      note: REASON.optional(),
    }),
    answers: MADE,
    async handle({ plane, caller, objects, commit, body, now }) {
      const content = readContent(body.files);
      await putBlob(plane, caller.organisation, content.bytes);
      const { name, hash, policyHash, report } = content;
      const failed = report.results.filter(({ passed }) => !passed);
      const version: PolicyVersion = {
        name,
        hash,
        policyHash,
        authors: [caller.id],
        source: body.ref === undefined ? { kind: 'draft' } : { kind: 'git', ref: body.ref },
        ...(body.note === undefined ? {} : { note: body.note }),
        cases: { passed: report.results.length - failed.length, failed: failed.length },
        created: now,
        status: 'in_review',
        rule: ruleFor(reviewRuleOf(organisationOf(objects, caller.organisation)), caller.id),
        reviews: [],
      };
      const id = plane.newId();
      const index = await commit({
        action: 'policy_versions.create',
        object: id,
        effects: [objects(POLICY_VERSIONS).put(id, version, null)],
        details: { name, hash, policyHash, cases: { ...version.cases } },
      });
      const failures = failed.slice(0, 100).map((one) => ({ name: one.name, failures: one.failures }));
      return {
        status: 201,
        index,
        location: `/v1/policy-versions/${id}`,
        body: { ...shownOf(objects, caller.organisation, { ...version, id, index }), failures },
      };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/policy-versions/{version}',
    operation: 'getPolicyVersion',
    summary: 'One version, with what people said of it.',
    access: 'read',
    params: { version: ULID },
    answers: SHOWN,
    handle({ objects, caller, params }) {
      const version = found(objects(POLICY_VERSIONS), params.version);
      return { index: version.index, body: shownOf(objects, caller.organisation, version) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/policy-versions/{version}/files',
    operation: 'getPolicyVersionFiles',
    summary: 'The files of a version, exactly as they came.',
    access: 'read',
    params: { version: ULID },
    answers: z.object({ hash: z.string(), files: z.array(z.object({ path: z.string(), text: z.string() })) }),
    async handle({ plane, caller, objects, params }) {
      const { hash, index } = found(objects(POLICY_VERSIONS), params.version);
      const files = filesOf(await getBlob(plane, caller.organisation, hash));
      return { index, body: { hash, files } };
    },
  }),
  defineRoute({
    method: 'put',
    path: '/v1/policy-versions/{version}/replay',
    operation: 'putPolicyReplay',
    summary: 'Reports what a replay of recorded decisions under this version came to.',
    access: 'work',
    params: { version: ULID },
    conditional: true,
    body: REPLAY,
    answers: SHOWN,
    async handle({ plane, caller, objects, commit, params, body, expects, now }) {
      const versions = objects(POLICY_VERSIONS);
      const version = found(versions, params.version);
      requireOpen(version);
      if (body.policyHash !== version.policyHash)
        throw new Problem('request.conflict', 'the report is of another policy set than this version');
      const report = await putBlob(plane, caller.organisation, Buffer.from(JSON.stringify(body)));
      const { same, differs, erased, sealed, unasked, unrecorded } = body;
      const others = erased + sealed + unasked + unrecorded;
      const replay = { report, same, differs, others, by: caller.id, at: now };
      const changed = { ...valueOf(version), replay };
      const index = await commit({
        action: 'policy_versions.replay',
        object: params.version,
        effects: [versions.put(params.version, changed, expects)],
        details: { report, same, differs, others },
      });
      const shown = shownOf(objects, caller.organisation, { ...changed, id: params.version, index });
      return { index, body: shown };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/policy-versions/{version}/reviews',
    operation: 'reviewPolicyVersion',
    summary: 'Approves or rejects a version that you did not write.',
    access: 'decide',
    params: { version: ULID },
    conditional: true,
    body: z.strictObject({ verdict: z.enum(['approve', 'reject']), reason: REASON.optional() }),
    answers: SHOWN,
    async handle({ caller, objects, commit, requireAccess, params, body, expects, now }) {
      const versions = objects(POLICY_VERSIONS);
      const version = found(versions, params.version);
      const authors = authorsOf(versions, version);
      requireAccess('decide', { id: params.version, authors });
      requireOpen(version);
      if (body.verdict === 'approve') requireProven(version, versions);
      const organisation = organisationOf(objects, caller.organisation);
      const rules = [version.rule, reviewRuleOf(organisation)];
      const people = objects(PEOPLE);
      if (body.verdict === 'approve') requireCounting(version, people.get(caller.id), rules);
      const reviews = [...version.reviews, { person: caller.id, ...body, at: now }];
      const standing = reviewStanding({ ...version, authors, reviews }, rules, (id) => people.get(id));
      const changed: PolicyVersion = {
        ...valueOf(version),
        status:
          body.verdict === 'reject' ? 'rejected' : standing.isApproved ? 'approved' : ('in_review' as const),
        reviews,
      };
      const { missing } = standing;
      const index = await commit({
        action: `policy_versions.${body.verdict}`,
        object: params.version,
        effects: [versions.put(params.version, changed, expects)],
        details: {
          ...(body.reason === undefined ? {} : { reason: body.reason }),
          hash: version.hash,
          ...(body.verdict === 'approve' ? { missing } : {}),
        },
        // What is approved rests on the rule, and on the people who count, as they are now.
        records:
          changed.status === 'approved' ? restsOn(caller.organisation, organisation, standing.counted) : [],
      });
      const shown = shownOf(objects, caller.organisation, { ...changed, id: params.version, index });
      return { index, body: shown };
    },
  }),
  ...POLICY_CHECK_ROUTES,
  ...REVIEW_RULE_ROUTES,
];

type ShownVersion = Omit<Stored<PolicyVersion>, 'index'> & { readonly missing: number };

/** What people are shown of versions, among `all`. */
function shower(
  objects: Call['objects'],
  organisation: string,
  all: readonly PolicyVersion[],
): (version: Stored<PolicyVersion>) => ShownVersion {
  const present = reviewRuleOf(organisationOf(objects, organisation));
  const authorsBy = authorsAmong(all);
  const people = objects(PEOPLE);
  return ({ index: _index, ...version }) => {
    const authors = authorsBy(version);
    const { missing } = reviewStanding({ ...version, authors }, [version.rule, present], (id) =>
      people.get(id),
    );
    return { ...version, authors, missing: version.status === 'in_review' ? missing : 0 };
  };
}

function shownOf(
  objects: Call['objects'],
  organisation: string,
  version: Stored<PolicyVersion>,
): ShownVersion {
  return shower(objects, organisation, objects(POLICY_VERSIONS).list())(version);
}

/** Throws where an approval of the person would count for nothing: they gave theirs, or are not of those who review. */
function requireCounting(
  { reviews, replay }: PolicyVersion,
  person: Stored<PersonRecord> | undefined,
  rules: readonly ReviewRule[],
): void {
  if (person === undefined || !rules.some((rule) => isReviewer(rule, person)))
    throw new Problem('request.forbidden', 'you are of none of the groups and teams that review policies');
  const isGiven = reviews.some(
    ({ person: by, verdict, at }) =>
      by === person.id && verdict === 'approve' && (replay === undefined || at >= replay.at),
  );
  if (isGiven) throw new Problem('request.conflict', 'you approved it already; somebody else does too');
}

/** INVARIANT: of a rule that is raised and a last approval at once, and of a reviewer who is suspended at that moment, one is refused. */
function restsOn(
  organisation: string,
  { index }: Stored<Organisation>,
  counted: readonly Stored<PersonRecord>[],
): NonNullable<Change['records']> {
  return [
    { collection: 'organisations', key: `${organisation}/${organisation}`, index },
    ...counted.map((person) => ({
      collection: 'people' as const,
      key: `${organisation}/${person.id}`,
      index: person.index,
    })),
  ];
}

function found(versions: Collection<PolicyVersion>, id: string): Stored<PolicyVersion> {
  const version = versions.get(id);
  if (version === undefined) throw new Problem('request.not-found', 'there is no such policy version');
  return version;
}

function valueOf({ id: _id, index: _index, ...value }: Stored<PolicyVersion>): PolicyVersion {
  return value;
}

/** The first final answer stands. */
function requireOpen({ status }: PolicyVersion): void {
  if (status !== 'in_review') throw new Problem('request.final', `the version is ${status} already`);
}

/** What is approved passed its own cases; and where policies of this name were in force, somebody looked what it changes. */
function requireProven({ name, cases, replay }: PolicyVersion, versions: Collection<PolicyVersion>): void {
  if (cases.passed === 0 || cases.failed > 0)
    throw new Problem(
      'request.conflict',
      cases.failed > 0
        ? `${cases.failed} of its cases fail`
        : 'it has no cases: put some into `tests/` of the set',
    );
  const isFirst = !versions.list().some((other) => other.name === name && other.status === 'approved');
  if (replay === undefined && !isFirst)
    throw new Problem(
      'request.conflict',
      'nobody replayed recorded decisions under it: run `writ policy replay --json` at a node, and report it',
    );
}
