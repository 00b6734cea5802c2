/** Imports plain Cedar: what types against the schema here stays as it is, everything else is reported. */
import { checkSources } from '../../check-sources.ts';
import { parseSources, placeOf, type PolicySource } from '../../language/index.ts';
import type { ToolDefinition } from '../../../model/index.ts';
import { entity, printPolicy } from '../cedar/index.ts';
import type { ImportedPolicies, ImportNote, ImportOptions } from './report.ts';

/** Annotations that mean something here. Others are errors in a policy set, so they are taken out. */
const KNOWN: ReadonlySet<string> = new Set([
  'id',
  'verdict',
  'approvers',
  'quorum',
  'timeout',
  'needs',
  'redact',
  'label',
  'confine',
  'reason',
  'control',
  'mode',
]);
/** Annotations of others that carry a reason. */
const REASONS: ReadonlySet<string> = new Set(['description', 'desc', 'advice', 'message']);
const STRING = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*/g;
const ANNOTATION = /@([A-Za-z_][A-Za-z0-9_]*)(?:\s*\(\s*("(?:[^"\\]|\\.)*")\s*\))?/g;

/**
 * The policies of `text`. Annotations that mean nothing here are taken out, `@description` becomes `@reason`, `context.input` becomes `context.args`.
 * A permit that does not type is lost; a forbid that does not denies every tool call instead, until someone writes it anew.
 */
export function importCedar(text: string, options: ImportOptions = {}): ImportedPolicies {
  const source: PolicySource = { name: options.file ?? 'policies.cedar', text };
  const report: ImportNote[] = [];
  const adapted = { ...source, text: adapt(source, report) };
  const { policies, problems } = parseSources([adapted]);
  const whole = checked([adapted], options.tools);
  const isDropped = (id: string | undefined): boolean => !policies.some((policy) => policy.id === id);
  const broken = problems.find(({ policy }) => isDropped(policy));
  if (broken !== undefined || (policies.length === 0 && problems.length > 0)) {
    const place = (broken ?? problems[0])?.place ?? { file: source.name, line: 1, column: 1 };
    const why = `${(broken ?? problems[0])?.message ?? 'it is not Cedar'}; NOTHING IS IMPORTED, and every tool call is denied`;
    report.push({ kind: 'stricter', place, what: source.name, why });
    return { cedar: printPolicy(denial('cedar.unreadable', source.name)), limits: [], patterns: [], report };
  }
  const refused = new Map(whole.map((problem) => [problem.policy ?? '', problem]));
  const texts = policies.map((policy) => {
    const problem = refused.get(policy.id) ?? problems.find((one) => one.policy === policy.id);
    if (problem === undefined) return `${policy.text.trim()}\n`;
    const isForbid = policy.effect === 'forbid';
    report.push({
      kind: isForbid ? 'stricter' : 'lost',
      place: policy.place,
      what: policy.id,
      why: isForbid
        ? `${problem.message}; A RULE THAT RESTRICTED IS NOT CARRIED OVER: instead every tool call is denied`
        : `${problem.message}; nothing is permitted by it`,
    });
    const comment = `${policy.place.file}:${policy.place.line} NOT CARRIED OVER: ${problem.message}`;
    return isForbid ? printPolicy({ ...denial(policy.id, comment), comment }) : `// ${comment}\n`;
  });
  return { cedar: texts.join('\n'), limits: [], patterns: [], report };
}

function checked(
  sources: readonly PolicySource[],
  tools: readonly ToolDefinition[] | undefined,
): ReturnType<typeof checkSources>['problems'] {
  return checkSources({ sources, ...(tools === undefined ? {} : { tools }) }).problems;
}

function denial(id: string, what: string): Parameters<typeof printPolicy>[0] {
  return {
    id: id.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 64),
    effect: 'forbid',
    comment: `${what}: NOT CARRIED OVER`,
    annotations: [['reason', 'A rule that restricted was not carried over by the import; write it anew.']],
    principal: 'principal',
    action: `action in ${entity('Action', 'tools/call')}`,
    resource: 'resource',
  };
}

/** Changes what stands outside strings and comments, keeping every offset's line. */
function adapt(source: PolicySource, report: ImportNote[]): string {
  const masked = source.text.replace(STRING, (found) => ' '.repeat(found.length));
  let result = '';
  let at = 0;
  const put = (from: number, to: number, text: string): void => {
    result += source.text.slice(at, from) + text;
    at = to;
  };
  const places = [...edits(source.text, masked)].sort((left, right) => left.from - right.from);
  for (const { from, to, text, what, why } of places) {
    put(from, to, text);
    report.push({ kind: 'changed', place: placeOf(source, from), what, why });
  }
  return result + source.text.slice(at);
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly what: string;
  readonly why: string;
}

function edits(text: string, masked: string): readonly Edit[] {
  const found: Edit[] = [];
  for (const match of text.matchAll(ANNOTATION)) {
    const [whole, name = '', value = ''] = match;
    if (KNOWN.has(name) || masked[match.index] !== '@') continue;
    const isReason = REASONS.has(name) && value !== '' && !text.includes('@reason');
    const lines = '\n'.repeat(whole.split('\n').length - 1);
    found.push({
      from: match.index,
      to: match.index + whole.length,
      text: isReason ? `@reason(${value})${lines}` : lines,
      what: `@${name}`,
      why: isReason ? 'it is `@reason` here' : 'the annotation means nothing here and is taken out',
    });
  }
  for (const match of masked.matchAll(/\bcontext\s*\.\s*input\b/g)) {
    found.push({
      from: match.index,
      to: match.index + match[0].length,
      text: 'context.args',
      what: 'context.input',
      why: 'arguments are `context.args` here',
    });
  }
  return found;
}
