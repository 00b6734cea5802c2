/** What is wrong with policies before they are sent, and what a replay of them came to: nothing here changes anything. */
import {
  checkPolicySet,
  isFault,
  judgeCaseLimits,
  parseCases,
  type PolicyIssue,
  readSetFiles,
  runCases,
  setOptions,
} from '@writ/core';
import { z } from 'zod';
import { defineRoute, type Route } from '../api/index.ts';
import { getBlob } from '../blobs/index.ts';
import { Problem } from '../http/index.ts';
import { ULID } from '../people/index.ts';
import { MAX_SET_BYTES, REPLAY_GROUP, SET_FILES } from './content.ts';
import { POLICY_VERSIONS } from './policy-version.ts';

/** Most problems, warnings and cases that are told. */
const MOST_TOLD = 200;
const MOST_SAID = 2_000;

const ISSUE = z.object({
  code: z.string(),
  message: z.string(),
  file: z.string().optional(),
  line: z.int().optional(),
  column: z.int().optional(),
  text: z.string().optional(),
  hint: z.string().optional(),
  policy: z.string().optional(),
});
const CHECKED = z.object({
  /** With any of them it is not taken as a version. */
  problems: z.array(ISSUE),
  warnings: z.array(ISSUE),
  policies: z.array(z.object({ id: z.string(), effect: z.string(), file: z.string(), line: z.int() })),
  /** Run where nothing is wrong. */
  cases: z.array(z.object({ name: z.string(), passed: z.boolean(), failures: z.array(z.string()) })),
});
type Checked = z.output<typeof CHECKED>;

export const POLICY_CHECK_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/v1/policies/check',
    operation: 'checkPolicies',
    summary: 'Says what is wrong with a policy set, in place, and what its cases come to; keeps nothing.',
    access: 'work',
    maxBody: MAX_SET_BYTES,
    naturallyIdempotent: true,
    body: z.strictObject({ files: SET_FILES }),
    answers: CHECKED,
    handle: ({ body }) => ({ body: check(body.files) }),
  }),
  defineRoute({
    method: 'get',
    path: '/v1/policy-versions/{version}/replay',
    operation: 'getPolicyReplay',
    summary:
      'Which decisions would be others, as the replay that stands reported it; none where nobody replayed.',
    access: 'read',
    params: { version: ULID },
    answers: z.object({ groups: z.array(REPLAY_GROUP) }),
    async handle({ plane, caller, objects, params }) {
      const version = objects(POLICY_VERSIONS).get(params.version);
      if (version === undefined) throw new Problem('request.not-found', 'there is no such policy version');
      const { index, replay } = version;
      if (replay === undefined) return { index, body: { groups: [] } };
      const bytes = await getBlob(plane, caller.organisation, replay.report);
      const { groups } = z
        .object({ groups: z.array(REPLAY_GROUP) })
        .parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
      return { index, body: { groups } };
    },
  }),
];

function check(files: z.output<typeof SET_FILES>): Checked {
  try {
    const set = readSetFiles(files);
    const options = setOptions(set, 'strict');
    const { problems, warnings, policies } = checkPolicySet(options);
    const parsed = set.cases.map(parseCases);
    const wrong = [...problems, ...parsed.flatMap((one) => ('problems' in one ? one.problems : []))];
    const cases = parsed.flatMap((one) => ('cases' in one ? one.cases : []));
    const results = wrong.length > 0 ? [] : runCases(options, cases, judgeCaseLimits).results;
    return {
      problems: wrong.slice(0, MOST_TOLD).map(shown),
      warnings: warnings.slice(0, MOST_TOLD).map(shown),
      policies: policies.map(({ id, effect, place }) => ({ id, effect, file: place.file, line: place.line })),
      cases: results.slice(0, MOST_TOLD).map(({ name, passed, failures }) => ({
        name,
        passed,
        failures: failures.map((failure) => failure.slice(0, MOST_SAID)),
      })),
    };
  } catch (fault) {
    if (!isFault(fault)) throw fault;
    const { file, hint } = fault.data;
    const place = typeof file === 'string' ? { file } : {};
    const advice = typeof hint === 'string' ? { hint } : {};
    const problem = { code: fault.code, message: fault.message.slice(0, MOST_SAID), ...place, ...advice };
    return { problems: [problem], warnings: [], policies: [], cases: [] };
  }
}

function shown({ code, message, place, text, hint, policy }: PolicyIssue): z.output<typeof ISSUE> {
  return {
    code,
    message: message.slice(0, MOST_SAID),
    ...(place === undefined ? {} : { file: place.file, line: place.line, column: place.column }),
    ...(text === undefined ? {} : { text }),
    ...(hint === undefined ? {} : { hint }),
    ...(policy === undefined ? {} : { policy }),
  };
}
