/** Parses policy sources: every problem of every file is reported with its place, not only the first. */
import { canonicalJson, type JsonValue } from '../../kernel/index.ts';
import { sha256Hex } from '../../kernel/crypto/index.ts';
import { type PolicyJson, parsePolicyText } from '../engine/index.ts';
import { readAnnotations } from './annotations.ts';
import { isTooDeep, MAX_EXPRESSION_DEPTH } from './depth.ts';
import { ORGANISATION } from './level.ts';
import { placeOf, type PolicyIssue, type PolicySource, shown } from './places.ts';
import type { Policy } from './policy.ts';
import { findReads } from './reads.ts';
import { type PolicyText, splitPolicies } from './split.ts';

/** Policies that could be parsed, and what is wrong with the others. */
export interface ParsedSources {
  readonly policies: readonly Policy[];
  readonly problems: readonly PolicyIssue[];
  readonly warnings: readonly PolicyIssue[];
}

/** Parses all `sources`; ids are unique over all of them. */
export function parseSources(sources: readonly PolicySource[]): ParsedSources {
  const policies: Policy[] = [];
  const problems: PolicyIssue[] = [];
  const warnings: PolicyIssue[] = [];
  const known = new Map<string, Policy>();
  for (const source of sources) {
    for (const [index, piece] of splitPolicies(source.text).entries()) {
      const parsed = parsePiece(source, piece, index);
      problems.push(...parsed.problems);
      if (parsed.policy === undefined) continue;
      const { policy } = parsed;
      const first = known.get(policy.id);
      if (first !== undefined) problems.push(duplicate(policy, first));
      else known.set(policy.id, policy);
      if (!parsed.hasId) warnings.push(withoutId(policy));
      policies.push(policy);
    }
  }
  return { policies, problems, warnings };
}

interface ParsedPiece {
  readonly policy?: Policy;
  readonly hasId: boolean;
  readonly problems: readonly PolicyIssue[];
}

function parsePiece(source: PolicySource, piece: PolicyText, index: number): ParsedPiece {
  const refused = refuseLexically(source, piece);
  if (refused !== undefined) return { hasId: false, problems: [refused] };
  const parsed = parsePolicyText(piece.text);
  if (parsed.status === 'refused') {
    return {
      hasId: false,
      problems: parsed.problems.map((problem) => ({
        code: 'policy.syntax',
        message: problem.message,
        place: placeOf(source, piece.start + (problem.start ?? 0)),
        text: shown(piece.text.slice(problem.start ?? 0, problem.end ?? piece.text.length)),
        ...(problem.hint === undefined ? {} : { hint: problem.hint }),
      })),
    };
  }
  const { json } = parsed;
  const { annotations, issues } = readAnnotations(json.annotations ?? {}, json.effect);
  const id = annotations.id ?? derivedId(source.name, index);
  if (json.conditions.some(({ body }) => isTooDeep(body))) {
    return { hasId: false, problems: [tooDeep(source, piece.start, id)] };
  }
  const policy: Policy = {
    ...annotations,
    id,
    effect: json.effect,
    contentHash: contentHash(id, json),
    text: piece.text,
    effectStart: piece.effectStart ?? 0,
    json,
    reads: findReads(json),
    source,
    level: source.level ?? ORGANISATION,
    start: piece.start,
    place: placeOf(source, piece.start),
  };
  const problems = issues.map((issue): PolicyIssue => {
    const at = piece.annotations.find(({ name }) => name === issue.annotation);
    return {
      code: 'policy.annotation',
      message: issue.message,
      place: placeOf(source, at?.start ?? piece.start),
      policy: id,
      ...(at === undefined ? {} : { text: shown(source.text.slice(at.start, at.end)) }),
      ...(issue.hint === undefined ? {} : { hint: issue.hint }),
    };
  });
  return { policy, hasId: Object.hasOwn(json.annotations ?? {}, 'id'), problems };
}

/** What is refused before the engine sees it: integers that would be rounded, nesting that would exhaust its stack. */
function refuseLexically(source: PolicySource, piece: PolicyText): PolicyIssue | undefined {
  if (piece.inexact !== undefined) {
    return {
      code: 'policy.syntax',
      message: `the integer \`${shown(piece.inexact.text)}\` is beyond 2^53 and cannot be held exactly`,
      place: placeOf(source, piece.inexact.start),
    };
  }
  if (piece.tooDeep !== undefined) {
    return {
      code: 'policy.syntax',
      message: 'the policy is nested too deeply, at most 64 levels are accepted',
      place: placeOf(source, piece.tooDeep),
    };
  }
  if (!piece.text.isWellFormed()) {
    return {
      code: 'policy.syntax',
      message: 'the policy holds a lone surrogate, which no text may',
      place: placeOf(source, piece.start),
    };
  }
  return undefined;
}

function contentHash(id: string, json: PolicyJson): string {
  return sha256Hex(canonicalJson({ id, policy: json as unknown as JsonValue }));
}

function tooDeep(source: PolicySource, start: number, policy: string): PolicyIssue {
  return {
    code: 'policy.syntax',
    message: `a condition nests or chains more than ${MAX_EXPRESSION_DEPTH} operators`,
    place: placeOf(source, start),
    policy,
    hint: 'write a list as `["a", "b"].contains(…)`, or several policies',
  };
}

/** `main.cedar.3`: the file's name and the place among its policies, from 1. */
function derivedId(file: string, index: number): string {
  const name = file.split(/[\\/]/).at(-1) ?? '';
  const safe = name.replace(/[^A-Za-z0-9._-]/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  return `${safe.slice(0, 50) || 'policy'}.${index + 1}`;
}

function duplicate(policy: Policy, first: Policy): PolicyIssue {
  const { file, line, column } = first.place;
  return {
    code: 'policy.duplicate-id',
    message: `the id \`${policy.id}\` is already taken at ${file}:${line}:${column}`,
    place: policy.place,
    policy: policy.id,
  };
}

function withoutId(policy: Policy): PolicyIssue {
  return {
    code: 'policy.annotation',
    message: `no \`@id\`; it is called \`${policy.id}\` until a policy is put before it`,
    place: policy.place,
    policy: policy.id,
    hint: 'write `@id("…")` before it',
  };
}
