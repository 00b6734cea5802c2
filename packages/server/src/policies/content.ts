/** The content of a policy version: files that load, their cases, and the hash that names them. */
import {
  canonicalJson,
  type CaseReport,
  Fault,
  isFault,
  isInForce,
  judgeCaseLimits,
  loadPolicySet,
  parseCases,
  readSetFiles,
  renderIssue,
  runCases,
  type SetFile,
  setOptions,
} from '@writ/core';
import { z } from 'zod';
import { hashOf } from '../blobs/index.ts';
import { Problem } from '../http/index.ts';

/** Largest set in bytes of its request. */
export const MAX_SET_BYTES: number = 6 * 1024 * 1024;
/** The files of a set, as they come. */
export const SET_FILES: z.ZodType<SetFile[]> = z
  .array(z.strictObject({ path: z.string().min(1).max(300), text: z.string().max(1024 * 1024) }))
  .min(1)
  .max(1_000);

/** Decisions of a replay that changed in the same way. */
export interface ReplayGroup {
  readonly from: string;
  readonly to: string;
  readonly fields: readonly string[];
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly count: number;
}
const POLICY_IDS = z.array(z.string().max(256)).max(64);
export const REPLAY_GROUP: z.ZodType<ReplayGroup> = z.strictObject({
  from: z.string().max(20),
  to: z.string().max(20),
  fields: z.array(z.string().max(40)).max(40),
  before: POLICY_IDS,
  after: POLICY_IDS,
  count: z.int().min(0),
});

/** A content that loads. */
export interface PolicyContent {
  readonly name: string;
  readonly hash: string;
  readonly policyHash: string;
  /** What is kept: the canonical list of files. */
  readonly bytes: Uint8Array;
  readonly report: CaseReport;
}

/** Reads `files` as a policy set, and runs its cases. Throws `request.invalid` for what does not load: a version that cannot decide is none. */
export function readContent(files: readonly SetFile[]): PolicyContent {
  const bytes = contentBytes(files);
  try {
    const set = readSetFiles(files);
    const options = setOptions(set, 'strict');
    const { decisionPoint } = loadPolicySet(options);
    const parsed = set.cases.map(parseCases);
    const [problem] = parsed.flatMap((one) => ('problems' in one ? one.problems : []));
    if (problem !== undefined) throw new Fault(problem.code, renderIssue(problem));
    const cases = parsed.flatMap((one) => ('cases' in one ? one.cases : []));
    return {
      name: set.manifest.name,
      hash: hashOf(bytes),
      policyHash: decisionPoint.policyHash,
      bytes,
      report: runCases(options, cases, judgeCaseLimits),
    };
  } catch (fault) {
    if (isFault(fault)) throw new Problem('request.invalid', `the policies do not load: ${fault.message}`);
    throw fault;
  }
}

/** Files as they are kept and hashed: canonical, in the order of their paths. */
export function contentBytes(files: readonly SetFile[]): Uint8Array {
  const sorted = [...files]
    .sort(({ path: one }, { path: other }) => (one < other ? -1 : 1))
    .map(({ path, text }) => ({ path, text }));
  return Buffer.from(canonicalJson(sorted));
}

/** The files that `bytes` keep. */
export function filesOf(bytes: Uint8Array): readonly SetFile[] {
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as readonly SetFile[];
}

/** Hash of what of `files` is in force, cases left out: what a bundle of this version must hold. */
export function inForceHash(files: readonly SetFile[]): string {
  return hashOf(contentBytes(files.filter(isInForce)));
}
