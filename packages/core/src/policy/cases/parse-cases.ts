/** Case files: YAML, a list of cases, every key known. */
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { describeFault } from '../../kernel/index.ts';
import { CONFINEMENTS, PURPOSE_STATUSES, VERDICTS } from '../../model/index.ts';
import { didYouMean, type PolicyIssue, type PolicySource } from '../language/index.ts';
import type { PolicyCase } from './policy-case.ts';

const TEXTS = z.array(z.string());
/** No more than what sums of limits are exact for. */
const AMOUNT = z.number().min(0).max(1e9);
const CASE = z
  .strictObject({
    name: z.string().min(1),
    phase: z.enum(['call', 'list', 'result']).optional(),
    tool: z.string().optional(),
    action: z.string().optional(),
    resource: z
      .strictObject({
        type: z.enum(['tool', 'server', 'data', 'prompt', 'program', 'host', 'file', 'agent']),
        id: z.string(),
        server: z.string().optional(),
      })
      .optional(),
    args: z.record(z.string(), z.json()).optional(),
    agent: z.string().optional(),
    team: z.string().optional(),
    org: z.string().optional(),
    chain: TEXTS.optional(),
    user: z.strictObject({ id: z.string(), roles: TEXTS, mfa: z.boolean().optional() }).optional(),
    findings: TEXTS.optional(),
    labels: TEXTS.optional(),
    purpose: z.string().optional(),
    purposeStatus: z.enum(PURPOSE_STATUSES).optional(),
    time: z.iso.datetime({ offset: true }).optional(),
    limits: z.record(z.string(), z.strictObject({ used: AMOUNT })).optional(),
    estimate: z.strictObject({ tokens: z.int().min(0).optional(), cost: AMOUNT.optional() }).optional(),
    expect: z.strictObject({
      verdict: z.enum(VERDICTS),
      policies: TEXTS.optional(),
      redact: TEXTS.optional(),
      label: TEXTS.optional(),
      confine: z.enum(CONFINEMENTS).optional(),
      held: TEXTS.optional(),
      limits: z.strictObject({ takes: TEXTS.optional(), refuses: TEXTS.optional() }).optional(),
    }),
  })
  .refine(
    ({ tool, action }) => (tool === undefined) !== (action === undefined),
    'needs one of `tool`, as `server/tool`, and `action` with its `resource`',
  );
const KEYS = [
  ...Object.keys(CASE.shape),
  ...Object.keys(CASE.shape.expect.shape),
  'type',
  'id',
  'server',
  'roles',
  'mfa',
  'used',
  'tokens',
  'cost',
  'takes',
  'refuses',
];

/** Longest case file, UTF-16 units. */
const MAX_LENGTH = 4 * 1024 * 1024;

/** The cases of a file, or everything that is wrong with it. */
export type ParsedCases =
  | { readonly cases: readonly PolicyCase[] }
  | { readonly problems: readonly PolicyIssue[] };

/** Parses a case file. Never throws. */
export function parseCases(source: PolicySource): ParsedCases {
  const lines = new LineCounter();
  const at = (offset: number): PolicyIssue['place'] => {
    const { line, col } = lines.linePos(offset);
    return { file: source.name, line, column: col };
  };
  const refuse = (message: string, offset = 0, hint?: string): PolicyIssue => {
    const place = at(offset);
    return {
      code: 'policy.syntax',
      message,
      ...(place === undefined ? {} : { place }),
      ...(hint === undefined ? {} : { hint }),
    };
  };
  if (source.text.length > MAX_LENGTH)
    return { problems: [refuse(`the file is longer than ${MAX_LENGTH} characters`)] };
  const document = parseDocument(source.text.replace(/^\uFEFF/, ''), {
    lineCounter: lines,
    uniqueKeys: true,
  });
  if (document.errors.length > 0)
    return {
      problems: document.errors.map(({ message, pos }) => refuse(yamlMessage(message), pos[0])),
    };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch (thrown) {
    // Aliases are refused: a case says what it asks where it stands.
    return { problems: [refuse(describeFault(thrown))] };
  }
  if (!Array.isArray(value))
    return {
      problems: [refuse('the file is no list of cases', 0, 'begin each case with `- name: …`, at the left')],
    };
  const parsed = z.array(CASE).safeParse(value);
  if (parsed.success) return { cases: parsed.data.map(asCase) };
  return {
    problems: parsed.error.issues.map((issue) => {
      const path = issue.path.map(String);
      const node = document.getIn(issue.path, true) as { readonly range?: readonly number[] } | undefined;
      const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
      const hint = unknown === undefined ? undefined : didYouMean(unknown, KEYS);
      const message =
        unknown === undefined ? issue.message.toLowerCase() : `\`${unknown}\` is not known here`;
      return refuse(`${pathText(path)}: ${message}`, node?.range?.[0], hint);
    }),
  };
}

/** `case 2: expect.verdict`. */
function pathText([index, ...rest]: readonly string[]): string {
  return [`case ${Number(index) + 1}`, ...(rest.length === 0 ? [] : [rest.join('.')])].join(': ');
}

/** The place stands before it already. */
function yamlMessage(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
}

/** Without members that are there and say nothing. */
function asCase(given: z.infer<typeof CASE>): PolicyCase {
  return JSON.parse(JSON.stringify(given)) as PolicyCase;
}
