import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type AST, RegExpParser, visitRegExpAST } from '@eslint-community/regexpp';
import { describe, expect, test } from 'vitest';

import type { Detector, DetectorInput } from '../model/index.ts';
import { defaultDetectors } from './index.ts';

const PACKAGES = join(import.meta.dirname, '..', '..', '..');
// Words of a shell are read by anchored expressions whose runs have no bound; that those take linear time is another proof, in detectors/test/shell.
const SOURCES = ['core/src/detection/**/*.ts', 'detectors/src/**/*.ts']
  .flatMap((pattern) => globSync(pattern, { cwd: PACKAGES }))
  .filter((file) => !file.endsWith('.test.ts') && !/^detectors[\\/]src[\\/]shell[\\/]/.test(file));

/** A regular expression literal: behind what an expression can follow, so that a division or a path in a string is none. */
const LITERAL =
  /(?<=[=(,:[!&|?]\s*|return\s+|^\s*)\/(?![/*])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[dgimsuvy]*(?=[;,.)\s])/gm;

/** Longest text that a backreference may repeat. */
const LONGEST_REFERENCE = 40;

/** Most steps that an attempt at one place of a text may take. */
const MOST_STEPS = 20_000;

const TABLE: readonly { readonly file: string; readonly literal: string }[] = SOURCES.flatMap((file) =>
  [...withoutComments(readFileSync(join(PACKAGES, file), 'utf8')).matchAll(LITERAL)].map(([literal]) => ({
    file,
    literal,
  })),
);

describe('expressions of the detectors', () => {
  test('are found in the sources', () => {
    expect(TABLE.length).toBeGreaterThan(100);
    expect(TABLE.some(({ literal }) => literal.includes('github_pat_'))).toBe(true);
  });

  test('are all literals, so that the table holds every one', () => {
    const built = SOURCES.filter((file) => /\bRegExp\(/.test(readFileSync(join(PACKAGES, file), 'utf8')));
    expect(built).toEqual([]);
  });

  test.each(TABLE)('$file: $literal ends after a bounded number of steps', ({ literal }) => {
    const { pattern, flags } = new RegExpParser().parseLiteral(literal);
    const problems: string[] = [];
    visitRegExpAST(pattern, {
      onQuantifierEnter(quantifier) {
        if (quantifier.max === Number.POSITIVE_INFINITY) problems.push(`unbounded ${quantifier.raw}`);
      },
      onBackreferenceEnter(reference) {
        if (widthOf(reference.resolved as AST.CapturingGroup) > LONGEST_REFERENCE)
          problems.push(`long ${reference.raw}`);
      },
    });
    expect(problems).toEqual([]);
    expect(stepsOf(pattern.alternatives, flags.ignoreCase)).toBeLessThanOrEqual(MOST_STEPS);
  });

  test.each([
    ['an unbounded run', '/a+/'],
    ['two runs over the same characters', '/[a-z]{0,500}[a-z0-9]{0,500}!/'],
    ['a run of runs', '/(?:a{0,20}){0,20}b/'],
  ])('%s would be refused', (_why, literal) => {
    const { pattern } = new RegExpParser().parseLiteral(literal);
    expect(stepsOf(pattern.alternatives, false)).toBeGreaterThan(MOST_STEPS);
  });
});

describe('inputs that are made to be slow', () => {
  const detectors: readonly Detector[] = defaultDetectors();
  const MEGABYTE = 1_048_576;

  test.each([
    ['12,500 line breaks', '\n'.repeat(12_500)],
    ['4,000 bidirectional controls', '\u202e'.repeat(4_000)],
    ['a megabyte of `a`', 'a'.repeat(MEGABYTE)],
    ['a megabyte of `@`', '@'.repeat(MEGABYTE)],
    ['a megabyte of `-`', '-'.repeat(MEGABYTE)],
    ['a megabyte of digits', '1'.repeat(MEGABYTE)],
    ['digits in pairs', '12 '.repeat(MEGABYTE / 3)],
    ['assignments without end', 'a='.repeat(MEGABYTE / 2)],
    ['keywords without end', 'passport password or '.repeat(MEGABYTE / 21)],
    ['colons', ':'.repeat(MEGABYTE)],
    ['climbing paths', '../'.repeat(MEGABYTE / 3)],
    ['pieces of a path', 'a/../'.repeat(MEGABYTE / 5)],
    ['private keys without an end', '-----BEGIN PRIVATE KEY-----'.repeat(MEGABYTE / 27)],
    ['JWT headers without an end', 'eyJ.eyJ'.repeat(MEGABYTE / 7)],
    ['tokens cut short', 'xoxb-1 sk-ant- glpat- AKIA '.repeat(MEGABYTE / 27)],
    ['percent signs', '%25'.repeat(MEGABYTE / 3)],
    ['base64 of text', 'QUFB'.repeat(MEGABYTE / 4)],
    ['URLs that could hold a password', 'a://b:'.repeat(MEGABYTE / 6)],
    ['operators', '|;&`$('.repeat(MEGABYTE / 6)],
  ])('%s end, and what was not scanned is said', (_what, value) => {
    for (const direction of ['arguments', 'result'] as const) {
      const input: DetectorInput = { value, direction, target: 'test' };
      const findings = detectors.flatMap((detector) => detector.detect(input));
      const limit = 524_288;
      expect(findings.some(({ kind }) => kind === 'oversize')).toBe(value.length > limit);
    }
  });
});

/** Source without comments and the contents of quoted strings, line by line. */
function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/ .*$/gm, '$1');
}

/** Longest text that an element matches. */
function widthOf(node: AST.Element | AST.Alternative | AST.CapturingGroup): number {
  switch (node.type) {
    case 'Alternative':
      return node.elements.reduce((sum, element) => sum + widthOf(element), 0);
    case 'Group':
    case 'CapturingGroup':
      return Math.max(...node.alternatives.map(widthOf));
    case 'Quantifier':
      return node.max * widthOf(node.element);
    case 'Assertion':
      return 0;
    case 'Backreference':
      return LONGEST_REFERENCE;
    case 'Character':
    case 'CharacterClass':
    case 'CharacterSet':
    case 'ExpressionCharacterClass':
      return 1;
    default:
      return node satisfies never;
  }
}

/**
 * An upper bound of the steps of one attempt: alternatives add up; in a sequence, each quantifier that could stop at several places where the rest could
 * go on multiplies what follows it, and one that is followed by characters it cannot take itself only adds its length.
 */
function stepsOf(alternatives: readonly AST.Alternative[], ignoreCase: boolean): number {
  let steps = 0;
  for (const { elements } of alternatives) steps += stepsOfSequence(elements, ignoreCase);
  return steps;
}

function stepsOfSequence(elements: readonly AST.Element[], ignoreCase: boolean): number {
  let steps = 1;
  for (let index = elements.length - 1; index >= 0; index -= 1) {
    const element = elements[index] as AST.Element;
    const rest = elements.slice(index + 1);
    if (element.type === 'Quantifier') {
      const inner = stepsOfElement(element.element, ignoreCase);
      const canStopAnywhere = element.min !== element.max && overlaps(element.element, rest, ignoreCase);
      const isNested = widthOf(element.element) > 1 && inner > widthOf(element.element);
      const own = isNested ? inner ** Math.min(element.max, 20) : inner * element.max;
      steps = canStopAnywhere ? own + (element.max - element.min + 1) * steps : own + steps;
    } else steps += stepsOfElement(element, ignoreCase);
  }
  return steps;
}

function stepsOfElement(element: AST.Element, ignoreCase: boolean): number {
  switch (element.type) {
    case 'Group':
    case 'CapturingGroup':
      return stepsOf(element.alternatives, ignoreCase);
    case 'Assertion':
      return 'alternatives' in element ? stepsOf(element.alternatives, ignoreCase) : 1;
    case 'Backreference':
      return LONGEST_REFERENCE;
    case 'Quantifier':
      return stepsOfSequence([element], ignoreCase);
    case 'Character':
    case 'CharacterClass':
    case 'CharacterSet':
    case 'ExpressionCharacterClass':
      return 1;
    default:
      return element satisfies never;
  }
}

/** Whether `rest` can begin with a character that `element` can begin with. */
function overlaps(element: AST.Element, rest: readonly AST.Element[], ignoreCase: boolean): boolean {
  const own = firstOf([element], ignoreCase);
  const next = firstOf(rest, ignoreCase);
  for (const unit of own) if (next.has(unit)) return true;
  return false;
}

/** The first 256 characters that a sequence can begin with. */
function firstOf(elements: readonly AST.Element[], ignoreCase: boolean): Set<number> {
  const first = new Set<number>();
  for (const element of elements) {
    for (const unit of firstOfElement(element, ignoreCase)) first.add(unit);
    const canBeEmpty =
      element.type === 'Assertion' ||
      (element.type === 'Quantifier' && element.min === 0) ||
      isOptional(element);
    if (!canBeEmpty) return first;
  }
  return first;
}

function isOptional(element: AST.Element): boolean {
  return (
    (element.type === 'Group' || element.type === 'CapturingGroup') &&
    element.alternatives.some(({ elements }) =>
      elements.every((each) => each.type === 'Quantifier' && each.min === 0),
    )
  );
}

function firstOfElement(element: AST.Element, ignoreCase: boolean): Set<number> {
  switch (element.type) {
    case 'Group':
    case 'CapturingGroup':
      return new Set(element.alternatives.flatMap(({ elements }) => [...firstOf(elements, ignoreCase)]));
    case 'Quantifier':
      return firstOfElement(element.element, ignoreCase);
    case 'Assertion':
      return new Set();
    case 'Backreference':
      return new Set(Array.from({ length: 256 }, (_, unit) => unit));
    case 'Character':
    case 'CharacterClass':
    case 'CharacterSet':
    case 'ExpressionCharacterClass': {
      const single = new RegExp(`^${element.raw}$`, ignoreCase ? 'i' : '');
      return new Set(
        Array.from({ length: 256 }, (_, unit) => unit).filter((unit) =>
          single.test(String.fromCharCode(unit)),
        ),
      );
    }
    default:
      return element satisfies never;
  }
}
